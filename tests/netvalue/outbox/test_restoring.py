"""A database that was put back to an older state sends nothing until somebody decides."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from netvalue.outbox import clock, heartbeat, remembering, restoring
from netvalue.outbox.models import Email, Occurrence, PumpState, Schedule
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning", "marker")]
TABLES = ("outbox_attempt", "outbox_occurrence", "outbox_email", "outbox_schedule", "outbox_pumpstate")
DECIDE = reverse("outbox:decide_restored")


@pytest.fixture
def marker(settings: Settings, tmp_path: Path) -> Path:
    file = tmp_path / "marker"
    settings.MAIL_MARKER = file
    return file


class Backup:
    """The outbox as it is now, to be put back later."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            for table in TABLES:
                cursor.execute(f"CREATE TABLE kept_{table} AS TABLE {table}")

    def put_back(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {', '.join(TABLES)} CASCADE")
            for table in reversed(TABLES):
                cursor.execute(f"INSERT INTO {table} OVERRIDING SYSTEM VALUE TABLE kept_{table}")
                cursor.execute(f"DROP TABLE kept_{table}")


@pytest.fixture
def restored(relay: Sink, born: Born, pump: Pump) -> Sink:
    """A birthday was told, and then forgotten with the backup of the hour before."""
    born(given="Anna", family="Berg")
    pump(NINE - timedelta(minutes=30))
    backup = Backup()
    assert [pump(), pump()] == [1, 0]
    backup.put_back()
    return relay


@pytest.fixture
def staff(signed_in: Client, user: User) -> Client:
    user.is_staff = True
    user.save()
    return signed_in


def test_without_a_guard_the_mail_would_leave_twice(restored: Sink, pump: Pump, marker: Path) -> None:
    marker.unlink()
    PumpState.objects.update(lineage=uuid4())
    assert pump() == 1
    assert len(restored.accepted) == 2


@pytest.mark.parametrize("forgotten", ["nothing", "file", "broker"])
def test_nothing_leaves_and_whoever_is_there_is_told(
    restored: Sink, pump: Pump, marker: Path, settings: Settings, signed_in: Client, forgotten: str
) -> None:
    broker = settings.REDIS_URL
    if forgotten == "file":
        marker.unlink()
    if forgotten == "broker":
        settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"
    assert [pump(), pump(NINE + timedelta(hours=3))] == [0, 0]
    assert len(restored.accepted) == 1
    assert "No mails are leaving at the moment" in signed_in.get("/today/").text
    remembering.left_alone_until = 0
    # Staff can come and decide.
    settings.REDIS_URL = broker
    assert signed_in.get("/readyz").json()["pump"] is True


def test_what_was_due_counts_as_told_and_the_rest_goes_on(
    restored: Sink, pump: Pump, staff: Client, born: Born
) -> None:
    pump()
    page = staff.get("/staff/mail/").text
    assert "This database was put back to an older state" in page
    answer = staff.post(DECIDE, {"as": "told"}, follow=True)
    assert "put back to an older state" not in answer.text
    assert pump() == 0
    assert Occurrence.objects.get().ended == Occurrence.Ended.TOLD
    born(TODAY + timedelta(days=1), given="Bo")
    assert pump(NINE + timedelta(days=1)) == 1
    assert len(restored.accepted) == 2
    assert Schedule.objects.filter(lead=0).count() == 2


def test_or_it_is_sent_a_second_time_by_the_same_name(restored: Sink, pump: Pump, staff: Client) -> None:
    pump()
    staff.post(DECIDE, {"as": "due"})
    assert [pump(), pump()] == [1, 0]
    first, second = restored.accepted
    assert first["Message-ID"] == second["Message-ID"]


def test_an_operator_can_say_so_where_nothing_notices(restored: Sink, pump: Pump, marker: Path) -> None:
    marker.unlink()
    PumpState.objects.update(lineage=uuid4())
    call_command("mail_after_restore", "--hold", verbosity=0)
    assert pump() == 0
    call_command("mail_after_restore", "--told", verbosity=0)
    assert pump() == 0
    assert not Email.objects.filter(state="pending").exists()


def test_a_backup_filled_into_another_machine_waits_for_a_decision(
    relay: Sink, born: Born, pump: Pump, marker: Path, staff: Client
) -> None:
    born()
    marker.write_text(f"any {sys.maxsize}")
    assert pump() == 0
    staff.post(DECIDE, {"as": "due"})
    assert [pump(), pump(NINE + timedelta(minutes=1))] == [1, 0]
    assert "any" not in marker.read_text()


def test_pumps_side_by_side_are_no_older_database(relay: Sink, born: Born) -> None:
    # With something due, each tick is remembered.
    born()

    def tick() -> list[bool]:
        try:
            return [heartbeat.tick().may_send for _ in range(25)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = [it.result() for it in [pool.submit(tick) for _ in range(8)]]
    assert all(all(may_send) for may_send in found)


@pytest.mark.parametrize("words", ["", "both", "\x00"])
def test_a_decision_that_is_none_changes_nothing(
    restored: Sink, pump: Pump, staff: Client, words: str
) -> None:
    pump()
    answer = staff.post(DECIDE, {"as": words})
    assert answer.status_code == 422
    assert "Please choose one of the two." in answer.text
    assert pump() == 0


@pytest.mark.parametrize(("choice", "leave"), [("--told", 0), ("--send", 1)])
def test_an_operator_decides_right_after_a_backup_was_filled_in(
    relay: Sink, born: Born, pump: Pump, marker: Path, choice: str, leave: int
) -> None:
    """No pump has ticked yet, so nothing has noticed; `restore` prints this very line."""
    noon = clock.postgres_now().replace(hour=12)
    born(noon.date() - timedelta(days=1))
    Schedule.objects.exclude(lead=0).delete()
    marker.write_text(f"any {sys.maxsize}")
    call_command("mail_after_restore", choice, verbosity=0)
    assert PumpState.objects.get().went_back_at is None
    assert "any" not in marker.read_text()
    assert pump(noon) == leave
    assert len(relay.accepted) == leave


def test_what_was_leaving_when_the_backup_was_made_counts_as_told(
    relay: Sink, born: Born, pump: Pump
) -> None:
    born()
    pump()
    Email.objects.update(
        state="sending",
        sent_at=None,
        data_at=None,
        lease_token=uuid4(),
        lease_until=Now() - timedelta(minutes=1),
    )
    call_command("mail_after_restore", "--hold", verbosity=0)
    call_command("mail_after_restore", "--told", verbosity=0)
    assert [pump(), pump(NINE + timedelta(days=1))] == [0, 0]
    assert len(relay.accepted) == 1
    assert Occurrence.objects.get().ended == Occurrence.Ended.TOLD


def test_what_comes_again_and_again_counts_as_told_as_often_as_it_was_due(
    relay: Sink, born: Born, pump: Pump
) -> None:
    """A backup of three years ago, and a birthday."""
    born()
    Schedule.objects.exclude(lead=0).delete()
    PumpState.objects.create(went_back_at=NINE + timedelta(days=2 * 365 + 1))
    assert restoring.count_as_told() == 3
    assert pump(NINE + timedelta(days=2 * 365 + 2)) == 0


def test_who_looked_before_a_decision_does_not_take_it_back(relay: Sink, born: Born, pump: Pump) -> None:
    """A pump has read what is remembered of the database as it was called before."""
    heartbeat.tick()
    before = PumpState.objects.get().lineage
    restoring.hold()
    restoring.send_after_all()
    assert heartbeat._found_older(before, 99, 1) is None
    assert PumpState.objects.get().went_back_at is None


def test_a_tick_with_nothing_to_do_is_one_question(
    relay: Sink,
    born: Born,
    pump: Pump,
    morning: TimeMachineFixture,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    born()
    # As long as no clock is wrong.
    morning.move_to(clock.postgres_now())
    pump(NINE - timedelta(minutes=30))
    with django_assert_num_queries(1):
        assert pump(NINE - timedelta(minutes=29)) == 0


def test_a_tick_is_remembered_before_a_mail_may_leave_and_once_more_after(
    relay: Sink, born: Born, pump: Pump, marker: Path
) -> None:
    def remembered() -> str:
        return marker.read_text().split()[1]

    born()
    seen: list[str] = []
    relay.on_body = lambda: seen.append(remembered())
    remembering.due_at = 0
    for minute in (-3, -2, -1):
        pump(NINE + timedelta(minutes=minute))
        assert remembered() == "1", "of ticks that did nothing there is nothing to forget"
    pump()
    assert seen == ["4"]
    pump(NINE + timedelta(minutes=1))
    assert remembered() == "5"
    pump(NINE + timedelta(minutes=2))
    assert remembered() == "5"
    remembering.due_at = 0
    pump(NINE + timedelta(minutes=3))
    assert remembered() == "7"
