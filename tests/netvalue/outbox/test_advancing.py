"""What is due is planned once: by many planners at a time, again and again, and beside one that stumbles."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.utils.translation import gettext_lazy

from netvalue.outbox import acts, advancing, kinds, planning
from netvalue.outbox.models import Email, Occurrence, Schedule
from netvalue.outbox.trial import TestReminder
from tests.factories import UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from netvalue.outbox.kinds import Due
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]

MANY = """
INSERT INTO outbox_schedule (owner_id, kind, object_id, lead, occurrence_on, next_on, next_at)
SELECT %s, %s, n, 0, %s, %s, %s FROM generate_series(1, %s) AS n
"""


class Weekly(TestReminder):
    """Comes again after so many days, or does what it must not."""

    name = "weekly"
    label = gettext_lazy("Reminders")
    at_once = False
    days = 7

    def following(self, planned: Sequence[Due]) -> Mapping[int, date]:
        return {row.pk: row.occurrence_on + timedelta(days=self.days) for row in planned}


class Poison(Weekly):
    """Cannot be asked."""

    name = "poison"

    def following(self, planned: Sequence[Due]) -> Mapping[int, date]:
        raise ValueError(planned[0].pk)


@pytest.fixture
def weekly() -> Iterator[Weekly]:
    yield from _registered(Weekly())


@pytest.fixture
def poison() -> Iterator[Weekly]:
    yield from _registered(Poison())


def _registered(kind: Weekly) -> Iterator[Weekly]:
    kinds.register(kind)
    yield kind
    del kinds._kinds[kind.name]
    kinds.stand_up()


def many(owner: User, kind: str, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MANY, [owner.pk, kind, TODAY, TODAY, NINE, count])


def plan_and_leave(_n: int) -> int:
    try:
        return planning.plan(NINE)
    finally:
        connection.close()


def test_four_planners_at_once_plan_everything_once(
    user: User, weekly: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advancing, "BATCH", 50)
    many(user, weekly.name, 2000)
    with ThreadPoolExecutor(4) as planners:
        planned = list(planners.map(plan_and_leave, range(4)))
    assert sum(planned) == 2000
    assert Occurrence.objects.count() == 2000
    assert not Schedule.objects.filter(next_at__lte=NINE).exists()


@pytest.mark.slow
def test_four_processes_plan_forty_thousand_once(user: User) -> None:
    many(user, TestReminder.name, 40_000)
    asked = [sys.executable, "-m", "tests.netvalue.outbox.planner", str(connection.settings_dict["NAME"])]
    planners = [
        subprocess.Popen([*asked, NINE.isoformat()], stdout=subprocess.PIPE, env=os.environ) for _ in range(4)
    ]
    planned = [int(planner.communicate()[0]) for planner in planners]
    assert sum(planned) == 40_000
    assert Occurrence.objects.count() == 40_000
    assert not Schedule.objects.exists()


def test_what_was_planned_and_is_due_again_by_mistake_is_told_once(born: Born, user: User) -> None:
    born()
    before = list(Schedule.objects.order_by("id"))
    assert planning.plan(NINE) == 1
    Schedule.objects.all().delete()
    Schedule.objects.bulk_create(before)
    assert planning.plan(NINE) == 1
    assert Occurrence.objects.get().occurrence_on == TODAY
    assert Schedule.objects.get(lead=0).occurrence_on == date(2027, 5, 5)


def test_nothing_is_told_whose_source_did_not_move_on(user: User, weekly: Weekly, born: Born) -> None:
    """Both are one transaction: a day that is not after the last is refused, and then nothing was told."""
    weekly.days = 0
    many(user, weekly.name, 3)
    born()
    before = list(Schedule.objects.filter(kind=weekly.name).values())
    planning.plan(NINE)
    assert [it.kind for it in Occurrence.objects.all()] == ["birthday"]
    assert list(Schedule.objects.filter(kind=weekly.name).values()) == before
    weekly.days = 7
    planning.plan(NINE)
    assert Occurrence.objects.filter(kind=weekly.name).count() == 3


def test_a_kind_that_stumbles_keeps_nothing_else_from_leaving(
    relay: Sink,
    pump: Pump,
    born: Born,
    user: User,
    poison: Weekly,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(advancing, "BATCH", 5)
    many(user, poison.name, 20)
    born(owner=user, given="Anna", family="Berg")
    born(owner=UserFactory.create(), given="Bo", family="Dahl")
    assert pump() == 2
    assert {mail["Subject"] for mail in relay.accepted} == {
        "Anna Berg has a birthday today",
        "Bo Dahl has a birthday today",
    }
    assert "“poison”" in caplog.text
    assert Schedule.objects.filter(kind=poison.name, next_at=NINE).count() == 20
    monkeypatch.setattr(Poison, "following", Weekly.following)
    pump(NINE + timedelta(days=1))
    assert Occurrence.objects.filter(kind=poison.name).exclude(email=None).count() == 20


def test_a_kind_that_stumbles_when_asked_what_is_wanted_waits_alone(
    relay: Sink, pump: Pump, born: Born, user: User, weekly: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wanted(self: Weekly, occurrences: Sequence[Occurrence]) -> set[int]:
        raise ValueError(occurrences)

    many(user, weekly.name, 3)
    born(owner=user, given="Anna", family="Berg")
    with monkeypatch.context() as broken:
        broken.setattr(Weekly, "wanted", wanted)
        assert pump() == 1
    assert relay.accepted[0]["Subject"] == "Anna Berg has a birthday today"
    assert Occurrence.objects.filter(kind=weekly.name, email=None, ended="").count() == 3
    pump(NINE + timedelta(days=1))
    assert Occurrence.objects.filter(kind=weekly.name).exclude(email=None).count() == 3


def test_nothing_due_is_one_question(born: Born, django_assert_num_queries: Callable[[int], object]) -> None:
    born(TODAY + timedelta(days=3))
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert planning.plan(NINE) == 0
    assert not Email.objects.exists()


def test_a_kind_that_stumbled_is_told_at_the_next_tick_and_not_the_next_day(
    relay: Sink, pump: Pump, user: User, weekly: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    def wanted(self: Weekly, occurrences: Sequence[Occurrence]) -> set[int]:
        raise ValueError(occurrences)

    many(user, weekly.name, 3)
    with monkeypatch.context() as broken:
        broken.setattr(Weekly, "wanted", wanted)
        for minute in range(12):
            assert pump(NINE + timedelta(minutes=minute)) == 0
    assert pump(NINE + timedelta(minutes=12)) == 1
    assert not Occurrence.objects.filter(email=None).exists()


def test_a_kind_that_stumbles_over_what_a_button_ended_waits_alone(
    relay: Sink, pump: Pump, born: Born, user: User, weekly: Weekly, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Stumbling(acts.Acts):
        def unwanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
            raise ValueError(occurrences)

    monkeypatch.setitem(acts._acts, weekly.name, Stumbling())
    many(user, weekly.name, 3)
    born(owner=user, given="Anna", family="Berg")
    assert pump() == 1
    assert relay.accepted[0]["Subject"] == "Anna Berg has a birthday today"
    assert Occurrence.objects.filter(kind=weekly.name, email=None, ended="").count() == 3


def test_a_zone_that_nobody_knows_counts_as_utc_and_stops_nobody_else(
    relay: Sink, pump: Pump, born: Born, user: User, caplog: pytest.LogCaptureFixture
) -> None:
    far = UserFactory.create(time_zone="Mars/Olympus_Mons")
    born(owner=far, given="Bo")
    born(owner=user, given="Anna")
    assert pump() == 1
    assert pump(NINE + timedelta(hours=1)) == 0
    assert pump(NINE + timedelta(hours=2)) == 1
    assert [mail["To"] for mail in relay.accepted] == [user.email, far.email]
    assert not Schedule.objects.filter(next_at__lt=NINE + timedelta(days=300)).exists()
    assert "“Mars/Olympus_Mons”" in caplog.text
