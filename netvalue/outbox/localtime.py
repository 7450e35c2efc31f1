"""When a local hour of a local day falls. One answer for every zone, day and hour, later days always later.

An hour that comes twice is the first of the two. An hour that the clocks skip is moved on by as much as they
skip; where that would end in the next day, it is moved back instead. A day that a zone leaves out altogether
(Apia, 30 December 2011) begins where the next one does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
# Between these hours nobody's phone should light up, unless they asked for it.
NIGHT_FROM, NIGHT_TO = 22, 7


@lru_cache(maxsize=20_000)
def instant(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which it is `hour` o'clock on `day` in `zone`."""
    wall = datetime.combine(day, time(hour), zone)
    for fold in (0, 1):
        moment = wall.replace(fold=fold).astimezone(UTC)
        if moment.astimezone(zone).date() == day:
            return moment
    return instant(day + DAY, 0, zone)


def local_day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def nearest_instant(to: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """Of all times that it is `hour` o'clock there, the one nearest to a moment."""
    day = local_day(to, zone)
    return min((instant(near, hour, zone) for near in (day - DAY, day, day + DAY)), key=lambda m: abs(m - to))


def next_instant(after: datetime, hour: int, zone: ZoneInfo) -> datetime:
    """The first time, strictly after `after`, that it is `hour` o'clock there."""
    day = local_day(after, zone)
    while (moment := instant(day, hour, zone)) <= after:
        day += DAY
    return moment


def after_the_night(moment: datetime, zone: ZoneInfo, chosen: int, useless_from: datetime) -> datetime:
    """When what is tried again or caught up leaves: in the morning if it is night there.

    At once nevertheless if an hour of the night was chosen for it, or if it were useless by the morning.
    """
    if not is_night(moment.astimezone(zone).hour) or is_night(chosen):
        return moment
    morning = next_instant(moment, NIGHT_TO, zone)
    return moment if morning >= useless_from else morning


def is_night(hour: int) -> bool:
    return hour >= NIGHT_FROM or hour < NIGHT_TO
