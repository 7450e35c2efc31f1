"""How reminders of birthdays and follow-ups read, and whether they are still wanted.

They carry days and kinds, never a note's words.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.birthdays import Birthday, LeapDay, known
from contacts.models import Contact, FollowUp
from contacts.reminders import BIRTHDAY, FOLLOW_UP
from contacts.words import with_weekday
from netvalue.outbox.kinds import Line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from netvalue.outbox.models import Occurrence, Schedule


class Birthdays:
    """On the day and a week ahead; late for three days, then never mind."""

    name = BIRTHDAY
    label = _("Birthdays")
    at_once = False

    def following(self, planned: Sequence[Schedule]) -> Mapping[int, date]:
        return self._kept(planned, years_on=1)

    def standing(self, waiting: Sequence[Schedule]) -> Mapping[int, date]:
        return self._kept(waiting, years_on=0)

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return occurrence_on + timedelta(days=1 if lead else 4)

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        birthdays = _birthdays(occurrences)
        nearest: dict[tuple[int, date], Occurrence] = {}
        for occurrence in sorted(occurrences, key=lambda o: -o.lead):
            birthday = birthdays.get(occurrence.object_id)
            on = occurrence.occurrence_on
            if birthday and birthday.in_year(on.year, LeapDay(occurrence.owner.leap_day)) == on:
                # After an outage, only the nearest of several leads says anything new.
                nearest[occurrence.object_id, on] = occurrence
        return {occurrence.pk for occurrence in nearest.values()}

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        found = Contact.objects.filter(pk__in={occurrence.object_id for occurrence, _day in asked})
        contacts = {(contact.owner_id, contact.pk): contact for contact in found}
        return {
            occurrence.pk: birthday_line(contact, occurrence.occurrence_on, day)
            for occurrence, day in asked
            if (contact := contacts.get((occurrence.owner_id, occurrence.object_id)))
        }

    def _kept(self, rows: Sequence[Schedule], *, years_on: int) -> dict[int, date]:
        birthdays = _birthdays(rows)
        return {
            row.pk: birthday.in_year(row.occurrence_on.year + years_on, LeapDay(row.owner.leap_day))
            for row in rows
            if (birthday := birthdays.get(row.object_id))
        }


def _birthdays(rows: Iterable[Occurrence | Schedule]) -> dict[int, Birthday]:
    """The birthdays of the living who still have one and were not put away, by contact."""
    parts = (
        Contact.objects.in_view()
        .living()
        .with_birthday()
        .filter(pk__in={row.object_id for row in rows})
        .values_list("pk", "birth_year", "birth_month", "birth_day")
    )
    return {pk: birthday for pk, *date_parts in parts if (birthday := known(*date_parts))}


def birthday_line(contact: Contact, on: date, day: date) -> Line:
    """What is said on `day` about the birthday kept on `on`."""
    birthday = contact.birthday
    words = {
        "who": contact.display,
        "age": birthday.age_on(on) if birthday else None,
        "days": (on - day).days,
        "date": with_weekday(on),
    }
    what, subject = _birthday_words(words["age"] is not None, (on - day).days)
    said = what % words
    if birthday and birthday.is_leap_day and birthday.day != on.day:
        said += " " + gettext("(born on 29 February)")
    return Line(
        who=contact.display,
        what=said,
        subject=subject % words,
        path=contact.get_absolute_url(),
        late=day > on,
    )


def _birthday_words(age_known: bool, days: int) -> tuple[str, str]:  # noqa: FBT001 -- two tables of sentences
    if days > 1:
        subject = gettext("%(who)s has a birthday in %(days)d days")
        what = (
            gettext("turns %(age)d in %(days)d days, on %(date)s")
            if age_known
            else gettext("has a birthday in %(days)d days, on %(date)s")
        )
    elif days == 1:
        subject = gettext("%(who)s has a birthday tomorrow")
        what = gettext("turns %(age)d tomorrow") if age_known else gettext("has a birthday tomorrow")
    elif days == 0:
        subject = gettext("%(who)s has a birthday today")
        what = gettext("turns %(age)d today") if age_known else gettext("has a birthday today")
    else:
        subject = gettext("%(who)s had a birthday")
        what = gettext("turned %(age)d on %(date)s") if age_known else gettext("had a birthday on %(date)s")
    return what, subject


class FollowUps:
    """Once, on their day; late for two weeks."""

    name = FOLLOW_UP
    label = _("Follow-ups")
    at_once = False

    def following(self, planned: Sequence[Schedule]) -> Mapping[int, date]:
        return {}

    def standing(self, waiting: Sequence[Schedule]) -> Mapping[int, date]:
        return {}

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return due_on + timedelta(days=15)

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        days = dict(
            FollowUp.objects.wanted()
            .filter(pk__in={occurrence.object_id for occurrence in occurrences})
            .values_list("pk", "day")
        )
        return {o.pk for o in occurrences if days.get(o.object_id) == o.occurrence_on}

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        ids = {occurrence.object_id for occurrence, _day in asked}
        found = FollowUp.objects.filter(pk__in=ids).select_related("contact")
        follow_ups = {(follow_up.owner_id, follow_up.pk): follow_up for follow_up in found}
        return {
            occurrence.pk: follow_up_line(follow_up, occurrence.occurrence_on, day)
            for occurrence, day in asked
            if (follow_up := follow_ups.get((occurrence.owner_id, occurrence.object_id)))
        }


def follow_up_line(follow_up: FollowUp, on: date, day: date) -> Line:
    """What is said on `day` about a follow-up due on `on`."""
    contact = follow_up.contact
    if on > day:
        what = gettext("follow-up on %(date)s")
    elif on == day:
        what = gettext("follow-up due today")
    else:
        what = gettext("follow-up due since %(date)s")
    return Line(
        who=contact.display if contact else gettext("Something to come back to"),
        what=what % {"date": with_weekday(on)},
        subject=(
            gettext("Follow-up: %(who)s") % {"who": contact.display}
            if contact
            else gettext("A follow-up is due")
        ),
        path=contact.get_absolute_url() if contact else reverse("today"),
        late=on < day,
    )
