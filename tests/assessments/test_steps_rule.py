"""Which small steps are offered, and how each of them stands."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments import steps
from assessments.scoring import State
from assessments.steps import Standing

Y, P, N, O = State.YES, State.PARTLY, State.NO, State.OPEN  # noqa: E741
PROPOSED, ELSEWHERE, OPEN = Standing.PROPOSED, Standing.ELSEWHERE, Standing.OPEN
DONE, DROPPED, GONE = Standing.DONE, Standing.DROPPED, Standing.GONE
ONE_DAY = datetime(2026, 11, 22, tzinfo=UTC)

sheets = st.lists(st.sampled_from(State), max_size=12).map(
    lambda states: {f"q{number}": state for number, state in enumerate(states)}
)
decisions = st.dictionaries(
    st.sampled_from([f"q{number}" for number in range(12)]), st.sampled_from([OPEN, DONE, DROPPED, GONE])
)
elsewhere = st.sets(st.sampled_from([f"q{number}" for number in range(12)]))


@pytest.mark.parametrize(
    ("done_at", "let_go_at", "expected"),
    [(None, None, OPEN), (ONE_DAY, None, DONE), (None, ONE_DAY, DROPPED), (ONE_DAY, ONE_DAY, DONE)],
)
def test_a_step_that_is_noted_stands_as_its_follow_up(
    done_at: datetime | None, let_go_at: datetime | None, expected: Standing
) -> None:
    assert steps.noted(done_at=done_at, let_go_at=let_go_at) == expected


@pytest.mark.parametrize(
    ("taken_at", "dropped_at", "expected"),
    [(None, None, PROPOSED), (None, ONE_DAY, DROPPED), (ONE_DAY, None, GONE), (ONE_DAY, ONE_DAY, DROPPED)],
)
def test_a_step_without_a_follow_up(
    taken_at: datetime | None, dropped_at: datetime | None, expected: Standing
) -> None:
    assert steps.unnoted(taken_at=taken_at, dropped_at=dropped_at) == expected


@pytest.mark.parametrize(
    ("states", "decided", "open_elsewhere", "shown"),
    [
        # Nothing to propose where everything is yes or open.
        ([Y, Y, O], {}, set(), {}),
        # No before partly, otherwise as they were asked, three at most.
        ([P, N, Y, P, N], {}, set(), {"q1": PROPOSED, "q4": PROPOSED, "q0": PROPOSED}),
        # What is on the list already is not proposed twice.
        ([N, N], {}, {"q1"}, {"q0": PROPOSED, "q1": ELSEWHERE}),
        # Dropping makes room for the next one.
        (
            [N, N, N, N],
            {"q0": DROPPED},
            set(),
            {"q0": DROPPED, "q1": PROPOSED, "q2": PROPOSED, "q3": PROPOSED},
        ),
        # What was taken stays, and takes room.
        ([N, N, N, N], {"q3": OPEN}, set(), {"q0": PROPOSED, "q1": PROPOSED, "q3": OPEN}),
        (
            [N, N, N, N, N],
            {"q0": DONE, "q1": OPEN, "q2": GONE, "q3": OPEN},
            set(),
            {"q0": DONE, "q1": OPEN, "q2": GONE, "q3": OPEN},
        ),
        # What was decided here counts, whatever another check says; an answer of yes has no step.
        ([N, Y], {"q0": DROPPED, "q1": OPEN}, {"q0", "q1"}, {"q0": DROPPED}),
    ],
)  # fmt: skip
def test_what_is_shown(
    states: list[State], decided: dict[str, Standing], open_elsewhere: set[str], shown: dict[str, Standing]
) -> None:
    sheet = {f"q{number}": state for number, state in enumerate(states)}
    found = steps.offered(steps.standings(sheet, decided, open_elsewhere))
    assert list(found.items()) == list(shown.items())


@given(sheets, decisions, elsewhere)
def test_offers_are_few_and_only_where_nothing_was_decided(
    sheet: dict[str, State], decided: dict[str, Standing], open_elsewhere: set[str]
) -> None:
    every = steps.standings(sheet, decided, open_elsewhere)
    shown = steps.offered(every)
    offers = [key for key, it in shown.items() if it in steps.OFFERS]
    assert set(every) == {key for key, state in sheet.items() if state in {N, P}}
    assert len(offers) <= steps.MOST
    assert not set(offers) & set(decided)
    assert {key for key in every if key in decided} <= set(shown)


@given(sheets, decisions, elsewhere)
def test_one_is_offered_as_long_as_there_is_room_and_something_left(
    sheet: dict[str, State], decided: dict[str, Standing], open_elsewhere: set[str]
) -> None:
    every = steps.standings(sheet, decided, open_elsewhere)
    held = sum(it in {OPEN, DONE, GONE} for it in every.values())
    left = sum(it in steps.OFFERS for it in every.values())
    offers = sum(it in steps.OFFERS for it in steps.offered(every).values())
    assert offers == min(left, max(0, steps.MOST - held))
