"""A tick finds nothing to do in mails in doubt about which nobody can be asked."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from netvalue.outbox import clock, heartbeat
from netvalue.outbox.idempotency import Idempotency
from netvalue.outbox.models import Email
from netvalue.outbox.postfix_log import PostfixLog

if TYPE_CHECKING:
    from collections.abc import Callable

    import time_machine
    from pytest_django import Settings

    from contacts.models import Contact
    from tests.netvalue.outbox.sink import Sink

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
DAY = timedelta(days=1)
PROBE, KEY = PostfixLog(Path("/nowhere/mail.log")), Idempotency("X-Key", 86_400)


@pytest.fixture
def held(relay: Sink, born: Callable[..., Contact], pump: Callable[..., int]) -> Email:
    """A mail in doubt whose next try has come."""
    born()
    relay.faults.hang_up_after_body = True
    pump()
    relay.faults.hang_up_after_body = False
    Email.objects.filter(state="unknown").update(next_try_at=Now(), witness="")
    return Email.objects.get(state="unknown")


@pytest.mark.parametrize(
    ("probe", "key", "days", "as_sent", "last_days", "something"),
    [
        (None, None, 0, None, None, False),
        (None, None, 0, b"kept", None, False),
        (PROBE, None, 0, None, None, True),
        (PROBE, None, 29, None, None, True),
        (PROBE, None, 31, None, None, False),
        (PROBE, None, 31, None, 29, True),
        (None, KEY, 0, None, None, False),
        (None, KEY, 0, b"kept", None, True),
        (None, KEY, 31, b"kept", None, True),
        (PROBE, KEY, 31, None, None, False),
        (PROBE, KEY, 31, b"kept", None, True),
    ],
)
def test_there_is_something_to_do_while_somebody_can_be_asked(
    held: Email,
    settings: Settings,
    probe: PostfixLog | None,
    key: Idempotency | None,
    days: int,
    as_sent: bytes | None,
    last_days: int | None,
    something: bool,  # noqa: FBT001 -- pytest's
) -> None:
    settings.EMAIL_PROBE, settings.EMAIL_IDEMPOTENCY = probe, key
    last = None if last_days is None else Now() - last_days * DAY
    Email.objects.update(data_at=Now() - days * DAY, last_data_at=last, as_sent=as_sent)
    assert heartbeat.tick().in_doubt is something
    Email.objects.update(next_try_at=F("next_try_at") + DAY)
    assert heartbeat.tick().in_doubt is False


def test_a_tick_with_nothing_but_what_its_owner_decides_is_one_statement(
    held: Email, pump: Callable[..., int], morning: time_machine.TimeMachineFixture, settings: Settings
) -> None:
    settings.EMAIL_IDEMPOTENCY = KEY
    # The two clocks agree, else each tick writes down by how much they do not.
    morning.move_to(clock.postgres_now())
    pump()
    with CaptureQueriesContext(connection) as asked:
        assert pump() == 0
    assert len(asked) == 1
    held.refresh_from_db()
    assert held.state == "unknown"


def test_a_pump_of_the_release_before_ticks_on(held: Email) -> None:
    """It names three of what is asked, and asks about each that is held."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT in_doubt FROM outbox_tick(NULL, gen_random_uuid(), 1)")
        assert cursor.fetchone() == (True,)
