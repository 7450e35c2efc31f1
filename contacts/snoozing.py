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
        return months_after(start, 1)
    return start + timedelta(days=7 if pause is Pause.WEEK else 1)


def months_after(day: date, months: int) -> date:
    """The same day of another month, or its last: a month after 31 January is 28 or 29 February; a month
    after 31 March, if the number is negative, too.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
