"""A table of days that come back."""

from __future__ import annotations

from datetime import date

import pytest

from contacts.snoozing import Pause, comes_back

TODAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("pause", "due_on", "back_on"),
    [
        (Pause.DAY, date(2026, 1, 31), date(2026, 2, 1)),
        (Pause.DAY, date(2025, 6, 1), date(2026, 2, 1)),
        (Pause.WEEK, date(2026, 1, 1), date(2026, 2, 7)),
        (Pause.WEEK, date(2026, 3, 1), date(2026, 3, 8)),
        (Pause.MONTH, date(2026, 1, 1), date(2026, 2, 28)),
        (Pause.MONTH, date(2028, 1, 31), date(2028, 2, 29)),
        (Pause.MONTH, date(2026, 12, 31), date(2027, 1, 31)),
    ],
)
def test_when_a_snoozed_follow_up_comes_back(pause: Pause, due_on: date, back_on: date) -> None:
    assert comes_back(pause, due_on=due_on, today=TODAY) == back_on
