"""A relay to send to, a morning to send on, and people to be reminded of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from contacts import reminders
from contacts.models import Contact, FollowUp
from netvalue.outbox import delivery
from tests.factories import ContactFactory, FollowUpFactory
from tests.netvalue.outbox.sink import Sink, SinkController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import time_machine
    from pytest_django import Settings

    from netvalue.accounts.models import User

# A Tuesday in Berlin, an hour before the reminders.
MORNING = datetime(2026, 5, 5, 6, 0, tzinfo=UTC)
NINE = datetime(2026, 5, 5, 7, 0, tzinfo=UTC)
TODAY = date(2026, 5, 5)


@pytest.fixture
def sink() -> Iterator[Sink]:
    sink = Sink()
    controller = SinkController(sink)
    controller.start()
    yield sink
    controller.stop()


@pytest.fixture
def relay(sink: Sink, settings: Settings) -> Sink:
    settings.EMAIL_RELAY = sink.relay
    return sink


@pytest.fixture
def morning(time_machine: time_machine.TimeMachineFixture) -> time_machine.TimeMachineFixture:
    """Half past nothing is due: one hour before the reminders leave."""
    time_machine.move_to(MORNING)
    return time_machine


@pytest.fixture
def born(user: User) -> Callable[..., Contact]:
    """Somebody of the user's with a birthday."""

    def make(day: date = TODAY, *, year: int | None = None, **fields: object) -> Contact:
        fields = {"owner": user} | fields
        contact = ContactFactory.create(birth_year=year, birth_month=day.month, birth_day=day.day, **fields)
        reminders.birthday_changed(contact)
        return contact

    return make


@pytest.fixture
def follow_up(user: User) -> Callable[..., FollowUp]:
    """Something of the user's to come back to."""

    def make(day: date = TODAY, **fields: object) -> FollowUp:
        made = FollowUpFactory.create(**{"owner": user} | fields, due_on=day)
        reminders.follow_up_changed(made)
        return made

    return make


@pytest.fixture
def pump() -> Callable[..., int]:
    """One tick at the given moment; nine o'clock unless told otherwise."""

    def tick(now: datetime = NINE) -> int:
        return delivery.pump(now=now)

    return tick
