from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from netvalue.outbox.localtime import after_the_night, instant, is_night, local_day, next_instant

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


LATER = "2027-01-01T00:00"


@pytest.mark.parametrize(
    ("zone", "moment", "chosen", "useless_from", "leaves"),
    [
        ("Europe/Berlin", "2026-05-05T10:00", 9, LATER, "2026-05-05T10:00"),
        # 21:59 is evening, 22:00 is night, and so is 6:59.
        ("Europe/Berlin", "2026-05-05T19:59", 9, LATER, "2026-05-05T19:59"),
        ("Europe/Berlin", "2026-05-05T20:00", 9, LATER, "2026-05-06T05:00"),
        ("Europe/Berlin", "2026-05-05T22:30", 9, LATER, "2026-05-06T05:00"),
        ("Europe/Berlin", "2026-05-06T04:59", 9, LATER, "2026-05-06T05:00"),
        ("Europe/Berlin", "2026-05-06T05:00", 9, LATER, "2026-05-06T05:00"),
        # Who chose an hour of the night gets it then.
        ("Europe/Berlin", "2026-05-05T21:30", 23, LATER, "2026-05-05T21:30"),
        ("Europe/Berlin", "2026-05-06T02:00", 6, LATER, "2026-05-06T02:00"),
        ("Europe/Berlin", "2026-05-06T02:00", 7, LATER, "2026-05-06T05:00"),
        # By the morning it would be too late.
        ("Europe/Berlin", "2026-05-05T20:30", 9, "2026-05-05T22:00", "2026-05-05T20:30"),
        ("Europe/Berlin", "2026-05-05T20:30", 9, "2026-05-06T05:00", "2026-05-05T20:30"),
        ("Europe/Berlin", "2026-05-05T20:30", 9, "2026-05-06T05:01", "2026-05-06T05:00"),
        # The night in which the clocks go forward is an hour shorter, the other an hour longer.
        ("Europe/Berlin", "2026-03-28T21:00", 9, LATER, "2026-03-29T05:00"),
        ("Europe/Berlin", "2026-10-24T20:00", 9, LATER, "2026-10-25T06:00"),
        # It is 2:30 twice there, and night both times.
        ("Europe/Berlin", "2026-10-25T00:30", 9, LATER, "2026-10-25T06:00"),
        ("Europe/Berlin", "2026-10-25T01:30", 9, LATER, "2026-10-25T06:00"),
        ("America/Los_Angeles", "2026-05-06T05:00", 9, LATER, "2026-05-06T14:00"),
        ("Asia/Kathmandu", "2026-05-05T16:15", 9, LATER, "2026-05-06T01:15"),
        # Half an hour forward in the middle of the night.
        ("Australia/Lord_Howe", "2026-10-03T15:00", 9, LATER, "2026-10-03T20:00"),
    ],
)
def test_nothing_late_comes_at_night(
    zone: str, moment: str, chosen: int, useless_from: str, leaves: str
) -> None:
    at, until, then = (
        datetime.fromisoformat(day).replace(tzinfo=UTC) for day in (moment, useless_from, leaves)
    )
    assert after_the_night(at, ZoneInfo(zone), chosen, until) == then


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(ZONES).map(ZoneInfo),
    moment=st.datetimes(datetime(2020, 1, 1), datetime(2036, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 -- the strategy adds the zone
)
def test_what_waits_for_the_morning_waits_for_the_next_one_and_no_longer(
    zone: ZoneInfo, moment: datetime
) -> None:
    then = after_the_night(moment, zone, 9, moment + timedelta(days=9))
    assert timedelta(0) <= then - moment <= timedelta(hours=11)
    assert not is_night(then.astimezone(zone).hour)
    assert after_the_night(then, zone, 9, moment + timedelta(days=9)) == then
