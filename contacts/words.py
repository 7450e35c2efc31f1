"""Which day it is for somebody, and how a day is said: with its month, with its year, or seen from today."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext, ngettext

from contacts.around import Season

if TYPE_CHECKING:
    from datetime import date

    from contacts.around import Around
    from contacts.models import Contact
    from netvalue.htmx import HttpRequest

WEEK, MONTH, YEAR, FOUR_YEARS = 7, 30, 365, 1461
# The rhythms that have a name, in days.
RHYTHMS = (7, 14, 30, 91, 182, 365)


def today_of(request: HttpRequest) -> date:
    """The day it is where the person who asks lives."""
    return timezone.localdate(timezone=request.user.zone)


def day_and_month(month: int, day: int) -> str:
    # Translators: a day without its year, such as “30 February”; it may not exist.
    return gettext("%(day)d %(month)s") % {"day": day, "month": MONTHS[month]}


def full(day: date) -> str:
    return full_in(get_language(), day)


@lru_cache(maxsize=4096)
def full_in(_language: str | None, day: date) -> str:
    """A list of people names dozens of days."""
    return date_format(day, "DATE_FORMAT")


def with_weekday(day: date) -> str:
    # Translators: a date format of Django: Tuesday, 24 November.
    return date_format(day, gettext("l, j F"))


def seen_from(today: date, day: date) -> str:
    """Today, tomorrow, in three days; beyond a week the day itself, with its year if it is another."""
    away = (day - today).days
    if -WEEK < away < WEEK:
        return in_days(away)
    return day_and_month(day.month, day.day) if day.year == today.year else full(day)


def in_days(away: int) -> str:
    """How many days lie between, in words."""
    if away == 0:
        return gettext("today")
    if away == 1:
        return gettext("tomorrow")
    if away == -1:
        return gettext("yesterday")
    if away > 0:
        return ngettext("in %(n)d day", "in %(n)d days", away) % {"n": away}
    return ngettext("%(n)d day ago", "%(n)d days ago", -away) % {"n": -away}


def long_ago(day: date, today: date) -> str:
    """So many weeks, months or years ago; within two weeks the day as it is said otherwise."""
    days = (today - day).days
    if days < 2 * WEEK:
        return seen_from(today, day)
    if days < 2 * MONTH:
        n = days // WEEK
        return ngettext("%(n)d week ago", "%(n)d weeks ago", n) % {"n": n}
    if days < 2 * YEAR:
        n = min(days // MONTH, 23)
        return ngettext("%(n)d month ago", "%(n)d months ago", n) % {"n": n}
    n = days * 4 // FOUR_YEARS
    return ngettext("%(n)d year ago", "%(n)d years ago", n) % {"n": n}


def every(days: int) -> str:
    """A rhythm in words."""
    named = dict(
        zip(
            RHYTHMS,
            (
                gettext("every week"),
                gettext("every two weeks"),
                gettext("every month"),
                gettext("every three months"),
                gettext("twice a year"),
                gettext("once a year"),
            ),
            strict=True,
        )
    )
    return named.get(days) or ngettext("every day", "every %(n)d days", days) % {"n": days}


def partial(year: int | None, month: int | None, day: int | None) -> str:
    """As much of a day as is known."""
    said = "" if month is None else str(MONTHS[month]) if day is None else day_and_month(month, day)
    return f"{said} {year or ''}".strip()


def born(contact: Contact) -> str:
    return partial(contact.birth_year, contact.birth_month, contact.birth_day)


def died(contact: Contact) -> str:
    return partial(contact.death_year, contact.death_month, contact.death_day)


def roughly(around: Around, today: date) -> str:
    """When something was, seen from today, as far as one knows."""
    if around.is_a_day:
        return seen_from(today, around.first)
    if around.season:
        return season(around.season, around.year)
    return partial(around.year, around.month, None)


def at_that_time(around: Around, today: date) -> str:
    """When something was, for a sentence that may be read days later: on 3 May, in spring 2024."""
    if around.is_a_day:
        day = around.first
        said = day_and_month(day.month, day.day) if day.year == today.year else full(day)
        # Translators: on a day, as in “on 3 May” or “on 3 May 2024”.
        return gettext("on %(day)s") % {"day": said}
    if around.season or around.month:
        # Translators: in a month or a season, as in “in May 2025” or “in spring 2024”.
        return gettext("in %(season)s") % {"season": roughly(around, today)}
    # Translators: in a year, as in “in 2023”.
    return gettext("in %(year)d") % {"year": around.year}


def season(which: Season, year: int) -> str:
    """A season of a year; a winter lies in two."""
    if which is Season.WINTER:
        # Translators: winter 2025/26, the end of the one year and the beginning of the next.
        return gettext("winter %(year)s/%(next)02d") % {"year": year, "next": (year + 1) % 100}
    named = {
        Season.SPRING: gettext("spring %(year)s"),
        Season.SUMMER: gettext("summer %(year)s"),
        Season.AUTUMN: gettext("autumn %(year)s"),
    }
    return named[which] % {"year": year}
