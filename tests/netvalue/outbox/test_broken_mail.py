"""A mail that cannot be written stops nobody else's."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netvalue.outbox import accountmail, kinds, planning
from netvalue.outbox.clock import postgres_now
from netvalue.outbox.management.commands.reminders_pump import Command
from netvalue.outbox.models import Email
from netvalue.outbox.trial import TestReminder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from netvalue.accounts.models import User
    from netvalue.outbox.models import Occurrence
    from tests.netvalue.outbox.sink import Sink


# The loop closes its connection after each tick.
pytestmark = pytest.mark.django_db(transaction=True)


class Unwritable(TestReminder):
    """A kind whose words cannot be found."""

    name = "unwritable"

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, kinds.Line]:
        raise LookupError("no words for it")


@pytest.fixture
def unwritable(user: User, monkeypatch: pytest.MonkeyPatch) -> User:
    """Somebody with a mail that breaks whoever writes it, before everybody else's."""
    monkeypatch.setitem(kinds._kinds, Unwritable.name, Unwritable())
    planning.at_once(user, Unwritable.name, 1)
    return user


def test_a_mail_that_cannot_be_written_stops_no_other_in_the_same_tick(
    relay: Sink, unwritable: User, caplog: pytest.LogCaptureFixture
) -> None:
    for press in (2, 3):
        planning.at_once(unwritable, Unwritable.name, press)
    planning.plan(postgres_now())
    accountmail.queue(to="other@example.org", user=None, subject="Your link", text="x")
    Command().tick()
    assert [mail["To"] for mail in relay.accepted] == ["other@example.org"]
    assert caplog.text.count("cannot be written\n") == 3
    waiting = Email.objects.filter(kind=Unwritable.name)
    assert set(waiting.values_list("state", "claims")) == {("pending", 1)}
