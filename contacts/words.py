"""Which day it is for somebody, and how a day is said: with its month, with its year, or seen from today."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.dates import MONTHS
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

if TYPE_CHECKING:
    from datetime import date

    from contacts.models import Contact
    from netvalue.htmx import HttpRequest

WEEK = 7


def today_of(request: HttpRequest) -> date:
    """The day it is where the person who asks lives."""
    return timezone.localdate(timezone=request.user.zone)


def day_and_month(month: int, day: int) -> str:
    # Translators: a day without its year, such as “30 February”; it may not exist.
    return gettext("%(day)d %(month)s") % {"day": day, "month": MONTHS[month]}


def full(day: date) -> str:
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


def born(contact: Contact) -> str:
    """As much of a birthday as is known."""
    year = str(contact.birth_year or "")
    if contact.birth_month is None:
        return year
    if contact.birth_day is None:
        return f"{MONTHS[contact.birth_month]} {year}".strip()
    return f"{day_and_month(contact.birth_month, contact.birth_day)} {year}".strip()
