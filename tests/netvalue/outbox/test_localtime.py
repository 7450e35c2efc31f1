from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netvalue.outbox.localtime import instant, local_day, next_instant

ZONES = sorted(available_timezones())


@pytest.mark.parametrize(
    ("zone", "day", "hour", "utc"),
    [
        ("Europe/Berlin", date(2026, 7, 1), 9, "2026-07-01T07:00"),
        ("Europe/Berlin", date(2026, 12, 1), 9, "2026-12-01T08:00"),
        # Clocks go forward: 2 o'clock does not exist and is 3 o'clock.
        ("Europe/Berlin", date(2026, 3, 29), 2, "2026-03-29T01:00"),
        # Clocks go back: 2 o'clock comes twice and is the first.
        ("Europe/Berlin", date(2026, 10, 25), 2, "2026-10-25T00:00"),
        # The skipped hour is the last of the day: moved back, not into the next day.
        ("America/Godthab", date(2026, 3, 28), 23, "2026-03-29T00:00"),
        # Midnight is skipped.
        ("America/Santiago", date(2026, 9, 6), 0, "2026-09-06T04:00"),
        # A day that Samoa left out begins where the next one does.
        ("Pacific/Apia", date(2011, 12, 30), 9, "2011-12-30T10:00"),
        ("Pacific/Kiritimati", date(2026, 1, 1), 9, "2025-12-31T19:00"),
        ("Asia/Kathmandu", date(2026, 1, 1), 9, "2026-01-01T03:15"),
    ],
)
def test_when_an_hour_falls(zone: str, day: date, hour: int, utc: str) -> None:
    assert instant(day, hour, ZoneInfo(zone)) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


@settings(max_examples=600, deadline=None)
@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    day=st.dates(date(1972, 1, 1), date(2037, 12, 30)),
    hour=st.integers(0, 23),
)
def test_a_later_day_is_always_later_and_the_day_is_the_asked_one(
    zone: ZoneInfo, day: date, hour: int
) -> None:
    moment, tomorrow = instant(day, hour, zone), instant(day + timedelta(1), hour, zone)
    assert moment < tomorrow
    there = local_day(moment, zone)
    # Only a day that does not exist at all is another one.
    assert there == day or (there == day + timedelta(1) and instant(day, 0, zone) == instant(day, 12, zone))


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    after=st.datetimes(datetime(1972, 1, 1), datetime(2037, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001 -- the strategy adds the zone
    hour=st.integers(0, 23),
)
def test_the_next_time_of_an_hour_is_strictly_after_and_within_two_days(
    zone: ZoneInfo, after: datetime, hour: int
) -> None:
    assert timedelta(0) < next_instant(after, hour, zone) - after <= timedelta(days=2)


def test_every_day_of_two_years_has_its_own_moment_in_every_zone() -> None:
    days = [date(2026, 1, 1) + timedelta(n) for n in range(731)]
    for zone in map(ZoneInfo, ZONES):
        moments = [instant(day, 2, zone) for day in days]
        assert all(a < b for a, b in pairwise(moments)), zone
