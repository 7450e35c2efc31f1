"""When the check is to be taken again: some months after the last one was finished, or on a chosen day.

Months end where they end: a month after 31 January is 28 or 29 February. A chosen day holds until a check is
finished on it or after it, and is used up by that; from then on it is the usual time again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from contacts.snoozing import months_after

if TYPE_CHECKING:
    from datetime import date

MONTHS = (1, 3, 6, 12)
USUALLY = 3
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Choice:
    """After so many months, or on a day; neither of them is never."""

    months: int | None = USUALLY
    on: date | None = None

    def after(self, last: date | None) -> Choice:
        """What holds when the last check was finished on that day."""
        return Choice() if self.on and last and last >= self.on else self

    def due_on(self, last: date | None) -> date | None:
        """The day of the next check. Without a last one there is none but a chosen day."""
        holds = self.after(last)
        if holds.months is None or last is None:
            return holds.on
        return months_after(last, holds.months)

    def still_tells(self, planned_on: date, last: date | None) -> bool:
        """Whether a reminder planned for a day is still true: no check since, and no later day chosen.

        Whoever moves to another zone may have finished the last check a day earlier or later than before.
        """
        due = self.due_on(last)
        if last and self.after(last).months:
            due = self.after(last).due_on(last - DAY)
        return due is not None and due <= planned_on
