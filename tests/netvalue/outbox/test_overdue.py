"""What is overdue when it is written down is told the next time, whatever its owner chooses before that."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from contacts import reminders
from contacts.models import Favour
from netvalue.outbox import choosing, planning, pruning, trial
from netvalue.outbox.choosing import Wish
from netvalue.outbox.models import Email, Occurrence, Schedule
from tests.factories import ContactFactory, FollowUpFactory
from tests.netvalue.outbox.conftest import MORNING, NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from time_machine import TimeMachineFixture

    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
DAY = timedelta(days=1)
LATER = MORNING + timedelta(hours=4)


def rhythm(owner: User, day: date) -> None:
    """Of somebody with whom it was time to talk on that day."""
    born = datetime.combine(day - 30 * DAY, datetime.min.time(), UTC)
    contact = ContactFactory.create(owner=owner, given="Anna", rhythm_days=30)
    type(contact).objects.filter(pk=contact.pk).update(created_at=born)
    reminders.rhythm_changed(owner, [contact.pk])


def follow_up(owner: User, day: date) -> None:
    reminders.follow_up_changed(FollowUpFactory.create(owner=owner, due_on=day))


def promise(owner: User, day: date) -> None:
    contact = ContactFactory.create(owner=owner, given="Anna")
    favour = Favour(owner=owner, contact=contact, what="The recipe", day=day - 9 * DAY, due_on=day)
    favour.direction, favour.kind, favour.state = "given", "help", "open"
    favour.keep()


def zone(owner: User) -> None:
    owner.time_zone = "America/New_York"
    owner.save()
    planning.user_changed(owner)


def hour(owner: User) -> None:
    owner.reminder_hour = 7
    owner.save()
    planning.user_changed(owner)


def hour_of_a_kind(owner: User) -> None:
    kinds = ["rhythm", "followup", "promise"]
    choosing.choose(owner, dict.fromkeys(kinds, Wish(on=True, hour=7)))


@pytest.mark.parametrize("what", [rhythm, follow_up, promise])
@pytest.mark.parametrize("days", [1, 60])
@pytest.mark.parametrize("change", [zone, hour, hour_of_a_kind])
def test_what_is_long_overdue_is_told_after_its_owner_chose_another_hour(
    pump: Pump,
    relay: Sink,
    user: User,
    morning: TimeMachineFixture,
    what: Callable[[User, date], None],
    days: int,
    change: Callable[[User], None],
) -> None:
    morning.move_to(LATER)
    what(user, TODAY - days * DAY)
    before = Schedule.objects.get()
    assert before.next_at == NINE + DAY
    change(user)
    for hours in range(0, 40, 6):
        pump(LATER + timedelta(hours=hours))
    assert Occurrence.objects.get().ended == ""
    (mail,) = relay.accepted
    assert mail["To"] == user.email


def test_a_test_mail_that_was_just_asked_for_does_not_wait_for_another_hour(
    pump: Pump, relay: Sink, user: User
) -> None:
    trial.ask(user, 1)
    user.reminder_hour = 20
    user.save()
    planning.user_changed(user)
    assert pump(MORNING + timedelta(minutes=1)) == 1


def test_a_promise_that_was_told_is_not_told_again_when_its_words_are_corrected_after_its_mail_is_forgotten(
    pump: Pump, relay: Sink, user: User, morning: TimeMachineFixture
) -> None:
    promise(user, TODAY)
    assert pump() == 1
    Email.objects.update(created_at=NINE)
    may = NINE + 120 * DAY
    while pruning.step(may):
        pass
    assert not Email.objects.exists()
    morning.move_to(may)
    favour = Favour.objects.get()
    favour.what = "The recipe of the cake"
    favour.keep()
    assert [pump(may + n * DAY) for n in range(3)] == [0, 0, 0]
    assert len(relay.accepted) == 1
