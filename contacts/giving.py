"""What happened between two people when one helped, promised or lent, and whether it went both ways.

Help counts on the day it was given, a promise once something of it was kept, a loan from its first day. Only
the last two years count, and each time as one, however much it was. That one side did more is said only where
chance alone would hardly do as much; how the other side sees it, nobody here knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from netvalue.chance import beyond_chance

if TYPE_CHECKING:
    from collections.abc import Iterable

YEARS = 2
# So long a promise without a day is left alone, and a thing that was lent.
A_PROMISE_WAITS, A_LOAN_WAITS = timedelta(days=14), timedelta(days=91)


class Direction(StrEnum):
    """From me to somebody, or from somebody to me."""

    GIVEN = "given"
    RECEIVED = "received"


class Kind(StrEnum):
    """Help is done and over; a loan comes back."""

    HELP = "help"
    LOAN = "loan"


class State(StrEnum):
    """How much of a promise is kept, or of a loan is back."""

    OPEN = "open"
    PARTLY = "partly"
    CLOSED = "closed"


class Said(StrEnum):
    """What one says of it when it is written down."""

    HELPED = "helped"
    WAS_HELPED = "was-helped"
    PROMISED = "promised"
    WAS_PROMISED = "was-promised"
    LENT = "lent"
    BORROWED = "borrowed"

    @property
    def direction(self) -> Direction:
        mine = self in {Said.HELPED, Said.PROMISED, Said.LENT}
        return Direction.GIVEN if mine else Direction.RECEIVED

    @property
    def kind(self) -> Kind:
        return Kind.LOAN if self in {Said.LENT, Said.BORROWED} else Kind.HELP

    @property
    def begins(self) -> State:
        return State.CLOSED if self in {Said.HELPED, Said.WAS_HELPED} else State.OPEN


def said_of(direction: str, kind: str, state: str) -> Said:
    """What one says of it as it stands: a promise that was kept is help."""
    mine = direction == Direction.GIVEN
    if kind == Kind.LOAN:
        return Said.LENT if mine else Said.BORROWED
    if state == State.CLOSED:
        return Said.HELPED if mine else Said.WAS_HELPED
    return Said.PROMISED if mine else Said.WAS_PROMISED


def comes_up_on(kind: str, day: date, due_on: date | None) -> date:
    """When one is told of what waits for oneself: on the day by which it was meant, else after some time."""
    return due_on or day + (A_LOAN_WAITS if kind == Kind.LOAN else A_PROMISE_WAITS)


@dataclass(frozen=True, slots=True)
class Counts:
    """How often help went each way."""

    given: int = 0
    received: int = 0

    @property
    def goes_both_ways(self) -> bool:
        return self.given > 0 and self.received > 0

    @property
    def tilt(self) -> Direction | None:
        """The side from which more came, if chance alone would hardly do as much."""
        if not beyond_chance(self.given, self.received):
            return None
        return Direction.GIVEN if self.given > self.received else Direction.RECEIVED


def begins_after(today: date) -> date:
    """The last day that does not count any more."""
    year = today.year - YEARS
    leaps = (today.month, today.day) == (2, 29)
    return today.replace(year=year, day=28) if leaps else today.replace(year=year)


def counted(favours: Iterable[tuple[str, date | None]], today: date) -> Counts:
    """How often each way in the last two years, from the direction and, if it helped, the day of each."""
    begin = begins_after(today)
    ways = [direction for direction, day in favours if day and day > begin]
    return Counts(ways.count(Direction.GIVEN), ways.count(Direction.RECEIVED))
