"""That it would be time to talk with somebody again: told once, each time it becomes so.

Nobody reads three hundred lines, and nobody acts on them. A mail names a few, the closest first as on Today;
how many more there are it says in one line, which leads to all of them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contacts import mail_facts
from contacts.mail_facts import NOTHING
from contacts.models import Contact
from contacts.reminders import RHYTHM
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

# So many are named in one mail, unless there is just one more.
MOST_NAMED = 5


class Rhythms(Kind):
    """Once each time; as long as it stays true, for a month."""

    name = RHYTHM
    label = _("Time to talk again")
    hint = _("once, each time it becomes so")

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
        mails: dict[tuple[int, int | None, date], list[tuple[Occurrence, Contact]]] = defaultdict(list)
        for it, day in asked:
            if who := people.get((it.owner_id, it.object_id)):
                mails[it.owner_id, it.email_id, day].append((it, who))
        split = {mail: _named_and_others(theirs) for mail, theirs in mails.items()}
        known = mail_facts.about(
            (it.owner, who, day) for (_, _, day), (named, _rest) in split.items() for it, who in named
        )
        lines: dict[int, Line] = {}
        for (_owner, _mail, day), (named, rest) in split.items():
            lines |= {it.pk: rhythm_line(who, known[who.pk, day]) for it, who in named}
            lines |= {it.pk: others_line(len(rest)) for it, _who in rest}
        return lines


def _goes(people: ContactQuerySet, rows: Sequence[Occurrence | Due]) -> dict[int, Keeping]:
    """By row, what keeping in touch goes by where its owner lives now."""
    theirs = people.filter(pk__in={row.object_id for row in rows}).going_by_a_rhythm()
    who = {contact.pk: contact for contact in theirs}
    return {row.pk: who[row.object_id].goes_by(row.owner.zone) for row in rows if row.object_id in who}


def _named_and_others(
    theirs: list[tuple[Occurrence, Contact]],
) -> tuple[list[tuple[Occurrence, Contact]], list[tuple[Occurrence, Contact]]]:
    ordered = sorted(theirs, key=_closest_first)
    most = len(ordered) if len(ordered) <= MOST_NAMED + 1 else MOST_NAMED
    return ordered[:most], ordered[most:]


def _closest_first(one: tuple[Occurrence, Contact]) -> tuple[int, int, int]:
    """As on Today: of whom it is open how close they are comes last, and who became due lately first."""
    occurrence, who = one
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
        what=gettext("with them, too, you wanted to talk again"),
        subject=gettext("It would be time to talk with %(who)s again") % {"who": more},
        path=reverse("contacts:list") + "?rhythm=due",
        shared=RHYTHM,
        sums_up=True,
    )
