"""What chance alone would do, against all outcomes counted one by one."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from netvalue.chance import beyond_chance, chance

times = st.integers(min_value=0, max_value=60)


@pytest.mark.parametrize(
    ("one", "other"), [(one, tosses - one) for tosses in range(13) for one in range(tosses + 1)]
)
def test_chance_is_what_all_outcomes_say(one: int, other: int) -> None:
    tosses = one + other
    outcomes = [abs(2 * sum(coins) - tosses) for coins in product((0, 1), repeat=tosses)]
    as_far = sum(lean >= abs(one - other) for lean in outcomes)
    assert chance(one, other) == Fraction(as_far, len(outcomes))


@given(times, times)
def test_chance_is_a_probability_whichever_way_it_leans(one: int, other: int) -> None:
    assert 0 < chance(one, other) <= 1
    assert chance(one, other) == chance(other, one)
    assert chance(one, one) == 1


@given(times, times)
def test_one_more_on_the_same_side_is_rarer(one: int, other: int) -> None:
    more, less = max(one, other), min(one, other)
    assert chance(more + 2, less) < chance(more + 1, less)


@pytest.mark.parametrize(
    ("one", "other", "beyond"),
    [
        *[(5, 0, False), (6, 0, True), (7, 1, False), (8, 1, True), (9, 2, False), (10, 2, True)],
        *[(11, 3, False), (12, 3, True), (0, 0, False), (0, 6, True), (1, 7, False), (1, 8, True)],
        *[(20, 20, False), (16, 14, False), (9_000, 1_000, True), (5_000, 5_000, False)],
    ],
)
def test_beyond_chance_is_what_happens_less_than_once_in_twenty(
    one: int, other: int, *, beyond: bool
) -> None:
    assert beyond_chance(one, other) is beyond
