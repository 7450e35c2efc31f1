"""From which day to which something was that is known only roughly, and how it is said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from contacts.around import Around, Season
from contacts.words import roughly

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("around", "first", "last"),
    [
        (Around(2024, 2, 29), date(2024, 2, 29), date(2024, 2, 29)),
        (Around(2024, 2), date(2024, 2, 1), date(2024, 2, 29)),
        (Around(2023, 2), date(2023, 2, 1), date(2023, 2, 28)),
        (Around(2026, 12), date(2026, 12, 1), date(2026, 12, 31)),
        (Around(2026, season=Season.SPRING), date(2026, 3, 1), date(2026, 5, 31)),
        (Around(2026, season=Season.AUTUMN), date(2026, 9, 1), date(2026, 11, 30)),
        (Around(2025, season=Season.WINTER), date(2025, 12, 1), date(2026, 2, 28)),
        (Around(2026), date(2026, 1, 1), date(2026, 12, 31)),
        (Around(9999), date(9999, 1, 1), date(9999, 12, 31)),
        (Around(9999, season=Season.WINTER), date(9999, 12, 1), date(9999, 12, 31)),
    ],
)
def test_what_is_known_roughly_lies_between_two_days(around: Around, first: date, last: date) -> None:
    assert (around.first, around.last) == (first, last)
    assert Around.beginning(around.first, around.precision) == around


@given(day=st.dates())
def test_a_day_lies_in_its_month_its_season_and_its_year(day: date) -> None:
    exact = Around.on(day)
    assert exact.first == exact.last == day
    for rough in (Around(day.year, day.month), Around(day.year)):
        assert rough.first <= day <= rough.last
        assert not rough.is_a_day
    winter_began = day.year - (day.month < 3)
    if winter_began:
        season = Around(winter_began, season=Season((day.month % 12 // 3) or 4))
        if day.month >= 3:
            season = Around(day.year, season=season.season)
        assert season.first <= day <= season.last


@given(year=st.integers(1, 9998), season=st.sampled_from(Season))
def test_the_seasons_follow_one_another_without_a_gap(year: int, season: Season) -> None:
    following = Around(year + (season is Season.WINTER), season=Season(season % 4 + 1))
    assert Around(year, season=season).last + timedelta(days=1) == following.first


@pytest.mark.parametrize(
    ("around", "english", "german"),
    [
        (Around.on(TODAY), "today", "heute"),
        (Around.on(TODAY - timedelta(days=1)), "yesterday", "gestern"),
        (Around(2026, 9, 28), "28 September", "28. September"),
        (Around(2025, 9), "September 2025", "September 2025"),
        (Around(2026, season=Season.SPRING), "spring 2026", "Frühling 2026"),
        (Around(2025, season=Season.WINTER), "winter 2025/26", "Winter 2025/26"),
        (Around(1999, season=Season.WINTER), "winter 1999/00", "Winter 1999/00"),
        (Around(2019), "2019", "2019"),
    ],
)
def test_it_is_said_as_far_as_it_is_known(around: Around, english: str, german: str) -> None:
    assert roughly(around, TODAY) == english
    with translation.override("de"):
        assert roughly(around, TODAY) == german
