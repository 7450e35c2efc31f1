"""The page about everybody's mail: for those who run this place, and without anybody's words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from netvalue.outbox import delivery, verifying
from netvalue.outbox.models import PumpState
from netvalue.outbox.overview import overview
from tests.netvalue.outbox.conftest import NINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

PAGE = reverse("outbox:everybodys_mail")
PARTIAL = [
    *("email_leaving", "email_waiting", "email_in_line", "email_expiring", "email_in_doubt", "email_failed"),
    "occurrence_too_late",
]


@pytest.fixture
def staff(signed_in: Client, user: User) -> Client:
    user.is_staff = True
    user.save()
    return signed_in


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["everybodys_mail", "try_now", "decide_restored"])
def test_to_anybody_else_it_does_not_exist(signed_in: Client, name: str) -> None:
    path = reverse(f"outbox:{name}")
    assert [signed_in.get(path).status_code, signed_in.post(path).status_code] == [404, 404]
    assert "Everybody" not in signed_in.get("/settings/").text


@pytest.mark.django_db(transaction=True)
def test_it_says_what_waits_since_when_and_why(
    staff: Client, relay: Sink, born: Born, pump: Pump, morning: TimeMachineFixture
) -> None:
    born(given="Canary", family="Word")
    relay.faults.mail = "421 come back later"
    pump()
    PumpState.objects.update(paused_until=timezone.now() + timedelta(minutes=3))
    page = staff.get(PAGE).text
    assert "The mail server cannot be used" in page
    assert "come back later" in page
    assert "The first of them since" in page
    assert "Canary" not in page
    assert "All is well" not in page
    staff.post(reverse("outbox:try_now"))
    assert "The mail server cannot be used" not in staff.get(PAGE).text


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("morning")
def test_it_names_nobody_whom_a_server_names(staff: Client, relay: Sink, born: Born, pump: Pump) -> None:
    born()
    relay.faults.rcpt = "450 4.2.1 <ann@example.org>: box of ann@example.org is full"
    pump()
    PumpState.objects.update(
        paused_until=timezone.now() + timedelta(minutes=3),
        pause_reason="421 4.7.0 <ann@example.org> too busy",
    )
    page = staff.get(PAGE).text
    assert "is full" in page
    assert "too busy" in page
    assert "ann@" not in page


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("morning")
def test_all_is_well_only_where_something_was_tried(
    staff: Client, relay: Sink, born: Born, pump: Pump
) -> None:
    page = staff.get(PAGE).text
    assert "All is well" not in page
    assert "No mail was tried in the last thirty days." in page
    born()
    pump()
    assert "All is well" in staff.get(PAGE).text


@pytest.mark.django_db(transaction=True)
def test_a_machine_with_a_wrong_clock_is_named(staff: Client, time_machine: TimeMachineFixture) -> None:
    delivery.pump()
    assert "A clock is wrong" not in staff.get(PAGE).text
    here = timezone.now()
    time_machine.move_to(here + timedelta(hours=1))
    delivery.pump()
    assert round(PumpState.objects.get().skew) in range(3590, 3611)
    time_machine.move_to(here)
    assert "A clock is wrong" in staff.get(PAGE).text


@pytest.mark.django_db
def test_a_silent_pump_is_seen_and_the_way_there_is_shown(staff: Client) -> None:
    delivery.pump()
    assert "running" in staff.get(PAGE).text
    PumpState.objects.update(ticked_at=F("ticked_at") - timedelta(minutes=3))
    assert "silent" in staff.get(PAGE).text
    assert f'href="{PAGE}"' in staff.get("/today/").text


@pytest.mark.django_db
@pytest.mark.usefixtures("morning")
def test_a_look_through_everything_finds_what_is_wrong(staff: Client, born: Born) -> None:
    assert "Nothing is lost, early or stuck." in staff.get(PAGE, {"look": 1}).text
    born(NINE.date())
    # Due in May, and it is later than that by Postgres' clock.
    assert "not planned" in staff.get(PAGE, {"look": 1}).text


@pytest.mark.django_db
@pytest.mark.usefixtures("morning")
def test_where_there_is_too_much_for_a_page_it_names_the_command(
    staff: Client, born: Born, monkeypatch: pytest.MonkeyPatch
) -> None:
    born(NINE.date())
    with connection.cursor() as cursor:
        # Somebody holds the table for longer than a page waits.
        cursor.execute("ALTER TABLE outbox_schedule RENAME TO all_of_it")
        cursor.execute(
            "CREATE VIEW outbox_schedule AS SELECT all_of_it.* FROM all_of_it, (SELECT pg_sleep(9)) AS slow"
        )
    monkeypatch.setattr(verifying, "PATIENCE", "100ms")
    page = staff.get(PAGE, {"look": 1}).text
    assert "manage.py verify_reminders" in page
    assert "Nothing is lost, early or stuck." not in page


@pytest.mark.django_db
def test_its_counts_read_no_mail_that_is_over(staff: Client) -> None:
    with CaptureQueriesContext(connection) as asked:
        overview()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for query in asked:
            if "outbox_email" in query["sql"] or "outbox_occurrence" in query["sql"]:
                cursor.execute(f"EXPLAIN (COSTS OFF) {query['sql']}")
                plan = "\n".join(row[0] for row in cursor.fetchall())
                assert any(f"outbox_{name}" in plan for name in PARTIAL), plan


@pytest.mark.django_db
def test_it_asks_the_same_number_of_questions_for_any_number_of_mails(
    staff: Client, settings: Settings, born: Born, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    settings.EMAIL_RELAY = None
    counts = []
    staff.get(PAGE)
    for number in (1, 12):
        for _ in range(number):
            born()
        delivery.pump()
        with django_assert_max_num_queries(20) as asked:
            staff.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[1]
