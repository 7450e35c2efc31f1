"""What its owner wants to be told once more: on the day they chose, at their hour, in the words of its kind.

The object is the `Acted` row that says so. It is told as long as that stands and its own kind would still
tell it. A day that is over by then is told as over, and they were told so when they chose.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from netvalue.outbox import acts, choices, kinds
from netvalue.outbox.acted import Acted
from netvalue.outbox.localtime import local_day
from netvalue.outbox.models import Occurrence
from netvalue.outbox.planning import AGAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from netvalue.outbox.kinds import Line


class Again(kinds.Kind):
    """Once, on its day; late for two weeks."""

    name = AGAIN
    label = _("Once more")

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return due_on + timedelta(days=15)

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        originals = _originals(occurrences)
        wanted: set[int] = set()
        for name, ours in kinds.by_kind(originals).items():
            if kind := kinds.find(name):
                wanted |= kind.wanted(ours)
        chosen = choices.of_many({it.owner for it in originals})
        kept = [it for it in originals if it.pk in wanted and chosen[it.owner_id].on(it.kind)]
        return {it.pk for it in kept} - acts.stopped(kept) - _told_anyway(kept, occurrences)

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        days = {occurrence.pk: day for occurrence, day in asked}
        found: dict[int, Line] = {}
        for name, ours in kinds.by_kind(_originals([occurrence for occurrence, _day in asked])).items():
            if kind := kinds.find(name):
                found |= kind.lines([(it, days[it.pk]) for it in ours])
        # Late is what we could not send in time, and this was wanted now.
        return {pk: replace(line, late=False) for pk, line in found.items()}


def _originals(occurrences: Iterable[Occurrence]) -> list[Occurrence]:
    """What each was at first, to be asked about under the id that it has now. Never stored."""
    by_row = {it.object_id: it for it in occurrences}
    snoozed = Acted.objects.standing().filter(pk__in=by_row)
    return [
        Occurrence(
            pk=now.pk,
            owner=now.owner,
            kind=acted.kind,
            object_id=acted.object_id,
            occurrence_on=acted.occurrence_on,
            lead=acted.lead,
        )
        for acted in snoozed
        if (now := by_row[acted.pk]).owner_id == acted.owner_id
    ]


def _told_anyway(kept: Sequence[Occurrence], occurrences: Sequence[Occurrence]) -> set[int]:
    """Those of whose event a mail of its own kind is due on the same day."""
    others = Occurrence.objects.filter(
        owner__in={it.owner_id for it in kept},
        kind__in={it.kind for it in kept},
        object_id__in={it.object_id for it in kept},
    ).exclude(ended=Occurrence.Ended.CANCELLED)
    zones = {it.owner_id: it.owner.zone for it in occurrences}
    told = {
        (owner, kind, object_id, on, local_day(at, zones[owner]))
        for owner, kind, object_id, on, at in others.values_list(
            "owner_id", "kind", "object_id", "occurrence_on", "due_at"
        )
    }
    days = {it.pk: it.occurrence_on for it in occurrences}
    return {
        it.pk for it in kept if (it.owner_id, it.kind, it.object_id, it.occurrence_on, days[it.pk]) in told
    }
