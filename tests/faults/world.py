"""The people of a run: what a user typed in, and nothing that follows from it."""

from __future__ import annotations

import random
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Sequence

# Where it is day when a run begins, and for hours after: what is late in the night waits for the morning.
ZONES = (
    "Europe/Berlin",
    "Asia/Dubai",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Asia/Tokyo",
    "Australia/Eucla",
    "Asia/Yangon",
    "Australia/Adelaide",
    "UTC",
    "Africa/Nairobi",
)


@dataclass(frozen=True)
class Entry:
    """A birthday, another day of the year, or a follow-up. Its token names the person."""

    token: str
    kind: str
    day: str

    @property
    def on(self) -> date:
        return date.fromisoformat(self.day)


@dataclass(frozen=True)
class Owner:
    """Somebody who is reminded."""

    email: str
    zone: str
    hour: int
    digest: bool
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class World:
    """Everybody, as they stood when the run began."""

    begin: str
    owners: list[Owner]

    @property
    def began(self) -> datetime:
        return datetime.fromisoformat(self.begin)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, it: dict[str, Any]) -> World:
        owners = [
            Owner(**{**owner, "entries": [Entry(**entry) for entry in owner["entries"]]})
            for owner in it["owners"]
        ]
        return cls(it["begin"], owners)


def make(
    seed: int,
    *,
    owners: int,
    entries: int,
    digest: Sequence[bool],
    dues: Sequence[int] = (0,),
    zones: Sequence[str] = ZONES,
    others: int = 1,
) -> World:
    """Owners in many zones with so many entries each, and `others` whose day it is not.

    The run begins one minute before an hour. `dues` are the hours of the run, counted from there, at which
    their owners' hours strike; where a zone is not on the whole hour, its next one does a little later.
    """
    dice = random.Random(seed)
    # Not far from the machine's own clock, which only stamps rows in this engine.
    begin = datetime.now(UTC).replace(hour=6, minute=59, second=0, microsecond=0)
    number = iter(range(10**6))
    made = []
    for place in range(owners):
        zone = zones[place % len(zones)]
        strikes = begin + timedelta(minutes=1, hours=dues[place % len(dues)])
        local = strikes.astimezone(ZoneInfo(zone))
        if local.minute:
            local += timedelta(hours=1, minutes=-local.minute)
        today = local.date()
        about = []
        for k in range(entries + others):
            kind, days = dice.choice(
                (("birthday", 0), ("birthday", 7), ("date", 0), ("date", 7), ("followup", 0))
            )
            if k >= entries:
                kind, days = "birthday", dice.choice((3, 4, 5, 12, 100))
            day = today + timedelta(days=days)
            if (day.month, day.day) == (2, 29):
                day += timedelta(days=1)
            about.append(Entry(f"Q{next(number):06d}z", kind, day.isoformat()))
        made.append(Owner(f"owner{place}@example.org", zone, local.hour, digest[place % len(digest)], about))
    return World(begin.isoformat(), made)
