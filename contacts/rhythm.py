"""When one would talk with somebody again: so many days after the last conversation, or after they were
written down. Whoever has a rhythm drifts away after twice its length; whoever has none, and matters, after
half a year.

What is known only roughly counts from the first day it can have been, so that nobody waits too long.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

# Without a rhythm: for so many days one would not notice. With one: so many times its length.
HALF_A_YEAR = 182
TWICE = 2
# From here on, up to ten.
CLOSE = 7
# After three years it is no neglect any more: it sleeps, and wakes more easily than one thinks.
ASLEEP_AFTER = 1095


@dataclass(frozen=True, slots=True)
class Keeping:
    """How one keeps in touch with somebody. There is none with those who were put away or have died."""

    # The last conversation; None for never.
    last: date | None
    written_down: date
    rhythm_days: int | None = None
    # Close, confided in or missed.
    matters: bool = False
    # Until which day it rests: the last there is, if for good.
    rests_until: date | None = None

    @property
    def since(self) -> date:
        return self.last or self.written_down

    def rests(self, today: date) -> bool:
        return self.rests_until is not None and today < self.rests_until

    @property
    def next_on(self) -> date | None:
        """The day it is due; while it rests not before it goes on."""
        if self.rhythm_days is None or self.rests_until == date.max:
            return None
        due = after(self.since, self.rhythm_days)
        return max(due, self.rests_until) if self.rests_until else due

    def is_due(self, today: date) -> bool:
        if self.rhythm_days is None or self.rests(today):
            return False
        return after(self.since, self.rhythm_days) <= today

    def is_drifting(self, today: date) -> bool:
        if self.rests(today):
            return False
        if self.rhythm_days is not None:
            return after(self.since, TWICE * self.rhythm_days) < today
        return self.matters and after(self.since, HALF_A_YEAR) <= today

    def sleeps(self, today: date) -> bool:
        """The last conversation is years ago."""
        return self.last is not None and after(self.last, ASLEEP_AFTER) < today


def after(day: date, days: int) -> date:
    """So many days later, or the last day there is."""
    return day + timedelta(days=days) if (date.max - day).days >= days else date.max
