"""Where the petals of the ring lie."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from assessments import wheel
from assessments.scoring import State

states = st.lists(st.sampled_from(State), min_size=3, max_size=20)


def test_a_number_is_a_string_with_a_point_and_never_minus_zero() -> None:
    assert [wheel.number(value) for value in (0, -0.04, 8, -61.5, 1.25, 190.0, 105.06)] == [
        "0",
        "0",
        "8",
        "-61.5",
        "1.2",
        "190",
        "105.1",
    ]


@given(st.floats(min_value=-400, max_value=400))
def test_any_coordinate_is_what_svg_reads_as_one_number(value: float) -> None:
    text = wheel.number(value)
    assert re.fullmatch(r"-?\d+(\.[1-9])?", text)
    assert text != "-0"
    assert abs(float(text) - value) <= 0.0501


@given(states)
def test_every_question_has_one_petal_in_its_place(sheet: list[State]) -> None:
    petals = wheel.ring(sheet)
    assert [petal.number for petal in petals] == list(range(1, len(sheet) + 1))
    assert [petal.state for petal in petals] == sheet
    assert len({petal.outline for petal in petals}) == len(sheet)


@given(states)
def test_the_shape_says_the_state_without_colour(sheet: list[State]) -> None:
    for petal in wheel.ring(sheet):
        pieces = petal.fill.count("M")
        assert pieces == {State.YES: 1, State.PARTLY: wheel.BANDS, State.NO: 0, State.OPEN: 0}[petal.state]
        assert (petal.fill == petal.outline) == (petal.state == State.YES)


@given(states)
def test_nothing_leaves_the_drawing(sheet: list[State]) -> None:
    for petal in wheel.ring(sheet):
        corners = re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", petal.outline + petal.fill)
        assert corners
        assert all(float(x) ** 2 + float(y) ** 2 <= (wheel.OUTER + 0.2) ** 2 for x, y in corners)
        assert abs(float(petal.label_x)) <= wheel.LABEL
