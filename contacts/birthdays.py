"""When a birthday falls. 29 February is kept on the day its owner chose in other years, for all or for one.

Only a month and a day make a birthday; without the year nobody's age is told.
"""

from __future__ import annotations

from calendar import isleap
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class LeapDay(StrEnum):
    """Where 29 February is kept in common years."""

    FEBRUARY = "feb28"
    MARCH = "mar1"


@dataclass(frozen=True, slots=True)
class Birthday:
    """A day of the year on which somebody was born, in a year that may be unknown."""

    month: int
    day: int
    year: int | None = None
    # Where this one is kept if it is 29 February; None: where all are.
    leap_day: LeapDay | None = None

    @property
    def is_leap_day(self) -> bool:
        return (self.month, self.day) == (2, 29)

    def in_year(self, year: int, leap_day: LeapDay) -> date:
        if self.is_leap_day and not isleap(year):
            kept = self.leap_day or leap_day
            return date(year, 2, 28) if kept is LeapDay.FEBRUARY else date(year, 3, 1)
        return date(year, self.month, self.day)

    def on_or_after(self, day: date, leap_day: LeapDay) -> date | None:
        """The next time it is kept, today included; None where the calendar ends, and before the birth."""
        first = max(day.year, self.year or 0)
        for year in range(first, min(first + 2, date.max.year + 1)):
            kept = self.in_year(year, leap_day)
            if kept >= day:
                return kept
        return None

    def age_on(self, day: date) -> int | None:
        """What they turn on a day on which it is kept; nothing at birth or before."""
        if self.year is None or day.year <= self.year:
            return None
        return day.year - self.year


def remembrance(year: int | None, month: int, day: int, leap_day: str = "") -> Birthday:
    """The day on which somebody died: kept like a birthday, and for the first time a year later."""
    return Birthday(month, day, year + 1 if year else None, of_their_own(leap_day))


def known(year: int | None, month: int | None, day: int | None, leap_day: str = "") -> Birthday | None:
    """The birthday these parts make; None if the month or the day is unknown."""
    return Birthday(month, day, year, of_their_own(leap_day)) if month and day else None


def of_their_own(leap_day: str) -> LeapDay | None:
    """What was chosen for one person; nothing is as for all."""
    return LeapDay(leap_day) if leap_day else None
