"""Of many of one kind a mail names a few; how many more there are it says in one line.

Nobody reads three hundred lines, and nobody acts on them. The line leads to all of them.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from netvalue.outbox.models import Occurrence

Row = TypeVar("Row")

# So many are named in one mail, unless there is just one more.
MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Summed(Generic[Row]):
    """What one mail tells, on the day it is read."""

    day: date
    named: Sequence[tuple[Occurrence, Row]]
    rest: Sequence[Occurrence]


def in_each_mail(
    told: Iterable[tuple[Occurrence, Row, date]], first: Callable[[Occurrence, Row], tuple[int, ...]]
) -> list[Summed[Row]]:
    """By mail, whom or what it names, those that come `first` in front, and what it only counts."""
    mails: dict[tuple[int, int | None, date], list[tuple[Occurrence, Row]]] = defaultdict(list)
    for occurrence, row, day in told:
        mails[occurrence.owner_id, occurrence.email_id, day].append((occurrence, row))
    return [_split(day, sorted(theirs, key=lambda one: first(*one))) for (_, _, day), theirs in mails.items()]


def _split(day: date, ordered: list[tuple[Occurrence, Row]]) -> Summed[Row]:
    most = len(ordered) if len(ordered) <= MOST_NAMED + 1 else MOST_NAMED
    return Summed(day, ordered[:most], [occurrence for occurrence, _row in ordered[most:]])
