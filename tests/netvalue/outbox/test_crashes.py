"""A sender is killed at each point of the conversation; what it leaves behind is the truth."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.db import connection

from netvalue.outbox.models import Email, Occurrence
from tests.netvalue.outbox.conftest import NINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from contacts.models import Contact
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]


def kill_a_sender(point: str, sink: Sink) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.netvalue.outbox.killed_sender",
            point,
            str(sink.port),
            connection.settings_dict["NAME"],
            NINE.isoformat(),
        ],
        cwd=settings.BASE_DIR,
        env=os.environ
        | ({"EMAIL_PROBE": f"postfix-log:{sink.mail_log}"} if sink.mail_log else {})
        | ({"EMAIL_IDEMPOTENCY": f"{sink.key_header}:86400"} if sink.key_header else {}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr


def leases_run_out() -> None:
    past = datetime(2020, 1, 1, tzinfo=UTC)
    assert Email.objects.filter(state="sending").update(lease_until=past) == 1


def test_killed_before_the_fence_it_is_surely_unsent_and_sent_by_the_next(
    relay: Sink, born: Born, pump: Pump
) -> None:
    born()
    kill_a_sender("pre_fence", relay)
    assert not relay.accepted
    assert pump() == 0, "the dead sender's lease still holds"
    leases_run_out()
    assert pump() == 1
    assert len(relay.accepted) == 1
    assert Email.objects.get().state == "sent"


@pytest.mark.parametrize(("point", "accepted"), [("post_fence", 0), ("post_body", 1), ("post_250", 1)])
def test_killed_after_the_fence_it_is_unknown_and_never_sent_again_by_itself(
    relay: Sink, born: Born, pump: Pump, point: str, accepted: int
) -> None:
    born()
    kill_a_sender(point, relay)
    leases_run_out()
    assert pump() == 0
    assert Email.objects.get().state == "unknown"
    assert Occurrence.objects.get().email is not None
    assert pump() == 0
    assert len(relay.accepted) == accepted
