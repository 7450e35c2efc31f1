"""The queries that must find nothing find nothing after many faults, and find each that is planted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command

from netvalue.outbox import delivery, planning, verifying, zone_rules
from netvalue.outbox.models import Email, Occurrence, PumpState, Schedule
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from contacts.models import Contact, FollowUp
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]


def test_nothing_is_lost_early_or_stuck_after_a_week_of_faults(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump
) -> None:
    for day in range(7):
        born(TODAY + timedelta(days=day))
        follow_up(TODAY + timedelta(days=day))
    faults = ["rcpt", "data", "dot", "mail"]
    for day in range(10):
        now = NINE + timedelta(days=day)
        if day < len(faults):
            setattr(relay.faults, faults[day], "451 4.7.1 later")
        relay.faults.hang_up_after_body = day == 5
        pump(now)
        relay.faults = type(relay.faults)()
        Email.objects.filter(state="pending").update(next_try_at=datetime(2020, 1, 1, tzinfo=UTC))
        PumpState.objects.update(paused_until=None)
        pump(now + timedelta(minutes=20))
        assert list(verifying.faults(now + timedelta(minutes=21))) == []
    assert len(relay.ids) == len(set(relay.ids))
    assert not Occurrence.objects.filter(email=None, ended="").exists()
    held = Occurrence.objects.filter(email__state="unknown").count()
    sent = Occurrence.objects.filter(email__state="sent").count()
    assert (held > 0, held + sent) == (True, 14)


def test_what_is_due_and_not_planned_is_found(user: User, born: Born) -> None:
    born()
    assert "1 due for more than five minutes and not planned" in list(
        verifying.faults(NINE + timedelta(minutes=6))
    )


def test_an_instant_before_the_owners_hour_is_found(user: User, born: Born) -> None:
    born()
    Schedule.objects.filter(lead=0).update(next_at=NINE - timedelta(minutes=10))
    (fault,) = verifying.faults(NINE - timedelta(minutes=30))
    assert "before its owner's hour" in fault


def test_what_is_left_in_a_mail_that_was_given_up_is_found(born: Born, pump: Pump) -> None:
    born()
    planning.plan(NINE)
    Occurrence.objects.update(email=Email.objects.get())
    assert any("given up" in fault for fault in verifying.faults(NINE))


def test_the_command_ends_with_an_error_if_something_is_wrong(born: Born) -> None:
    out = StringIO()
    call_command("verify_reminders", stdout=out)
    assert out.getvalue() == "nothing is lost, early or stuck\n"
    born()
    Schedule.objects.update(next_at=NINE - timedelta(days=3))
    with pytest.raises(CommandError):
        call_command("verify_reminders", stdout=out)


def test_new_rules_for_zones_move_what_is_to_come_and_nothing_else(
    born: Born, follow_up: MakeFollowUp
) -> None:
    born(TODAY + timedelta(days=3))
    follow_up(TODAY - timedelta(days=20))
    right = dict(Schedule.objects.values_list("pk", "next_at"))
    delivery.pump(now=NINE - timedelta(minutes=30))
    assert dict(Schedule.objects.values_list("pk", "next_at")) == right
    for row in Schedule.objects.all():
        row.next_at -= timedelta(hours=1) if row.pk % 2 else -timedelta(hours=1)
        row.save()
    PumpState.objects.update(zone_rules="an older release")
    zone_rules.step(NINE - timedelta(minutes=90))
    assert dict(Schedule.objects.values_list("pk", "next_at")) == right


def test_an_address_where_nobody_lives_is_left_alone_after_two_mails(
    relay: Sink, follow_up: MakeFollowUp, pump: Pump, client: Client, user: User
) -> None:
    follow_up()
    relay.faults.rcpt = "550 5.1.1 no such user"
    for day in range(5):
        pump(NINE + timedelta(days=day))
    assert Email.objects.filter(state="failed").count() == 2
    assert Occurrence.objects.open().count() == 1
    client.force_login(user)
    assert "Your address takes no mail" in client.get("/mail/").content.decode()
