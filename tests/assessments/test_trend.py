"""What moved between two checks, and what chance alone would do."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import trend
from assessments.scoring import State
from assessments.trend import Moved

sheets = st.dictionaries(st.sampled_from("abcdefghijkl"), st.sampled_from(State))


@pytest.mark.parametrize(
    ("then", "now", "became"),
    [
        (State.NO, State.PARTLY, "up"),
        (State.NO, State.YES, "up"),
        (State.PARTLY, State.YES, "up"),
        (State.YES, State.PARTLY, "down"),
        (State.YES, State.NO, "down"),
        (State.PARTLY, State.NO, "down"),
        *[(State.OPEN, answer, "answered") for answer in (State.YES, State.PARTLY, State.NO)],
        *[(answer, State.OPEN, "opened") for answer in (State.YES, State.PARTLY, State.NO)],
        *[(state, state, "same") for state in State],
    ],
)
def test_a_move_goes_between_answers_and_open_is_none(then: State, now: State, became: str) -> None:
    assert trend.moved({"q": then}, {"q": now}) == Moved(**{became: ("q",)})


@given(sheets, sheets)
def test_every_question_asked_both_times_is_told_once_in_the_later_order(
    before: dict[str, State], after: dict[str, State]
) -> None:
    moved = trend.moved(before, after)
    told = [moved.up, moved.down, moved.answered, moved.opened, moved.same]
    asked_twice = [key for key in after if key in before]
    assert sorted(key for keys in told for key in keys) == sorted(asked_twice)
    assert all(list(keys) == [key for key in asked_twice if key in keys] for keys in told)


@given(sheets, sheets)
def test_seen_from_the_other_end_up_is_down_and_answered_is_opened(
    before: dict[str, State], after: dict[str, State]
) -> None:
    forth, back = trend.moved(before, after), trend.moved(after, before)
    assert (set(forth.up), set(forth.down)) == (set(back.down), set(back.up))
    assert (set(forth.answered), set(forth.opened)) == (set(back.opened), set(back.answered))
    assert set(forth.same) == set(back.same)
    assert forth.beyond_chance == back.beyond_chance


@given(sheets)
def test_nothing_moves_against_itself(sheet: dict[str, State]) -> None:
    moved = trend.moved(sheet, sheet)
    assert moved == Moved(same=tuple(sheet))
    assert not moved.beyond_chance


@pytest.mark.parametrize(
    ("up", "down", "beyond"),
    [
        *[(up, 0, up >= 6) for up in range(11)],
        *[(0, down, down >= 6) for down in range(1, 11)],
        *[(7, 1, False), (8, 1, True), (9, 1, True), (1, 8, True), (8, 2, False), (5, 5, False)],
    ],
)
def test_six_moves_the_same_way_are_the_fewest_that_chance_rarely_makes(
    up: int, down: int, *, beyond: bool
) -> None:
    moved = Moved(up=tuple("u" * up), down=tuple("d" * down), answered=("a", "b"), same=("s",))
    assert moved.beyond_chance is beyond


@pytest.mark.parametrize(("days", "repeat"), [(0, True), (1, True), (14, True), (15, False), (400, False)])
def test_a_repeat_is_one_within_two_weeks(days: int, *, repeat: bool) -> None:
    first = date(2026, 2, 20)
    assert trend.is_repeat(first, first + timedelta(days=days)) is repeat
