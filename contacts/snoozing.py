"""When a snoozed follow-up comes back: a day, a week or a month later, counted from today or from its day,
whichever is later.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum


class Pause(StrEnum):
    """How long it may wait."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


def comes_back(pause: Pause, *, due_on: date, today: date) -> date:
    start = max(due_on, today)
    if pause is Pause.MONTH:
        return a_month_after(start)
    return start + timedelta(days=7 if pause is Pause.WEEK else 1)


def a_month_after(day: date) -> date:
    """The same day of the next month, or its last: 31 January → 28 or 29 February."""
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
