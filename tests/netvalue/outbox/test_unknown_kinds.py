"""Rows of a kind that no app registers, as after going back to an older release: they alone wait."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils.translation import gettext_lazy

from netvalue.outbox import kinds, planning, unsubscribing, verifying
from netvalue.outbox.models import Email, Occurrence, OptOut, Schedule
from netvalue.outbox.trial import TestReminder
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
TOMORROW = NINE + timedelta(days=1)


class FromLater(TestReminder):
    """A kind that only a later release knows."""

    name = "later"
    label = gettext_lazy("Reminders")
    at_once = False


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """The later release runs; what is returned goes back to the earlier one."""
    monkeypatch.setattr(kinds, "_missed", set())
    kinds.register(FromLater())
    yield lambda: monkeypatch.delitem(kinds._kinds, FromLater.name)
    kinds._kinds.pop(FromLater.name, None)


def known_again() -> None:
    kinds.register(FromLater())


def test_what_is_to_come_of_an_unknown_kind_waits_and_everybody_is_told_the_rest(
    relay: Sink,
    born: Born,
    pump: Pump,
    user: User,
    stranger: User,
    later: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    planning.once(user, FromLater.name, 1, TODAY)
    later()
    born(given="Anna", family="Berg")
    born(owner=stranger, given="Bo", family="Dahl")
    before = Schedule.objects.filter(kind="later").values().get()
    assert [pump(), pump(), pump(TOMORROW)] == [2, 0, 0]
    assert {mail["Subject"] for mail in relay.accepted} == {
        "Anna Berg has a birthday today",
        "Bo Dahl has a birthday today",
    }
    assert Schedule.objects.filter(kind="later").values().get() == before
    assert caplog.text.count("“later”") == 1
    known_again()
    assert pump(TOMORROW) == 1
    assert relay.accepted[-1]["Subject"] == "Your test reminder"


def test_what_was_due_of_an_unknown_kind_waits_too(
    relay: Sink,
    born: Born,
    pump: Pump,
    user: User,
    later: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    planning.once(user, FromLater.name, 1, TODAY)
    planning.plan(NINE)
    later()
    born(given="Anna", family="Berg")
    assert [pump(), pump(TOMORROW)] == [1, 0]
    assert Occurrence.objects.filter(kind="later", ended="", email=None).exists()
    assert caplog.text.count("“later”") == 1
    known_again()
    assert pump(TOMORROW) == 1
    assert len(relay.accepted) == 2


def test_a_single_mail_for_an_unknown_kind_is_closed_and_opened_again(
    relay: Sink, pump: Pump, user: User, later: Callable[[], None]
) -> None:
    user.digest = False
    user.save()
    planning.once(user, FromLater.name, 1, TODAY)
    planning.plan(NINE)
    later()
    assert pump() == 0
    known_again()
    assert pump(TOMORROW) == 1


def test_who_moves_meanwhile_meets_no_accident(user: User, later: Callable[[], None]) -> None:
    planning.once(user, FromLater.name, 1, TODAY)
    later()
    user.time_zone = "Asia/Tokyo"
    user.save()
    planning.user_changed(user)
    assert Schedule.objects.get(kind="later").occurrence_on == TODAY


def test_pages_and_links_open_without_it(
    relay: Sink, pump: Pump, user: User, client: Client, later: Callable[[], None]
) -> None:
    user.digest = False
    user.save()
    planning.once(user, FromLater.name, 1, TODAY)
    pump()
    planning.once(user, FromLater.name, 2, TODAY + timedelta(days=3))
    later()
    client.force_login(user)
    pk = Email.objects.get().pk
    for path in ("/reminders/", "/mail/", f"/mail/{pk}/", f"/mail/{pk}/html/"):
        assert client.get(path).status_code == 200, path
    stopped = client.post(unsubscribing.path(user, FromLater.name))
    assert "the subject of that mail" in stopped.text
    assert OptOut.objects.get().kind == "later"


def test_it_is_found_by_whoever_looks_for_what_is_wrong(
    user: User, later: Callable[[], None], born: Born
) -> None:
    planning.once(user, FromLater.name, 1, TODAY)
    planning.once(user, FromLater.name, 2, TODAY + timedelta(days=1))
    planning.plan(NINE)
    later()
    assert list(verifying.faults(TOMORROW)) == [
        "1 to come and of a kind nobody knows",
        "1 due and of a kind nobody knows",
    ]
