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

    ASK_AGAIN = "ask again"
    WHERE_TO_LOOK = "where to look"
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

    @property
    def at_most_yes(self) -> int:
        """How many yeses there would be if all that is partly or open became one."""
        return self.yes + self.partly + self.open


def state(value: str | None) -> State:
    return State.OPEN if value is None else State(value)


def count(states: Iterable[State]) -> Counts:
    found = Counter(states)
    return Counts(found[State.YES], found[State.PARTLY], found[State.NO], found[State.OPEN])


def remarks(counts: Counts) -> tuple[Remark, ...]:
    """What a verdict leaves unsaid: that yes takes time, that open is no answer, or when to ask again."""
    looks = (Remark.WHERE_TO_LOOK,) if counts.partly or counts.no else ()
    waits = (Remark.OPEN_STAYS_OPEN,) if counts.open else ()
    return looks + waits or (Remark.ASK_AGAIN,)


def first_steps(states: Sequence[State], most: int = 3) -> list[int]:
    """Where small steps are offered: the positions answered no, then partly, in the order asked."""
    wanted = [
        position for answer in (State.NO, State.PARTLY) for position, it in enumerate(states) if it == answer
    ]
    return wanted[:most]
