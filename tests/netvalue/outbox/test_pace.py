"""Not faster than the relay wants it, and not through more connections than it allows; nobody starves."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection

from netvalue.outbox import delivery, pace, planning
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
