"""What goes into which envelope: everything that is due, not too late and still wanted; each thing once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netvalue.outbox import envelopes, kinds
from netvalue.outbox.models import Email, OptOut

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from netvalue.outbox.models import Occurrence, OccurrenceQuerySet


@dataclass(slots=True)
class Tellable:
    """What may be told to each owner now, and what may not be told any more."""

    wanted: dict[int, list[Occurrence]] = field(default_factory=lambda: defaultdict(list))
    expired: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)


def tellable(open_: OccurrenceQuerySet, now: datetime) -> Tellable:
    found = list(open_.filter(due_at__lte=now).select_related("owner").order_by("id"))
    fresh = [occurrence for occurrence in found if occurrence.expires_at > now]
    wanted = _wanted(fresh)
    answer = Tellable(
        expired=[occurrence.pk for occurrence in found if occurrence.expires_at <= now],
        cancelled=[occurrence.pk for occurrence in fresh if occurrence.pk not in wanted],
    )
    for occurrence in fresh:
        if occurrence.pk in wanted:
            answer.wanted[occurrence.owner_id].append(occurrence)
    return answer


def _wanted(occurrences: list[Occurrence]) -> set[int]:
    """Their owner is there and has not refused such mails, and their app says so."""
    refused = set(
        OptOut.objects.filter(owner__in={o.owner_id for o in occurrences}).values_list("owner_id", "kind")
    )
    asked: dict[str, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        no = {(occurrence.owner_id, occurrence.kind)}
        if not kinds.get(occurrence.kind).at_once:
            no.add((occurrence.owner_id, OptOut.EVERYTHING))
        if occurrence.owner.is_active and not no & refused:
            asked[occurrence.kind].append(occurrence)
    return {pk for name, ours in asked.items() for pk in kinds.get(name).wanted(ours)}


def take(email: Email, open_: list[Occurrence]) -> Iterator[Occurrence]:
    """What belongs into this envelope, taken out of what is open."""
    for occurrence in list(open_):
        if email.kind == Email.DIGEST:
            mine = not kinds.get(occurrence.kind).at_once
        else:
            mine = email.kind == occurrence.kind and email.topic == envelopes.topic(occurrence)
        if mine:
            open_.remove(occurrence)
            yield occurrence
