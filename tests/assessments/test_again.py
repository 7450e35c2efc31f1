"""When the check is due again: a table of days, and what holds for all of them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from assessments.again import MONTHS, USUALLY, Choice

NEVER = Choice(months=None)
LATE_NOVEMBER = date(2026, 11, 30)

days = st.dates(date(2000, 1, 1), date(2100, 12, 31))
choices = st.builds(Choice, months=st.sampled_from(MONTHS)) | st.builds(
    Choice, months=st.none(), on=days | st.none()
)


@pytest.mark.parametrize(
    ("choice", "last", "due"),
    [
        # Months after the last one; the end of a month stays one.
        (Choice(), date(2026, 11, 22), date(2027, 2, 22)),
        (Choice(), LATE_NOVEMBER, date(2027, 2, 28)),
        (Choice(), date(2027, 11, 30), date(2028, 2, 29)),
        (Choice(1), date(2026, 1, 31), date(2026, 2, 28)),
        (Choice(1), date(2028, 1, 31), date(2028, 2, 29)),
        (Choice(1), date(2026, 12, 31), date(2027, 1, 31)),
        (Choice(6), date(2026, 8, 31), date(2027, 2, 28)),
        (Choice(12), date(2028, 2, 29), date(2029, 2, 28)),
        # Never taken: nothing but a chosen day.
        (Choice(), None, None),
        (Choice(None, date(2027, 3, 1)), None, date(2027, 3, 1)),
        # A chosen day, until a check is finished on it or later.
        (Choice(None, date(2027, 3, 1)), LATE_NOVEMBER, date(2027, 3, 1)),
        (Choice(None, date(2027, 3, 1)), date(2027, 2, 28), date(2027, 3, 1)),
        (Choice(None, date(2027, 3, 1)), date(2027, 3, 1), date(2027, 6, 1)),
        (Choice(None, date(2027, 3, 1)), date(2027, 3, 2), date(2027, 6, 2)),
        (NEVER, LATE_NOVEMBER, None),
        (NEVER, None, None),
    ],
)
def test_when_the_next_check_is_due(choice: Choice, last: date | None, due: date | None) -> None:
    assert choice.due_on(last) == due


@given(last=days, months=st.sampled_from(MONTHS))
def test_months_lead_to_the_month_they_name_and_to_its_last_day_at_most(last: date, months: int) -> None:
    due = Choice(months).due_on(last)
    assert due is not None
    assert (due.year * 12 + due.month) - (last.year * 12 + last.month) == months
    assert due.day == min(last.day, monthrange(due.year, due.month)[1])


@given(choice=choices, last=days | st.none())
def test_what_is_due_comes_after_the_last_check(choice: Choice, last: date | None) -> None:
    due = choice.due_on(last)
    assert due is None or last is None or due > last


@given(choice=choices, last=days, later=st.integers(0, 400))
def test_a_later_check_never_makes_the_next_one_earlier(choice: Choice, last: date, later: int) -> None:
    first, second = choice.due_on(last), choice.due_on(last + timedelta(days=later))
    assert (first is None) == (second is None)
    assert first is None or second is None or first <= second


@given(choice=choices, last=days | st.none(), moved=st.sampled_from([-1, 0, 1]))
def test_a_planned_reminder_stays_true_wherever_its_owner_lives(
    choice: Choice, last: date | None, moved: int
) -> None:
    planned = choice.due_on(last)
    assume(planned)
    assert planned
    seen = last and last + timedelta(days=moved)
    assume(choice.on is None or choice.after(last) == choice.after(seen))
    assert choice.still_tells(planned, seen)


@given(choice=choices, last=days, months=st.sampled_from(MONTHS))
def test_a_check_on_the_day_it_was_due_or_later_takes_the_reminder_away(
    choice: Choice, last: date, months: int
) -> None:
    planned = choice.due_on(last)
    assume(planned)
    assert planned
    assert not choice.still_tells(planned, planned)
    assert not Choice(None, planned + timedelta(days=months)).still_tells(planned, last)
    assert not NEVER.still_tells(planned, last)


def test_the_usual_time_is_one_of_those_to_choose_from() -> None:
    assert USUALLY in MONTHS
