"""Every hour of every local day has one moment, in every zone, through every change of the clocks to come."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import pytest

from netvalue.outbox.localtime import instant
from tests.faults.calendar_oracle import DAY, HOUR, WallClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    Instant = Callable[[date, int, ZoneInfo], datetime]

ZONES = sorted(available_timezones() - {"localtime"})
YEARS = 2026, 2035
A_DAY = timedelta(days=1)
# Days that no reminder of ours will see, for what has never happened since.
OF_OLD = {
    "Pacific/Apia": 2011,  # left 30 December out
    "Pacific/Fakaofo": 2011,
    "Pacific/Kwajalein": 1993,
    "Pacific/Kiritimati": 1994,
    "America/Godthab": 2023,  # 23 o'clock is skipped
    "Africa/Casablanca": 2024,  # back for Ramadan
    "Asia/Pyongyang": 2018,  # by half an hour
    "America/Caracas": 2016,
    "Europe/Dublin": 2020,  # its winter is the exception
    "Antarctica/Troll": 2025,  # by two hours
    "Antarctica/Casey": 2020,  # by three
    "Australia/Lord_Howe": 2025,  # by half an hour
    "Africa/Cairo": 2023,  # at midnight
    "America/Asuncion": 2023,
    "Asia/Gaza": 2023,
}


def around(clock: WallClock, days: int = 2) -> Iterator[date]:
    """The days on which the clocks are changed, and those beside them."""
    near = {day + n * A_DAY for turn in clock.turns for day in turn.days for n in range(-days, days + 1)}
    return iter(sorted(near))


def wrong(of: Instant, clock: WallClock, days: Iterable[date]) -> Iterator[str]:
    """Each hour that is not where the wall clock shows it, and each that is not after those of days before.

    A day that a zone left out has no hours of its own.
    """
    zone = ZoneInfo(clock.name)
    before: dict[int, datetime] = {}
    for day in days:
        for hour in range(24):
            found = of(day, hour, zone)
            if found != clock.moment(day, hour):
                yield f"{clock.name} {day} {hour} o'clock: {found}, not {clock.moment(day, hour)}"
            if hour in before and found <= before[hour]:
                yield f"{clock.name} {day} {hour} o'clock is not after that of a day before"
            if clock.local(found).date() == day:
                before[hour] = found


def the_second_of_two(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour, fold=1), zone).astimezone(UTC)


def a_day_after_the_last(day: date, hour: int, zone: ZoneInfo) -> datetime:
    new_year = datetime.combine(day.replace(month=1, day=1), time(hour), zone).astimezone(UTC)
    return new_year + (day - day.replace(month=1, day=1))


def whatever_day_that_is(day: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(hour), zone).astimezone(UTC)


def test_every_change_of_the_clocks_of_ten_years_in_every_zone() -> None:
    """Zones whose clocks have gone alike all the time are looked at once."""
    turns = 0
    alike: set[object] = set()
    for name in ZONES:
        clock = WallClock(name, *YEARS, step=2 * DAY)
        turns += len(clock.turns)
        if (pieces := tuple(clock.pieces)) not in alike:
            alike.add(pieces)
            assert not list(wrong(instant, clock, around(clock)))
    assert len(ZONES) > 590
    assert turns > 3000


@pytest.mark.parametrize(("name", "year"), OF_OLD.items())
def test_changes_of_the_past_that_were_odd(name: str, year: int) -> None:
    clock = WallClock(name, year, year, step=HOUR)
    assert clock.turns
    assert not list(wrong(instant, clock, around(clock)))


def test_a_day_that_was_left_out_begins_with_the_next() -> None:
    apia = WallClock("Pacific/Apia", 2011, 2011)
    for hour in range(24):
        assert apia.moment(date(2011, 12, 30), hour) == datetime(2011, 12, 30, 10, tzinfo=UTC)
    assert apia.local(apia.moment(date(2011, 12, 30), 9)) == datetime(2011, 12, 31)  # noqa: DTZ001 -- on a wall


@pytest.mark.faults
def test_every_hour_of_every_day_of_ten_years_in_every_zone() -> None:
    """The changes of every zone by its own name; what is between them once for zones that go alike."""
    alike: set[object] = set()
    for name in ZONES:
        clock = WallClock(name, *YEARS, step=HOUR)
        assert not list(wrong(instant, clock, around(clock)))
        if (pieces := tuple(clock.pieces)) not in alike:
            alike.add(pieces)
            days = (date(YEARS[0], 1, 1) + n * A_DAY for n in range(3652))
            assert not list(wrong(instant, clock, days))
    assert len(alike) > 60


@pytest.mark.parametrize("mutant", [the_second_of_two, a_day_after_the_last, whatever_day_that_is])
def test_a_wrong_rule_is_found(mutant: Instant) -> None:
    names = "Europe/Berlin", "America/Nuuk", "Australia/Lord_Howe"
    assert any(
        any(wrong(mutant, clock, around(clock))) for clock in (WallClock(n, 2026, 2027) for n in names)
    )
