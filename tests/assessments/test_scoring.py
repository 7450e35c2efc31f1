"""What answers mean together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import scoring
from assessments.scoring import Counts, Remark, State

sheets = st.lists(st.sampled_from(State), max_size=20)


def test_null_is_open_and_never_no() -> None:
    assert scoring.state(None) == State.OPEN
    assert scoring.count([scoring.state(None)]) == Counts(yes=0, partly=0, no=0, open=1)


@given(sheets)
def test_every_question_is_counted_once(states: list[State]) -> None:
    counts = scoring.count(states)
    assert counts.asked == len(states)
    assert (counts.yes, counts.partly, counts.no, counts.open) == tuple(map(states.count, State))


@given(sheets)
def test_the_order_of_answers_does_not_matter(states: list[State]) -> None:
    assert scoring.count(states) == scoring.count(reversed(states))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        (Counts(10, 0, 0, 0), (Remark.ASK_AGAIN,)),
        (Counts(7, 2, 1, 0), (Remark.WHERE_TO_LOOK,)),
        (Counts(0, 0, 10, 0), (Remark.WHERE_TO_LOOK,)),
        (Counts(4, 1, 0, 5), (Remark.WHERE_TO_LOOK, Remark.OPEN_STAYS_OPEN)),
        (Counts(4, 0, 0, 6), (Remark.OPEN_STAYS_OPEN,)),
        (Counts(0, 0, 0, 10), (Remark.OPEN_STAYS_OPEN,)),
    ],
)
def test_a_remark_follows_the_pattern(counts: Counts, said: tuple[Remark, ...]) -> None:
    assert scoring.remarks(counts) == said


@given(sheets)
def test_something_is_remarked_always_and_what_is_open_whenever_there_is_any(states: list[State]) -> None:
    counts = scoring.count(states)
    said = scoring.remarks(counts)
    assert said
    assert (Remark.OPEN_STAYS_OPEN in said) == bool(counts.open)


@given(sheets, st.sampled_from(State))
def test_yes_has_bounds_that_every_further_answer_keeps_to(states: list[State], answer: State) -> None:
    counts = scoring.count(states)
    assert counts.yes <= counts.at_most_yes == counts.asked - counts.no
    for position, state in enumerate(states):
        if state == State.OPEN:
            later = scoring.count([*states[:position], answer, *states[position + 1 :]])
            assert counts.yes <= later.yes <= later.at_most_yes <= counts.at_most_yes


@given(sheets, st.integers(min_value=0, max_value=5))
def test_steps_are_few_and_only_where_the_answer_was_no_or_partly(states: list[State], most: int) -> None:
    steps = scoring.first_steps(states, most)
    assert len(steps) == min(most, states.count(State.NO) + states.count(State.PARTLY))
    assert all(states[position] in {State.NO, State.PARTLY} for position in steps)
    assert len(set(steps)) == len(steps)


def test_no_comes_before_partly_and_otherwise_the_order_asked() -> None:
    states = [State.PARTLY, State.YES, State.NO, State.PARTLY, State.OPEN, State.NO]
    assert scoring.first_steps(states) == [2, 5, 0]
