"""Each kind of reminder comes as its owner chose: whether, how many days ahead, at which hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from netvalue.outbox import choices, mailbox, planning, verifying
from netvalue.outbox.models import Choice, Email, OptOut, Schedule
from tests.factories import UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from contacts.models import Contact, FollowUp
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_what_nobody_chose_is_as_usual(user: User) -> None:
    chosen = choices.of(user)
    assert (chosen.on("birthday"), chosen.hour("birthday"), chosen.own_hour("birthday")) == (True, 9, "")


@pytest.mark.parametrize("no", ["birthday", OptOut.EVERYTHING])
def test_what_was_refused_is_off(user: User, no: str) -> None:
    OptOut.objects.create(owner=user, kind=no)
    chosen = choices.of(user)
    assert not chosen.on("birthday")
    assert chosen.on("followup") is (no == "birthday")
    assert chosen.on("test")


def test_one_question_tells_the_choices_of_however_many(user: User) -> None:
    Choice.objects.create(owner=user, kind="birthday", hour=7, leads=[0])
    OptOut.objects.create(owner=user, kind="date")
    with CaptureQueriesContext(connection) as queries:
        found = choices.of_many([user, *(UserFactory.build(pk=10**6 + n) for n in range(50))])
    assert len(queries) == 1
    assert (found[user.pk].hour("birthday"), found[user.pk].leads("birthday")) == (7, [0])
    assert found[10**6].hour("birthday") == 9


def test_an_hour_of_its_own_is_a_mail_of_its_own(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    Choice.objects.create(owner=user, kind="followup", hour=18)
    born(given="Anna", family="Berg")
    born(given="Bo", family="Dahl")
    for name in ("Cleo", "Dora"):
        follow_up(contact=born(TODAY + 100 * DAY, given=name, family="Ek"))
    at = [NINE, NINE + HOUR, NINE + 9 * HOUR - timedelta(seconds=1), NINE + 9 * HOUR, NINE + 10 * HOUR]
    assert [pump(now) for now in at] == [1, 0, 0, 1, 0]
    morning, evening = map(text_of, relay.accepted)
    assert [name in morning for name in ("Anna", "Bo", "Cleo", "Dora")] == [True, True, False, False]
    assert [name in evening for name in ("Anna", "Bo", "Cleo", "Dora")] == [False, False, True, True]
    assert set(Email.objects.values_list("kind", "topic")) == {("digest", ""), ("digest", "18")}
    assert list(verifying.faults(NINE + 11 * HOUR)) == []


def test_an_hour_of_its_own_that_is_the_usual_one_shares_the_mail_of_the_day(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    Choice.objects.create(owner=user, kind="followup", hour=9)
    born()
    follow_up()
    assert pump() == 1


def test_single_mails_come_at_the_hour_of_their_kind(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    user.digest = False
    user.save()
    Choice.objects.create(owner=user, kind="birthday", hour=18)
    born()
    follow_up()
    assert [pump(NINE), pump(NINE + 9 * HOUR)] == [1, 1]
    assert "birthday" in relay.accepted[1]["Subject"]


def test_what_was_missed_at_its_own_hour_is_in_the_next_mail_of_that_hour(
    relay: Sink, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    Choice.objects.create(owner=user, kind="followup", hour=18)
    follow_up()
    assert [pump(NINE + DAY), pump(NINE + DAY + 9 * HOUR)] == [0, 1]


def test_new_rules_for_a_zone_keep_the_hour_of_each_kind(user: User, born: Born) -> None:
    Choice.objects.create(owner=user, kind="birthday", hour=18)
    born(TODAY + 3 * DAY)
    due = datetime(2026, 5, 8, 16, tzinfo=UTC)
    Schedule.objects.filter(lead=0).update(next_at=due + HOUR)
    assert list(verifying.faults(NINE)) == []
    planning.zone_rules_changed(NINE)
    assert Schedule.objects.get(lead=0).next_at == due
    Schedule.objects.filter(lead=0).update(next_at=due - HOUR)
    assert len(list(verifying.faults(NINE))) == 1


def test_what_is_switched_off_is_not_among_what_comes(user: User, born: Born) -> None:
    born(TODAY + 3 * DAY)
    assert len(mailbox.coming(user)) == 1
    planning.opt_out(user, "birthday")
    assert mailbox.coming(user) == []
