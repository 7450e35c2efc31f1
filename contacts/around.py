"""When something was, as far as one knows: on a day, in a month, in a season or in a year.

The seasons are those of the north, each three months long; a winter belongs to the year in which it begins.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum


class Season(IntEnum):
    """A quarter of the year; three times its number is its first month."""

    SPRING = 1
    SUMMER = 2
    AUTUMN = 3
    WINTER = 4


class Precision(StrEnum):
    """How well one knows when something was."""

    DAY = "day"
    MONTH = "month"
    SEASON = "season"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Around:
    """A day, or the time in which the day lies. A day has its month, and a season has neither."""

    year: int
    month: int | None = None
    day: int | None = None
    season: Season | None = None

    @classmethod
    def on(cls, day: date) -> Around:
        return cls(day.year, day.month, day.day)

    @classmethod
    def beginning(cls, first: date, precision: Precision) -> Around:
        """What lies from its first day on, and is known so well."""
        match precision:
            case Precision.DAY:
                return cls.on(first)
            case Precision.MONTH:
                return cls(first.year, first.month)
            case Precision.SEASON:
                return cls(first.year, season=Season(first.month // 3))
            case Precision.YEAR:
                return cls(first.year)

    @property
    def precision(self) -> Precision:
        if self.is_a_day:
            return Precision.DAY
        if self.month:
            return Precision.MONTH
        return Precision.SEASON if self.season else Precision.YEAR

    @property
    def is_a_day(self) -> bool:
        return self.day is not None

    @property
    def first(self) -> date:
        """The earliest day it can have been; what is known only roughly counts from here."""
        month = self.month or (3 * self.season if self.season else 1)
        return date(self.year, month, self.day or 1)

    @property
    def last(self) -> date:
        """The latest day it can have been."""
        if self.is_a_day:
            return self.first
        months = 1 if self.month else 3 if self.season else 12
        years, month = divmod(self.first.month - 1 + months, 12)
        if self.year + years > date.max.year:
            return date.max
        return date(self.year + years, month + 1, 1) - timedelta(days=1)
