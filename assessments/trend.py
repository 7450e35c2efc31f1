"""What moved between two checks, and whether chance alone would do as much.

A move goes between no, partly and yes. Open is no answer: a question that was open on either side is told
apart and never counts as a move. How many went up and how many down is all that chance is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from assessments.scoring import State
from netvalue.chance import beyond_chance

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ORDER = {State.NO: 0, State.PARTLY: 1, State.YES: 2}
REPEAT_WITHIN = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Moved:
    """The questions by what became of them, as keys in the order the later check asks them."""

    up: tuple[str, ...] = ()
    down: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    same: tuple[str, ...] = ()

    @property
    def beyond_chance(self) -> bool:
        return beyond_chance(len(self.up), len(self.down))


def moved(before: Mapping[str, State], after: Mapping[str, State]) -> Moved:
    """What became of the questions that both checks ask."""
    found: dict[str, list[str]] = {"up": [], "down": [], "answered": [], "opened": [], "same": []}
    for key, now in after.items():
        if key in before:
            found[_became(before[key], now)].append(key)
    return Moved(**{name: tuple(keys) for name, keys in found.items()})


def _became(then: State, now: State) -> str:
    if then == now:
        return "same"
    if then == State.OPEN:
        return "answered"
    if now == State.OPEN:
        return "opened"
    return "up" if ORDER[now] > ORDER[then] else "down"


def is_repeat(earlier: date, later: date) -> bool:
    """Whether so little time lies between the two that the repeat rather tells how steady the answers are."""
    return abs(later - earlier) <= REPEAT_WITHIN
