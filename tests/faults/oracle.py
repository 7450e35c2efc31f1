"""What must arrive: brute force over the days of a run. Shares no code with the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.world import Entry, Owner, World

# A birthday or another day of the year is told on the day and a week ahead, unless chosen otherwise.
LEADS = (0, 7)


@dataclass(frozen=True)
class Expected:
    """One line that must stand in one mail."""

    owner: str
    token: str
    kind: str
    lead: int
    day: date
    due: datetime


def expected(world: World, until: datetime) -> dict[str, Expected]:
    """Everything due after the run began and not after `until`, by its token."""
    found = {}
    for owner in world.owners:
        for entry in owner.entries:
            for it in _of(owner, entry, world.began, until):
                assert it.token not in found, "a token must say which line it is"
                found[it.token] = it
    return found


def _of(owner: Owner, entry: Entry, since: datetime, until: datetime) -> Iterator[Expected]:
    zone = ZoneInfo(owner.zone)
    day = since.astimezone(zone).date() - timedelta(days=2)
    while day <= until.astimezone(zone).date() + timedelta(days=2):
        due = datetime.combine(day, time(owner.hour), zone).astimezone(UTC)
        for lead in LEADS if entry.kind in {"birthday", "date"} else (0,):
            if since < due <= until and _falls(entry, day + timedelta(days=lead)):
                yield Expected(owner.email, entry.token, entry.kind, lead, day, due)
        day += timedelta(days=1)


def _falls(entry: Entry, day: date) -> bool:
    if entry.kind == "followup":
        return day == entry.on
    return (day.month, day.day) == (entry.on.month, entry.on.day)
