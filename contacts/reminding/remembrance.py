"""The day on which somebody died, for those who want to be reminded of it: on the day, in plain words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.birthdays import Birthday, remembrance
from contacts.models import Contact
from contacts.reminder_kinds import Yearly, date_line
from contacts.reminders import REMEMBRANCE
from contacts.words import with_weekday

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from contacts.models import ContactQuerySet
    from netvalue.outbox.kinds import Line
    from netvalue.outbox.models import Occurrence


class Remembrances(Yearly):
    """Of those of whom that was asked for, one by one."""

    name = REMEMBRANCE
    label = _("Days of remembrance")
    hint = _("of those for whom you ticked it")

    def kept(self, ids: Iterable[int], people: ContactQuerySet) -> dict[int, Birthday]:
        rows = people.remembered().filter(pk__in=set(ids))
        days = rows.values_list("pk", "death_year", "death_month", "death_day", "leap_day")
        return {pk: remembrance(year, month, day, own) for pk, year, month, day, own in days if month and day}

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        found = Contact.objects.may_be_named().filter(
            pk__in={occurrence.object_id for occurrence, _day in asked}
        )
        contacts = {(contact.owner_id, contact.pk): contact for contact in found}
        return {
            occurrence.pk: remembrance_line(contact, occurrence.occurrence_on, day)
            for occurrence, day in asked
            if (contact := contacts.get((occurrence.owner_id, occurrence.object_id)))
        }


def remembrance_line(contact: Contact, on: date, day: date) -> Line:
    """What is said on `day` about the day kept on `on`; the subject says no more than of any other day."""
    if on == day:
        said = gettext("today is the anniversary of their death")
    elif on > day:
        said = gettext("the anniversary of their death is on %(date)s")
    else:
        said = gettext("the anniversary of their death was on %(date)s")
    return replace(date_line(contact, on, day), what=said % {"date": with_weekday(on)})
