"""What counts as help, which way it went, and when a tilt is named."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contacts.giving import Counts, Direction, Kind, Said, State, begins_after, counted, said_of

GIVEN, RECEIVED = Direction.GIVEN, Direction.RECEIVED
TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "direction", "kind", "begins"),
    [
        (Said.HELPED, GIVEN, Kind.HELP, State.CLOSED),
        (Said.WAS_HELPED, RECEIVED, Kind.HELP, State.CLOSED),
        (Said.PROMISED, GIVEN, Kind.HELP, State.OPEN),
        (Said.WAS_PROMISED, RECEIVED, Kind.HELP, State.OPEN),
        (Said.LENT, GIVEN, Kind.LOAN, State.OPEN),
        (Said.BORROWED, RECEIVED, Kind.LOAN, State.OPEN),
    ],
)
def test_what_one_says_is_what_it_is(said: Said, direction: Direction, kind: Kind, begins: State) -> None:
    assert (said.direction, said.kind, said.begins) == (direction, kind, begins)
    assert said_of(direction, kind, begins) is said


def test_a_kept_promise_is_help_and_a_loan_stays_a_loan() -> None:
    assert said_of(GIVEN, Kind.HELP, State.PARTLY) is Said.PROMISED
    assert said_of(GIVEN, Kind.HELP, State.CLOSED) is Said.HELPED
    for state in State:
        assert said_of(GIVEN, Kind.LOAN, state) is Said.LENT
        assert said_of(RECEIVED, Kind.LOAN, state) is Said.BORROWED


@pytest.mark.parametrize(
    ("today", "begin"),
    [
        (date(2026, 11, 22), date(2024, 11, 22)),
        (date(2028, 2, 29), date(2026, 2, 28)),
        (date(2026, 2, 28), date(2024, 2, 28)),
        (date(2026, 1, 1), date(2024, 1, 1)),
    ],
)
def test_the_last_two_years_begin_after_the_same_day(today: date, begin: date) -> None:
    assert begins_after(today) == begin
    days = [begin, begin + timedelta(days=1), today, today + timedelta(days=1)]
    assert counted([(GIVEN, day) for day in days], today) == Counts(given=3)


def test_what_did_not_help_yet_does_not_count() -> None:
    favours = [
        (GIVEN, None),
        (GIVEN, TODAY),
        (RECEIVED, TODAY),
        (RECEIVED, None),
        (RECEIVED, date(2001, 1, 1)),
    ]
    assert counted(favours, TODAY) == Counts(1, 1)


@pytest.mark.parametrize(
    ("counts", "both"),
    [(Counts(), False), (Counts(3, 0), False), (Counts(0, 3), False), (Counts(1, 9), True)],
)
def test_both_ways_is_at_least_once_each_way(counts: Counts, *, both: bool) -> None:
    assert counts.goes_both_ways is both


@pytest.mark.parametrize(
    ("more", "less", "named"),
    [
        *[(6, 0, True), (8, 1, True), (10, 2, True), (12, 3, True)],
        *[(5, 0, False), (7, 1, False), (9, 2, False), (11, 3, False)],
        *[(0, 0, False), (1, 0, False), (4, 4, False), (16, 14, False)],
    ],
)
def test_a_tilt_is_named_only_where_chance_would_hardly_do_it(more: int, less: int, *, named: bool) -> None:
    assert Counts(more, less).tilt is (GIVEN if named else None)
    assert Counts(less, more).tilt is (RECEIVED if named else None)


def test_a_tilt_is_what_all_ways_it_could_have_gone_say() -> None:
    for given_, received in product(range(8), repeat=2):
        times = given_ + received
        ways = [abs(2 * sum(way) - times) for way in product((0, 1), repeat=times)]
        rare = Fraction(sum(lean >= abs(given_ - received) for lean in ways), len(ways)) < Fraction(1, 20)
        assert (Counts(given_, received).tilt is not None) is rare


@given(st.lists(st.tuples(st.sampled_from(Direction), st.none() | st.dates())), st.dates(date(3, 1, 1)))
def test_counting_is_the_same_from_either_side(favours: list[tuple[str, date | None]], today: date) -> None:
    other = {GIVEN: RECEIVED, RECEIVED: GIVEN}
    mine = counted(favours, today)
    theirs = counted([(other[Direction(way)], day) for way, day in favours], today)
    assert (mine.given, mine.received) == (theirs.received, theirs.given)
    assert mine.goes_both_ways == theirs.goes_both_ways
