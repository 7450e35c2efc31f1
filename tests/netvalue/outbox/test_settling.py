"""A mail that may have been accepted is settled by a witness, once, and never on a guess."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.db.models.functions import Now

from netvalue.outbox import accountmail, clock
from netvalue.outbox.models import Attempt, Email, Occurrence
from netvalue.outbox.postfix_log import PostfixLog
from tests.netvalue.outbox.conftest import NINE
from tests.netvalue.outbox.test_crashes import kill_a_sender, leases_run_out
from tests.netvalue.outbox.test_delivery import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from pytest_django import Settings

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]


@pytest.fixture
def postfix(relay: Sink, settings: Settings, tmp_path: Path) -> Sink:
    """A relay whose log can be read, as it has been for a while."""
    relay.mail_log = tmp_path / "mail.log"
    relay.mail_log.write_text("2026-01-01T00:00:00+00:00 sink postfix/qmgr[1]: A: removed\n")
    settings.EMAIL_PROBE = PostfixLog(relay.mail_log)
    return relay


def its_turn(*, age: timedelta = timedelta(0)) -> None:
    """Time goes by, for the mail in doubt."""
    Email.objects.filter(pk=Email.objects.get(state="unknown").pk).update(
        next_try_at=Now(), data_at=F("data_at") - age, last_data_at=F("last_data_at") - age
    )


def test_a_mail_that_a_witness_saw_counts_as_sent(postfix: Sink, born: Born, pump: Pump) -> None:
    born()
    postfix.faults.hang_up_after_body = True
    pump()
    assert pump() == 0
    email = Email.objects.get()
    assert (email.state, email.sent_at) == ("sent", email.data_at)
    asked = Attempt.objects.order_by("id").values_list("phase", "verdict")
    assert list(asked) == [("body", "unknown"), ("probe", "sent")]
    assert len(postfix.accepted) == 1


def test_a_mail_that_no_witness_saw_is_sent_again_when_nobody_can_bring_it_any_more(
    postfix: Sink, born: Born, pump: Pump
) -> None:
    born()
    kill_a_sender("post_fence", postfix)
    leases_run_out()
    postfix.note("smtpd", "lost connection after DATA (0 bytes) from localhost[127.0.0.1]")
    pump()
    assert Email.objects.get().state == "unknown", "its sender may still come back"
    its_turn(age=timedelta(minutes=14))
    assert pump() == 0
    its_turn(age=timedelta(minutes=2))
    assert pump() == 1
    assert Email.objects.get().state == "sent"
    assert len(postfix.accepted) == 1
    assert Occurrence.objects.get().email is not None


@pytest.mark.parametrize("point", ["post_body", "post_250"])
def test_a_sender_killed_after_the_body_has_sent(postfix: Sink, born: Born, pump: Pump, point: str) -> None:
    born()
    kill_a_sender(point, postfix)
    leases_run_out()
    assert pump() == 0
    assert Email.objects.get().state == "sent"
    assert len(postfix.accepted) == 1


def test_absence_counts_only_for_a_witness_that_was_one_at_the_time(
    postfix: Sink, settings: Settings, born: Born, pump: Pump
) -> None:
    born()
    witness, settings.EMAIL_PROBE = settings.EMAIL_PROBE, None
    kill_a_sender("post_fence", postfix)
    leases_run_out()
    postfix.note("smtpd", "disconnect from localhost")
    settings.EMAIL_PROBE = witness
    Email.objects.update(witness="")
    pump()
    its_turn(age=timedelta(hours=1))
    assert pump() == 0
    assert Email.objects.get().state == "unknown"


def test_a_log_that_cannot_be_read_stops_nobody(postfix: Sink, born: Born, pump: Pump) -> None:
    born()
    born(NINE.date() + timedelta(days=1))
    postfix.faults.hang_up_after_body = True
    pump()
    postfix.faults.hang_up_after_body = False
    assert postfix.mail_log is not None
    postfix.mail_log.unlink()
    postfix.mail_log = None
    assert pump(NINE + timedelta(days=1)) == 1
    assert sorted(Email.objects.values_list("state", flat=True)) == ["sent", "unknown"]


def test_a_witness_is_asked_ever_more_rarely_and_not_for_ever(postfix: Sink, born: Born, pump: Pump) -> None:
    born()
    postfix.faults.hang_up_after_body = True
    postfix.mail_log = None
    pump()
    waits = []
    for age in (timedelta(0), timedelta(hours=2), timedelta(hours=48)):
        its_turn(age=age)
        pump()
        email = Email.objects.get()
        waits.append((email.next_try_at - clock.postgres_now()) / timedelta(minutes=1))
    assert [round(wait) for wait in waits] == [1, 30, 360]
    its_turn(age=timedelta(days=40))
    asked_at = Email.objects.get().next_try_at
    pump()
    assert Email.objects.get().next_try_at == asked_at


def test_account_mail_that_did_not_arrive_is_not_sent_again_because_its_body_is_gone(
    postfix: Sink, pump: Pump, user: User
) -> None:
    accountmail.queue(to=user.email, user=user, subject="Your link", text="https://x.test/token")
    kill_a_sender("post_fence", postfix)
    leases_run_out()
    postfix.note("smtpd", "lost connection after DATA (0 bytes) from localhost[127.0.0.1]")
    pump()
    its_turn(age=timedelta(hours=1))
    assert pump() == 0
    assert Email.objects.values_list("state", "text").get() == ("failed", "")


def test_a_late_word_of_the_sender_changes_nothing_that_is_settled(
    postfix: Sink, born: Born, pump: Pump
) -> None:
    born()

    def settle() -> None:
        Email.objects.update(state="sent", lease_until=None, sent_at=datetime.now(UTC))

    postfix.on_body = elsewhere(settle)
    pump()
    first = Email.objects.get()
    assert (first.state, first.reply) == ("sent", "")
