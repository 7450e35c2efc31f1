"""Days that not every year has, leads that reach over New Year, and years that nobody knows: exact dates."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine

from contacts.birthdays import Birthday
from contacts.models import ImportantDate
from contacts.reminders import BIRTHDAY, DATE
from netvalue.outbox import planning
from netvalue.outbox.models import Occurrence, Schedule
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from contacts.birthdays import LeapDay

pytestmark = pytest.mark.django_db

# Written down on a day at noon: the month, the day, where 29 February is kept in other years, the leads; then
# the days on which a mail comes, each with the day it is about.
Row = tuple[str, tuple[int, int], str, list[int], list[str]]
TABLE: dict[str, Row] = {
    "a leap day, kept on the 28th": (
        "2026-11-01", (2, 29), "feb28", [0, 1],
        ["02-27 2027-02-28", "02-28 2027-02-28", "02-28 2028-02-29", "02-29 2028-02-29",
         "02-27 2029-02-28", "02-28 2029-02-28"],
    ),
    "a leap day, kept on 1 March": (
        "2026-11-01", (2, 29), "mar1", [0, 1],
        ["02-28 2027-03-01", "03-01 2027-03-01", "02-28 2028-02-29", "02-29 2028-02-29",
         "02-28 2029-03-01", "03-01 2029-03-01"],
    ),
    "a leap day in a year of a century, which has none": (
        "2099-03-05", (2, 29), "feb28", [0, 7],
        ["02-21 2100-02-28", "02-28 2100-02-28", "02-21 2101-02-28", "02-28 2101-02-28"],
    ),
    "a leap day in a year of a century, kept on 1 March": (
        "2099-03-05", (2, 29), "mar1", [0, 7],
        ["02-22 2100-03-01", "03-01 2100-03-01", "02-22 2101-03-01", "03-01 2101-03-01"],
    ),
    "a leap day, written down in its leap year, after the lead": (
        "2028-02-28", (2, 29), "feb28", [0, 1],
        ["02-29 2028-02-29", "02-27 2029-02-28", "02-28 2029-02-28"],
    ),
    "28 February has nothing to do with it": (
        "2026-11-01", (2, 28), "mar1", [0, 1],
        ["02-27 2027-02-28", "02-28 2027-02-28", "02-27 2028-02-28", "02-28 2028-02-28"],
    ),
    "the day before 1 March is the 29th where there is one": (
        "2026-11-01", (3, 1), "feb28", [0, 1],
        ["02-28 2027-03-01", "03-01 2027-03-01", "02-29 2028-03-01", "03-01 2028-03-01"],
    ),
    "a week before 5 March": (
        "2026-11-01", (3, 5), "feb28", [7],
        ["02-26 2027-03-05", "02-27 2028-03-05", "02-26 2029-03-05"],
    ),
    "New Year's Day, over New Year": (
        "2026-12-01", (1, 1), "feb28", [0, 7, 30],
        ["12-02 2027-01-01", "12-25 2027-01-01", "01-01 2027-01-01", "12-02 2028-01-01"],
    ),
    "New Year's Day, written down between the leads": (
        "2026-12-26", (1, 1), "feb28", [0, 7, 30],
        ["01-01 2027-01-01", "12-02 2028-01-01", "12-25 2028-01-01", "01-01 2028-01-01"],
    ),
    "New Year's Eve": ("2026-12-31", (12, 31), "feb28", [0, 14], ["12-17 2027-12-31", "12-31 2027-12-31"]),
}  # fmt: skip


def mails(row: Row) -> list[str]:
    """The first days on which something comes due, and what about."""
    written, (month, day), leap_day, leads, expected = row
    found: list[str] = []
    noon = datetime.fromisoformat(written).replace(hour=12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        owner = UserFactory.create(leap_day=leap_day)
        contact = ContactFactory.create(owner=owner)
        ImportantDate(
            owner=owner, contact=contact, label="A day", on_month=month, on_day=day, leads=leads
        ).keep()
        while len(found) < len(expected):
            due = Schedule.objects.of(owner).filter(kind=DATE).order_by("next_at", "lead")[0]
            clock.move_to(due.next_at)
            Occurrence.objects.of(owner).delete()
            assert planning.plan(due.next_at)
            told = Occurrence.objects.of(owner).get(kind=DATE)
            found.append(f"{told.due_at.astimezone(owner.zone):%m-%d} {told.occurrence_on}")
    return found


@pytest.mark.parametrize("name", TABLE)
def test_each_comes_on_its_day(name: str) -> None:
    assert mails(TABLE[name]) == TABLE[name][-1]


def the_same_day_or_none(self: Birthday, year: int, leap_day: LeapDay) -> date:
    """As `replace(year=…)` would: a year without that day is left out."""
    while True:
        try:
            return date(year, self.month, self.day)
        except ValueError:
            year += 1


def the_first_of_march(self: Birthday, year: int, leap_day: LeapDay) -> date:
    return date.fromordinal(date(year, self.month, 1).toordinal() + self.day - 1)


@pytest.mark.parametrize("mutant", [the_same_day_or_none, the_first_of_march])
def test_a_wrong_rule_is_found(mutant: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Birthday, "in_year", mutant)
    row = TABLE["a leap day, kept on the 28th"]
    assert mails(row) != row[-1]


@pytest.mark.parametrize("birth_year", [None, 1984])
def test_without_the_year_the_days_are_the_same(birth_year: int | None) -> None:
    with time_machine.travel(datetime(2026, 11, 1, 12, tzinfo=UTC), tick=False):
        contact = ContactFactory.create(birth_year=birth_year, birth_month=2, birth_day=29)
        contact.keep()
        rows = Schedule.objects.source(BIRTHDAY, contact.pk).order_by("lead")
        assert list(rows.values_list("next_on", "occurrence_on")) == [
            (date(2027, 2, 28), date(2027, 2, 28)),
            (date(2027, 2, 21), date(2027, 2, 28)),
        ]


@pytest.mark.parametrize(("month", "day"), [(5, None), (None, None)])
def test_a_day_known_in_part_brings_no_mail(month: int | None, day: int | None) -> None:
    contact = ContactFactory.create(birth_year=1984, birth_month=month, birth_day=day)
    contact.keep()
    assert not Schedule.objects.source(BIRTHDAY, contact.pk).exists()
