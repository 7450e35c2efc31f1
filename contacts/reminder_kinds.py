"""How reminders of birthdays, other dates and follow-ups read, and whether they are still wanted.

They carry days and kinds, never a note's words.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts import mail_facts
from contacts.birthdays import Birthday, LeapDay, known
from contacts.mail_facts import NOTHING
from contacts.models import Contact, FollowUp, ImportantDate
from contacts.models.people import BIRTHDAY_LEADS
from contacts.reminders import BIRTHDAY, DATE, FOLLOW_UP, birthday_leads_changed
from contacts.words import with_weekday
from netvalue.outbox.kinds import Kind, Line
from netvalue.ownership import among

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from contacts.mail_facts import About
    from contacts.models import ContactQuerySet
    from netvalue.accounts.models import User
    from netvalue.outbox.kinds import Due
    from netvalue.outbox.models import Occurrence


# What makes a day of the year, as `contacts.birthdays.known` takes it.
BORN: Final = ("birth_year", "birth_month", "birth_day", "leap_day")
ON: Final = ("on_year", "on_month", "on_day", "contact__leap_day")


class Yearly(Kind, ABC):
    """What comes every year: told on its days ahead; late for three days, then never mind."""

    @abstractmethod
    def kept(self, ids: Iterable[int], people: ContactQuerySet) -> dict[int, Birthday]:
        """The days of those that still have one and are about one of these people, by object."""

    def following(self, planned: Sequence[Due]) -> Mapping[int, date]:
        return self._moved(planned, years_on=1)

    def standing(self, waiting: Sequence[Due]) -> Mapping[int, date]:
        return self._moved(waiting, years_on=0)

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return occurrence_on + timedelta(days=1 if lead else 4)

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        ids = (occurrence.object_id for occurrence in occurrences)
        days = self.kept(ids, Contact.objects.in_view())
        return {
            occurrence.pk
            for occurrence in occurrences
            if (day := days.get(occurrence.object_id))
            and day.in_year(occurrence.occurrence_on.year, LeapDay(occurrence.owner.leap_day))
            == occurrence.occurrence_on
        }

    def _moved(self, rows: Sequence[Due], *, years_on: int) -> dict[int, date]:
        # Who was put away may be taken back: the plan goes on.
        days = self.kept((row.object_id for row in rows), Contact.objects.all())
        return {
            row.pk: day.in_year(row.occurrence_on.year + years_on, LeapDay(row.owner.leap_day))
            for row in rows
            if (day := days.get(row.object_id))
        }


class Birthdays(Yearly):
    """Of the living, as far ahead as was chosen for all, or for somebody."""

    name = BIRTHDAY
    label = _("Birthdays")
    leads = BIRTHDAY_LEADS
    usual_leads = (7, 0)

    def leads_changed(self, owner: User) -> None:
        born = Contact.objects.of(owner).living().with_birthday()
        days = by_object(born.values_list("pk", *BORN))
        birthday_leads_changed(owner, days, dict(born.values_list("pk", "birthday_leads")))

    def kept(self, ids: Iterable[int], people: ContactQuerySet) -> dict[int, Birthday]:
        born = people.living().with_birthday().filter(pk__in=among(set(ids)))
        return by_object(born.values_list("pk", *BORN))

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        ids = {occurrence.object_id for occurrence, _day in asked}
        found = Contact.objects.may_be_named().filter(pk__in=ids)
        contacts = {(contact.owner_id, contact.pk): contact for contact in found}
        told = [
            (occurrence, contact, day)
            for occurrence, day in asked
            if (contact := contacts.get((occurrence.owner_id, occurrence.object_id)))
        ]
        known = facts_about(told)
        return {
            occurrence.pk: birthday_line(contact, occurrence.occurrence_on, day, known[contact.pk, day])
            for occurrence, contact, day in told
        }


class Dates(Yearly):
    """Other days of the year, as far ahead as was chosen for each. What day it is stays on the page."""

    name = DATE
    label = _("Important dates")

    def kept(self, ids: Iterable[int], people: ContactQuerySet) -> dict[int, Birthday]:
        dates = ImportantDate.objects.kept().filter(pk__in=set(ids), contact__in=people)
        return by_object(dates.values_list("pk", *ON))

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        ids = {occurrence.object_id for occurrence, _day in asked}
        people = Contact.objects.may_be_named()
        theirs = ImportantDate.objects.kept().filter(pk__in=ids, contact__in=people)
        found = theirs.select_related("contact")
        contacts = {(row.owner_id, row.pk): row.contact for row in found}
        told = [
            (occurrence, contact, day)
            for occurrence, day in asked
            if (contact := contacts.get((occurrence.owner_id, occurrence.object_id)))
        ]
        known = facts_about(told)
        return {
            occurrence.pk: date_line(
                contact,
                occurrence.occurrence_on,
                day,
                known[contact.pk, day],
                shared=f"{DATE}.{occurrence.object_id}.{occurrence.occurrence_on}",
            )
            for occurrence, contact, day in told
        }


def facts_about(told: Iterable[tuple[Occurrence, Contact | None, date]]) -> Mapping[tuple[int, date], About]:
    """What stands beside the reason, by person and day; one question for all."""
    return mail_facts.about((occurrence.owner, contact, day) for occurrence, contact, day in told if contact)


def by_object(rows: Iterable[tuple[int, int | None, int | None, int | None, str]]) -> dict[int, Birthday]:
    return {pk: day for pk, year, month, on, own in rows if (day := known(year, month, on, own))}


def date_line(contact: Contact, on: date, day: date, known: About = NOTHING, shared: str = "") -> Line:
    """What is said on `day` about a date kept on `on`: that there is one, whether glad or hard."""
    words = {"days": (on - day).days, "date": with_weekday(on)}
    if on - day > timedelta(days=1):
        short = gettext("in %(days)d days comes a day you noted")
        what = gettext("in %(days)d days, on %(date)s, comes a day you noted")
    elif on > day:
        short = what = gettext("tomorrow is a day you noted")
    elif on == day:
        short = what = gettext("today is a day you noted")
    else:
        short = what = gettext("%(date)s was a day you noted")
    return Line(
        who=contact.display,
        what=what % words,
        subject=gettext("%(who)s: %(what)s") % {"who": contact.display, "what": short % words},
        path=contact.get_absolute_url(),
        late=day > on,
        facts=known.facts,
        reach=known.reach,
        shared=shared,
    )


def birthday_line(contact: Contact, on: date, day: date, known: About = NOTHING) -> Line:
    """What is said on `day` about the birthday kept on `on`."""
    birthday = contact.birthday
    age = birthday.age_on(on) if birthday else None
    away = (on - day).days
    words = {"age": age, "days": away, "date": with_weekday(on)}
    short = (_birthday(on, day) if age is None else _turning(on, day)) % words
    what = gettext("%(what)s, on %(date)s") % {"what": short, "date": with_weekday(on)} if away > 1 else short
    if birthday and birthday.is_leap_day and birthday.day != on.day:
        what = gettext("%(what)s (was born on 29 February)") % {"what": what}
    return Line(
        who=contact.display,
        what=what,
        # Translators: somebody’s name and what is to be said of them, as one sentence: “Ann turns 40 today”.
        subject=gettext("%(who)s %(what)s") % {"who": contact.display, "what": short},
        path=contact.get_absolute_url(),
        late=day > on,
        facts=known.facts_but_age,
        reach=known.reach,
        # After an outage several leads may come at once, and all would say the same.
        shared=f"{BIRTHDAY}.{contact.pk}.{on}",
    )


def _turning(on: date, day: date) -> str:
    """Of those whose year is known."""
    if on < day:
        return gettext("turned %(age)d on %(date)s")
    if on == day:
        return gettext("turns %(age)d today")
    if on == day + timedelta(days=1):
        return gettext("turns %(age)d tomorrow")
    return gettext("turns %(age)d in %(days)d days")


def _birthday(on: date, day: date) -> str:
    if on < day:
        return gettext("had a birthday on %(date)s")
    if on == day:
        return gettext("has a birthday today")
    if on == day + timedelta(days=1):
        return gettext("has a birthday tomorrow")
    return gettext("has a birthday in %(days)d days")


class FollowUps(Kind):
    """Once, on their day; late for two weeks."""

    name = FOLLOW_UP
    label = _("Follow-ups")

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
        found = FollowUp.objects.may_be_named().filter(pk__in=ids).select_related("contact")
        follow_ups = {(follow_up.owner_id, follow_up.pk): follow_up for follow_up in found}
        told = [
            (occurrence, follow_up, day)
            for occurrence, day in asked
            if (follow_up := follow_ups.get((occurrence.owner_id, occurrence.object_id)))
        ]
        known = facts_about((occurrence, follow_up.contact, day) for occurrence, follow_up, day in told)
        return {
            occurrence.pk: follow_up_line(
                follow_up, occurrence.occurrence_on, day, known.get((follow_up.contact_id or 0, day), NOTHING)
            )
            for occurrence, follow_up, day in told
        }


def follow_up_line(follow_up: FollowUp, on: date, day: date, known: About = NOTHING) -> Line:
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
        facts=known.facts,
        reach=known.reach,
        thread=f"followup.{contact.uid}" if contact else "",
    )
