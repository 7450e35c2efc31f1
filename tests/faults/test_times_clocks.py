"""A machine whose clock is wrong: nothing is early, late or told twice, and it is noticed."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as project
from django.db import connection
from django.utils import timezone

from netvalue.outbox import accountmail, delivery, heartbeat
from netvalue.outbox.clock import postgres_now
from netvalue.outbox.models import Email, PumpState, Schedule
from tests.factories import ContactFactory, FollowUpFactory, UserFactory
from tests.netvalue.outbox.sink import Sink, SinkController

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db(transaction=True)

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
WRONG = [-24.0, -1.0, 1.0, 24.0]


@pytest.fixture
def relay(settings: Settings) -> Iterator[Sink]:
    sink = Sink()
    controller = SinkController(sink)
    controller.start()
    settings.EMAIL_RELAY = sink.relay
    yield sink
    controller.stop()


@pytest.fixture
def by_postgres(settings: Settings) -> None:
    """As on a real machine."""
    settings.BUSINESS_CLOCK = "netvalue.outbox.clock.postgres_now"


def a_zone_in_the_middle_of_an_hour(now: datetime) -> ZoneInfo:
    """So that no hour strikes while the test runs."""
    zones = map(ZoneInfo, ("UTC", "Asia/Kathmandu", "Asia/Kolkata"))
    return next(zone for zone in zones if now.astimezone(zone).minute < 45)


def somebody_with_a_follow_up(at: datetime, *, digest: bool = True) -> User:
    """Due at the hour of this moment, written down days before."""
    zone = a_zone_in_the_middle_of_an_hour(at)
    there = at.astimezone(zone)
    user = UserFactory.create(time_zone=str(zone), reminder_hour=there.hour, digest=digest)
    with time_machine.travel(at - 3 * A_DAY, tick=False):
        FollowUpFactory.create(owner=user, due_on=there.date()).keep()
    return user


@pytest.mark.parametrize(
    ("hours", "digest"),
    [
        (-1.0, True),
        (24.0, False),
        pytest.param(-24.0, False, marks=pytest.mark.faults),
        pytest.param(1.0, True, marks=pytest.mark.faults),
    ],
)
def test_a_pump_with_a_wrong_clock_sends_what_is_due_by_the_right_one(
    hours: float,
    digest: bool,  # noqa: FBT001 -- pytest's
    relay: Sink,
) -> None:
    now = postgres_now()
    due = somebody_with_a_follow_up(now, digest=digest)
    for later in (AN_HOUR, A_DAY):
        somebody_with_a_follow_up(now + later, digest=digest)
    said = tick_elsewhere(hours, relay)
    assert [mail["To"] for mail in relay.accepted] == [due.email]
    assert said == "1 sent"
    assert round(PumpState.objects.get().skew / 3600) == hours, "and it is noticed"
    assert Email.objects.get().state == "sent"
    assert delivery.pump() == 0


def tick_elsewhere(hours: float, relay: Sink) -> str:
    command = [sys.executable, "-m", "tests.faults.wrong_clock"]
    done = subprocess.run(
        [*command, str(hours), str(relay.port), connection.settings_dict["NAME"]],
        cwd=project.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout


def test_a_pump_that_asked_its_own_clock_would_be_found(relay: Sink) -> None:
    now = postgres_now()
    somebody_with_a_follow_up(now + AN_HOUR)
    assert delivery.pump() == 0
    with time_machine.travel(now + AN_HOUR):
        assert delivery.pump(now=timezone.now()) == 1


@pytest.mark.parametrize("hours", WRONG)
@pytest.mark.usefixtures("by_postgres")
def test_what_is_written_down_by_a_wrong_clock_comes_on_its_day(hours: float) -> None:
    assert written_down(hours) == [0, 0]


def test_without_the_clock_of_all_it_would_come_a_year_late() -> None:
    assert written_down(24) == [365, 1]


def written_down(hours: float) -> list[int]:
    """How many days later than it should a birthday and a follow-up come that are due in an hour."""
    now = postgres_now()
    zone = a_zone_in_the_middle_of_an_hour(now)
    soon = (now + AN_HOUR).astimezone(zone)
    user = UserFactory.create(time_zone=str(zone), reminder_hour=soon.hour)
    with time_machine.travel(now + timedelta(hours=hours)):
        ContactFactory.create(owner=user, birth_month=soon.month, birth_day=soon.day).keep()
        FollowUpFactory.create(owner=user, due_on=soon.date()).keep()
    rows = Schedule.objects.of(user).filter(lead=0).order_by("kind")
    return [(row.next_at.astimezone(zone).date() - soon.date()).days for row in rows]


@pytest.mark.parametrize("hours", WRONG)
@pytest.mark.usefixtures("by_postgres")
def test_a_sign_in_link_of_a_machine_with_a_wrong_clock_leaves(hours: float, relay: Sink) -> None:
    with time_machine.travel(postgres_now() + timedelta(hours=hours)):
        accountmail.queue(
            to="a@example.org", user=None, subject="Hello", text="Here", valid_for=timedelta(minutes=15)
        )
    assert delivery.pump() == 1


def test_a_clock_that_is_a_little_off_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        with time_machine.travel(postgres_now() + timedelta(seconds=1)):
            heartbeat.tick()
        assert PumpState.objects.get().skewed_at is None
        with time_machine.travel(postgres_now() - timedelta(minutes=1)):
            for _ in range(3):
                heartbeat.tick()
    assert len(caplog.records) == 1, "said once"
    assert -61 < PumpState.objects.get().skew < -59
