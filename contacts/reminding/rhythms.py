"""That it would be time to talk with somebody again: told once, each time it becomes so.

A mail names a few, the closest first as on Today, and sums up the others. Nobody has a rhythm unless one
chose it for them, so whoever has one is told of: organisations, too, and those who are purely business.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contacts import mail_facts
from contacts.mail_facts import NOTHING
from contacts.models import Contact
from contacts.reminders import RHYTHM
from contacts.reminding.summing import in_each_mail
from contacts.words import every
from netvalue.outbox.kinds import Kind, Line
from netvalue.outbox.localtime import local_day

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from contacts.mail_facts import About
    from contacts.models import ContactQuerySet
    from contacts.rhythm import Keeping
    from netvalue.outbox.kinds import Due
    from netvalue.outbox.models import Occurrence


class Rhythms(Kind):
    """Once each time; as long as it stays true, for a month."""

    name = RHYTHM
    label = _("Time to talk again")
    hint = _("once, whenever it is time")

    def following(self, planned: Sequence[Due]) -> Mapping[int, date]:
        # The next conversation makes the next day.
        return {}

    def standing(self, waiting: Sequence[Due]) -> Mapping[int, date]:
        goes = _goes(Contact.objects.all(), waiting)
        return {row.pk: day for row in waiting if (it := goes.get(row.pk)) and (day := it.next_on)}

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return due_on + timedelta(days=31)

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        """Those who are due still, and with whom one has not talked since they became so."""
        goes = _goes(Contact.objects.in_view(), occurrences)
        newest: dict[int, int] = {}
        for occurrence in sorted(occurrences, key=lambda o: o.occurrence_on):
            it = goes.get(occurrence.pk)
            told_on = local_day(occurrence.due_at, occurrence.owner.zone)
            if it and it.since < occurrence.occurrence_on and it.is_due(told_on):
                newest[occurrence.object_id] = occurrence.pk
        return set(newest.values())

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        found = Contact.objects.may_be_named().filter(
            pk__in={occurrence.object_id for occurrence, _day in asked}
        )
        people = {(who.owner_id, who.pk): who for who in found}
        told = [(it, who, day) for it, day in asked if (who := people.get((it.owner_id, it.object_id)))]
        mails = in_each_mail(told, _closest_first)
        known = mail_facts.about((it.owner, who, mail.day) for mail in mails for it, who in mail.named)
        lines: dict[int, Line] = {}
        for mail in mails:
            lines |= {it.pk: rhythm_line(who, known[who.pk, mail.day]) for it, who in mail.named}
            lines |= {it.pk: others_line(len(mail.rest)) for it in mail.rest}
        return lines


def _goes(people: ContactQuerySet, rows: Sequence[Occurrence | Due]) -> dict[int, Keeping]:
    """By row, what keeping in touch goes by where its owner lives now."""
    theirs = people.filter(pk__in={row.object_id for row in rows}).going_by_a_rhythm()
    who = {contact.pk: contact for contact in theirs}
    return {row.pk: who[row.object_id].goes_by(row.owner.zone) for row in rows if row.object_id in who}


def _closest_first(occurrence: Occurrence, who: Contact) -> tuple[int, ...]:
    """As on Today: of whom it is open how close they are comes last, and who became due lately first."""
    closeness = -1 if who.closeness is None else who.closeness
    return -closeness, -occurrence.occurrence_on.toordinal(), who.pk


def rhythm_line(who: Contact, known: About = NOTHING) -> Line:
    often = every(who.rhythm_days) if who.rhythm_days else ""
    said = gettext("you wanted to talk %(often)s") if often else gettext("you wanted to talk again")
    return Line(
        who=who.display,
        what=said % {"often": often},
        subject=gettext("It would be time to talk with %(who)s again") % {"who": who.display},
        path=who.get_absolute_url(),
        facts=known.facts,
        reach=known.reach,
    )


def others_line(n: int) -> Line:
    """All the others in one."""
    more = ngettext("%(n)d more person", "%(n)d more people", n) % {"n": n}
    return Line(
        who=more,
        what=gettext("you wanted to talk with them again, too"),
        subject=gettext("Time to talk again"),
        path=reverse("contacts:list") + "?rhythm=due",
        shared=RHYTHM,
        sums_up=True,
    )
