"""What answers mean together: how many yes, partly, no and open. No sum, no share, no grade."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a question stands. Open is not an answer, and never counts as no."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    OPEN = "open"


class Remark(StrEnum):
    """What can be said about a pattern of answers without grading anybody."""

    ALL_YES = "all yes"
    NOTHING_YET = "nothing yet"
    WHERE_TO_LOOK = "where to look"
    YES_SO_FAR = "yes so far"
    OPEN_STAYS_OPEN = "open stays open"


@dataclass(frozen=True, slots=True)
class Counts:
    """How often each state occurs."""

    yes: int
    partly: int
    no: int
    open: int

    @property
    def answered(self) -> int:
        return self.yes + self.partly + self.no

    @property
    def asked(self) -> int:
        return self.answered + self.open


def state(value: str | None) -> State:
    return State.OPEN if value is None else State(value)


def count(states: Iterable[State]) -> Counts:
    found = Counter(states)
    return Counts(found[State.YES], found[State.PARTLY], found[State.NO], found[State.OPEN])


def remarks(counts: Counts) -> tuple[Remark, ...]:
    """One remark on what was answered and, if anything is open, one on that."""
    if not counts.answered:
        return (Remark.NOTHING_YET,)
    if counts.partly or counts.no:
        first = Remark.WHERE_TO_LOOK
    else:
        first = Remark.YES_SO_FAR if counts.open else Remark.ALL_YES
    return (first, Remark.OPEN_STAYS_OPEN) if counts.open else (first,)


def first_steps(states: Sequence[State], most: int = 3) -> list[int]:
    """Where small steps are offered: the positions answered no, then partly, in the order asked."""
    wanted = [
        position for answer in (State.NO, State.PARTLY) for position, it in enumerate(states) if it == answer
    ]
    return wanted[:most]
