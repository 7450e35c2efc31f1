from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.birthdays import Birthday, LeapDay, known, remembrance

FEB, MAR = LeapDay.FEBRUARY, LeapDay.MARCH


@pytest.mark.parametrize(
    ("month", "day", "on", "leap_day", "kept"),
    [
        (5, 5, date(2026, 5, 5), FEB, date(2026, 5, 5)),
        (5, 5, date(2026, 5, 6), FEB, date(2027, 5, 5)),
        (12, 31, date(2026, 12, 31), FEB, date(2026, 12, 31)),
        (1, 1, date(2026, 12, 31), FEB, date(2027, 1, 1)),
        (2, 29, date(2027, 1, 1), FEB, date(2027, 2, 28)),
        (2, 29, date(2027, 1, 1), MAR, date(2027, 3, 1)),
        (2, 29, date(2027, 3, 1), FEB, date(2028, 2, 29)),
        (2, 29, date(2028, 1, 1), MAR, date(2028, 2, 29)),
        (2, 29, date(2028, 3, 1), MAR, date(2029, 3, 1)),
        (2, 29, date(2100, 1, 1), FEB, date(2100, 2, 28)),
        (2, 28, date(2028, 2, 28), FEB, date(2028, 2, 28)),
        (12, 31, date(9999, 12, 31), FEB, date(9999, 12, 31)),
        (1, 1, date(9999, 12, 31), FEB, None),
    ],
)
def test_when_a_birthday_is_kept_next(
    month: int, day: int, on: date, leap_day: LeapDay, kept: date | None
) -> None:
    assert Birthday(month, day).on_or_after(on, leap_day) == kept


@pytest.mark.parametrize(
    ("own", "usual", "year", "kept"),
    [
        ("feb28", MAR, 2027, date(2027, 2, 28)),
        ("mar1", FEB, 2027, date(2027, 3, 1)),
        ("feb28", MAR, 2028, date(2028, 2, 29)),
        ("mar1", FEB, 2028, date(2028, 2, 29)),
        ("feb28", MAR, 2100, date(2100, 2, 28)),
        ("mar1", FEB, 2100, date(2100, 3, 1)),
        ("", MAR, 2100, date(2100, 3, 1)),
        ("", FEB, 2027, date(2027, 2, 28)),
    ],
)
def test_what_was_chosen_for_one_goes_before_what_holds_for_all(
    own: str, usual: LeapDay, year: int, kept: date
) -> None:
    for day in (known(None, 2, 29, own), known(1988, 2, 29, own), remembrance(2024, 2, 29, own)):
        assert day is not None
        assert day.in_year(year, usual) == kept
        assert day.on_or_after(date(year, 2, 1), usual) == kept
    other = known(None, 2, 28, own)
    assert other is not None
    assert other.in_year(year, usual) == date(year, 2, 28)


@pytest.mark.parametrize(
    ("year", "on", "age"),
    [
        (1986, date(2026, 5, 5), 40),
        (None, date(2026, 5, 5), None),
        (2026, date(2026, 5, 5), None),
        (2027, date(2026, 5, 5), None),
    ],
)
def test_how_old_somebody_turns(year: int | None, on: date, age: int | None) -> None:
    assert Birthday(5, 5, year).age_on(on) == age


def test_nobody_has_a_birthday_before_being_born() -> None:
    assert Birthday(5, 5, 2030).on_or_after(date(2026, 1, 1), FEB) == date(2030, 5, 5)


@pytest.mark.parametrize("parts", [(1986, None, None), (1986, 5, None), (None, 5, None), (None, None, None)])
def test_a_date_without_its_day_makes_no_birthday(parts: tuple[int | None, int | None, int | None]) -> None:
    assert known(*parts) is None


births = st.dates(date(1904, 1, 1), date(2096, 12, 31))
days = st.dates(date(1990, 1, 1), date(2200, 1, 1))
leap_days = st.sampled_from(LeapDay)


@given(births, days, leap_days)
def test_it_is_kept_once_a_year_and_never_skipped(birth: date, day: date, leap_day: LeapDay) -> None:
    birthday = Birthday(birth.month, birth.day)
    kept = birthday.on_or_after(day, leap_day)
    assert kept is not None
    assert timedelta(0) <= kept - day <= timedelta(days=366)
    after = birthday.on_or_after(kept + timedelta(days=1), leap_day)
    assert after is not None
    assert after.year == kept.year + 1
    assert abs((kept - birthday.in_year(kept.year, FEB)).days) <= 1


@given(births, days, leap_days)
def test_only_a_leap_day_ever_moves(birth: date, day: date, leap_day: LeapDay) -> None:
    kept = Birthday(birth.month, birth.day).on_or_after(day, leap_day)
    assert kept is not None
    same_day = (kept.month, kept.day) == (birth.month, birth.day)
    assert same_day or ((birth.month, birth.day) == (2, 29) and (kept.month, kept.day) in {(2, 28), (3, 1)})
