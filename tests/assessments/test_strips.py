"""Where the strips of a trend lie."""

from __future__ import annotations

import re
from dataclasses import fields
from itertools import pairwise

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessments import strips
from assessments.scoring import State
from assessments.strips import DESK, PHONE, Slot, Strips

rows = st.shared(st.integers(min_value=1, max_value=14), key="rows")
sheets = rows.flatmap(
    lambda number: st.lists(
        st.lists(st.sampled_from([*State, None]), min_size=number, max_size=number), min_size=1, max_size=24
    )
)
slots = st.sampled_from([PHONE, DESK])

NUMBER = r"-?\d+(?:\.[1-9])?"


def texts(drawn: Strips) -> list[str]:
    """Everything that stands in the drawing."""
    found = []
    for field in fields(drawn):
        value = getattr(drawn, field.name)
        found += list(value.values()) if isinstance(value, dict) else [value]
    return re.findall(r"'([^']*)'", str(found))


@given(sheets, slots)
def test_every_number_is_one_that_svg_reads_in_german_too(
    sheet: list[list[State | None]], slot: Slot
) -> None:
    with translation.override("de"):
        drawn = strips.strips(sheet, slot)
    for text in texts(drawn):
        assert re.fullmatch(rf"(?:[Mhvz ]|{NUMBER})+", text), text
        assert "," not in text


@given(sheets, slots)
def test_every_state_is_drawn_in_its_shape_and_in_one_path(
    sheet: list[list[State | None]], slot: Slot
) -> None:
    cells = strips.strips(sheet, slot).cells
    drawn = [state for column in sheet for state in column]
    pieces = {state: sum(state in column for column in sheet) for state in State}
    for state in (State.YES, State.NO, State.OPEN):
        path = cells.get(state, "")
        assert path.count("M") == path.count("z") == drawn.count(state) + pieces[state]
    partly = cells.get(State.PARTLY, "")
    assert "z" not in partly
    assert partly.count("M") == (strips.BANDS + 1) * drawn.count(State.PARTLY)
    assert cells.get(strips.NOT_ASKED, "").count("M") == drawn.count(None)


@given(sheets, slots)
def test_nothing_leaves_the_drawing(sheet: list[list[State | None]], slot: Slot) -> None:
    drawn = strips.strips(sheet, slot)
    width, height = float(drawn.width), float(drawn.height)
    assert width <= slot.width + 0.1
    for path in drawn.cells.values():
        for x, y, across in re.findall(rf"M({NUMBER}) ({NUMBER})h({NUMBER})", path):
            assert float(drawn.left) <= float(x) < float(x) + float(across) <= float(drawn.right) + 0.1
            assert 0 <= float(y) <= float(drawn.bottom)
    assert all(0 < float(y) < height for y in (*drawn.names, drawn.month, drawn.year, drawn.counts_name))


@given(sheets, slots)
def test_columns_stand_side_by_side_and_dates_have_room(sheet: list[list[State | None]], slot: Slot) -> None:
    columns = strips.strips(sheet, slot).columns
    assert len(columns) == len(sheet)
    for one, other in pairwise(columns):
        assert float(other.x) == pytest.approx(float(one.x) + float(one.width), abs=0.16)
    dated = [float(column.middle) for column in columns if column.dated]
    assert columns[-1].dated
    assert all(other - one >= strips.DATE_ROOM - 0.2 for one, other in pairwise(dated))


@given(sheets, slots)
def test_the_counts_fill_as_many_questions_as_were_asked(sheet: list[list[State | None]], slot: Slot) -> None:
    """The pieces of a column reach from the ground to the line of what it asked."""
    drawn = strips.strips(sheet, slot)
    for column, place in zip(sheet, drawn.columns, strict=True):
        asked = sum(state is not None for state in column)
        tops = [
            float(y)
            for path in drawn.cells.values()
            for x, y in re.findall(rf"M({NUMBER}) ({NUMBER})", path)
            if float(place.x) <= float(x) < float(place.x) + float(place.width)
            and float(y) > strips.TOP + len(column) * slot.pitch
        ]
        assert bool(tops) == bool(asked)
        if asked:
            assert min(tops) == pytest.approx(
                float(drawn.bottom) - asked * slot.unit, abs=slot.unit / 2 + 0.2
            )


def test_a_repeat_is_joined_to_the_check_before_it() -> None:
    drawn = strips.strips([[State.YES]] * 4, PHONE, repeats=[0, 2])
    (join,) = drawn.repeats
    assert join.startswith(f"M{drawn.columns[1].middle} ")
    assert float(re.findall(rf"h({NUMBER})", join)[0]) == float(drawn.columns[1].width)


def test_few_checks_take_no_more_room_than_they_need_and_day_and_month_fit() -> None:
    two, many = (strips.strips([[State.NO] * 10] * number, DESK) for number in (2, 24))
    assert float(two.width) < float(many.width) == DESK.width
    assert two.roomy
    assert not many.roomy
    assert [level.questions for level in two.levels] == [0, 5, 10]
