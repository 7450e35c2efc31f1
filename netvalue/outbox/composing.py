"""What goes into which envelope: everything that is due, not too late and still wanted; each thing once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from netvalue.outbox import acts, choices, envelopes, kinds
from netvalue.outbox.models import Email

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import datetime

    from netvalue.outbox.choices import Choices
    from netvalue.outbox.models import Occurrence, OccurrenceQuerySet


@dataclass(slots=True)
class Tellable:
    """What may be told to each owner now, and what may not be told any more."""

    wanted: dict[int, list[Occurrence]] = field(default_factory=lambda: defaultdict(list))
    expired: list[int] = field(default_factory=list)
    cancelled: list[int] = field(default_factory=list)
    chosen: dict[int, Choices] = field(default_factory=dict)


def tellable(open_: OccurrenceQuerySet, now: datetime) -> Tellable:
    found = list(open_.filter(due_at__lte=now).select_related("owner").order_by("id"))
    chosen = choices.of_many(occurrence.owner for occurrence in found)
    wanted = told(found, chosen)
    answer = Tellable(chosen=chosen)
    for occurrence in found:
        if occurrence.pk not in wanted:
            # What a kind that stumbled would say is not known: it waits for the next tick.
            if not kinds.stumbled(occurrence.kind):
                answer.cancelled.append(occurrence.pk)
        elif occurrence.expires_at <= now:
            # Only what would still be told comes too late.
            answer.expired.append(occurrence.pk)
        else:
            answer.wanted[occurrence.owner_id].append(occurrence)
    return answer


def told(occurrences: Iterable[Occurrence], chosen: Mapping[int, Choices]) -> set[int]:
    """The ids of those whose owner is there and wants mails of their kind, and whose app says so."""
    asked = kinds.by_kind(
        occurrence
        for occurrence in occurrences
        if occurrence.owner.is_active and chosen[occurrence.owner_id].on(occurrence.kind)
    )
    wanted: set[int] = set()
    for name, ours in asked.items():
        with kinds.apart(name):
            still = kinds.get(name).wanted(ours)
            wanted |= still - acts.stopped([it for it in ours if it.pk in still])
    return wanted


def take(email: Email, tellable: Tellable) -> Iterator[Occurrence]:
    """What belongs into this envelope, taken out of what may be told to its reader."""
    open_ = tellable.wanted[email.reader.pk]
    for occurrence in list(open_):
        if email.kind == Email.DIGEST:
            fits = envelopes.fits(occurrence, email, tellable.chosen[email.reader.pk])
            mine = fits and not kinds.get(occurrence.kind).at_once
        else:
            mine = email.kind == occurrence.kind and email.topic == envelopes.topic(occurrence)
        if mine:
            open_.remove(occurrence)
            # Its line may depend on what else is in the same mail.
            occurrence.email = email
            yield occurrence
