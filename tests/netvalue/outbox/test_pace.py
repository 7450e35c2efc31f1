"""Not faster than the relay wants it, and not through more connections than it allows; nobody starves."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection

from netvalue.outbox import delivery, heartbeat, pace, planning
from netvalue.outbox.models import Email, Seat
from netvalue.outbox.times import Times
from tests.factories import UserFactory
from tests.netvalue.outbox.conftest import NINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytest_django import Settings

    from contacts.models import Contact
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]


def pumps_at_once(number: int) -> None:
    ready = threading.Barrier(number)

    def run() -> None:
        ready.wait()
        delivery.pump(now=NINE)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_no_second_sees_more_mails_than_are_allowed_whoever_sends_them(
    relay: Sink, settings: Settings, born: Born
) -> None:
    settings.EMAIL_RATE = 20
    for _ in range(25):
        born(owner=UserFactory.create())
    planning.plan(NINE)
    began = time.monotonic()
    pumps_at_once(3)
    assert time.monotonic() - began >= 24 / 20
    assert len(relay.accepted) == 25
    sent = list(Email.objects.order_by("sent_at").values_list("sent_at", flat=True))
    for first, later in zip(sent, sent[22:], strict=False):
        assert first is not None
        assert later is not None
        assert later - first >= timedelta(seconds=0.9)


def test_who_waits_longest_leaves_first(relay: Sink, settings: Settings, born: Born, pump: Pump) -> None:
    settings.EMAIL_RATE = 200
    for _ in range(30):
        born(owner=UserFactory.create())
    planning.plan(NINE)
    waiting = [*Email.objects.order_by("-id")]
    for place, email in enumerate(waiting):
        Email.objects.filter(pk=email.pk).update(
            next_try_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=place)
        )
    assert pump() == 30
    assert relay.ids == [email.message_id for email in waiting]


@pytest.mark.parametrize(("rate", "claimed"), [(0, 20), (1000, 20), (1, 15), (0.01, 1)])
def test_no_more_is_claimed_than_leaves_before_the_lease_ends(
    settings: Settings, rate: float, claimed: int
) -> None:
    settings.EMAIL_RATE = rate
    settings.EMAIL_TIMES = Times(lease=120)
    assert pace.at_once(20) == claimed


@pytest.mark.parametrize(
    ("rate", "seats", "senders"),
    [(0, 4, 4), (10, 4, 4), (100 / 3600, 4, 1), (0.04, 4, 2), (50 / 3600, 2, 1), (1 / 60, 64, 1)],
)
def test_so_few_senders_that_each_has_its_turn_within_half_a_lease(
    settings: Settings, rate: float, seats: int, senders: int
) -> None:
    settings.EMAIL_RATE, settings.EMAIL_SENDERS = rate, seats
    settings.EMAIL_TIMES = Times(lease=120)
    assert pace.senders() == senders
    if rate:
        assert pace.at_once(20) * senders / rate <= 60 or senders == 1


def test_with_a_small_rate_and_many_pumps_no_lease_is_lost(
    relay: Sink, settings: Settings, born: Born, caplog: pytest.LogCaptureFixture
) -> None:
    # As 60 an hour beside a lease of two minutes, sixty times as fast.
    settings.EMAIL_RATE, settings.EMAIL_SENDERS = 1, 4
    settings.EMAIL_TIMES = Times(lease=2, frozen=1)
    Seat.objects.bulk_create((Seat(number=number) for number in range(1, 5)), ignore_conflicts=True)
    for _ in range(4):
        born(owner=UserFactory.create())
    planning.plan(NINE)
    pumps_at_once(4)
    assert len(relay.accepted) == 4
    assert "no longer ours" not in caplog.text
    assert set(Email.objects.values_list("state", flat=True)) == {"sent"}


def test_a_slow_server_gets_what_fits_into_half_a_lease_and_the_rest_keeps_its_place(
    relay: Sink, settings: Settings, born: Born, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_TIMES = Times(lease=2, frozen=1)
    for _ in range(8):
        born(owner=UserFactory.create())
    planning.plan(NINE)
    line = list(Email.objects.order_by("next_try_at", "id").values_list("pk", "next_try_at"))
    # Each takes longer than a quarter of the lease: not all eight fit into one.
    relay.on_body = lambda: time.sleep(0.6)
    assert delivery.pump(0.1, now=NINE) == 2
    assert "no longer ours" not in caplog.text
    waiting = Email.objects.filter(state="pending").order_by("next_try_at", "id")
    assert list(waiting.values_list("pk", "next_try_at")) == line[2:]
    assert set(waiting.values_list("claims", flat=True)) == {0}
    relay.on_body = lambda: None
    assert delivery.pump(now=NINE) == 6


def test_while_a_slow_server_takes_its_time_the_pump_counts_as_alive(
    relay: Sink, born: Born, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(heartbeat, "SILENCE", 1)
    for _ in range(4):
        born(owner=UserFactory.create())
    planning.plan(NINE)
    alive: list[bool] = []

    def look() -> None:
        time.sleep(0.3)
        alive.append(heartbeat.ticks())
        connection.close()

    relay.on_body = look
    assert delivery.pump(now=NINE) == 4
    assert alive == [True] * 4


def test_no_more_senders_than_there_are_seats(relay: Sink, settings: Settings, born: Born) -> None:
    settings.EMAIL_SENDERS = 2
    # As the migration leaves them; what empties the tables between tests takes them away.
    Seat.objects.bulk_create((Seat(number=number) for number in range(1, 65)), ignore_conflicts=True)
    for _ in range(60):
        born(owner=UserFactory.create())
    planning.plan(NINE)
    at_once: list[int] = []

    def count() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT lease_token) FROM outbox_email WHERE state = 'sending'")
            at_once.append(cursor.fetchone()[0])
        connection.close()

    relay.on_body = count
    pumps_at_once(5)
    assert len(relay.accepted) == 60
    assert max(at_once) == 2


def test_a_seat_whose_sender_died_is_free_when_its_lease_is_over(
    relay: Sink, settings: Settings, born: Born, pump: Pump
) -> None:
    settings.EMAIL_SENDERS = 1
    born()
    planning.plan(NINE)
    assert delivery.claim(uuid4(), NINE)
    born(owner=UserFactory.create())
    assert pump() == 0, "the only seat is taken"
    Seat.objects.update(lease_until=datetime(2020, 1, 1, tzinfo=UTC))
    assert pump() == 1
    assert not Seat.objects.exclude(token=None).exists(), "a seat is given back"
