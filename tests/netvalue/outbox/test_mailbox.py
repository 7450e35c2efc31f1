"""What “Mail for you” shows, as time goes on and people's lives do."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from contacts import reminders
from contacts.models import Contact, Favour, ImportantDate, Quiet
from netvalue.outbox import mailbox, planning
from netvalue.outbox.models import Email, Occurrence
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from time_machine import TimeMachineFixture

    from contacts.models import FollowUp
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]

A_DAY = timedelta(days=1)


def page(client: Client, path: str = "/mail/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def away(relay: Sink, born: Born, pump: Pump, morning: TimeMachineFixture) -> Callable[..., Contact]:
    """Somebody whose birthday came and went while no mail could leave."""

    def make(**fields: Any) -> Contact:
        who = born(given="Erika", family="Berg", **fields)
        morning.move_to(NINE + 5 * A_DAY)
        pump(NINE + 5 * A_DAY)
        return who

    return make


# --- It was too late for these -----------------------------------------------------------------------


def test_what_came_too_late_is_said_with_the_day_it_was(
    signed_in: Client, away: Callable[..., Contact]
) -> None:
    away()
    assert "Erika Berg" in page(signed_in)
    assert "had a birthday on Tuesday, 5 May" in page(signed_in)


def die(who: Contact) -> None:
    who.deceased = True
    who.keep()


def no_birthday(who: Contact) -> None:
    who.birth_month = who.birth_day = None
    who.keep()


@pytest.mark.parametrize(
    "happens",
    [
        die,
        no_birthday,
        Contact.hide,
        Contact.archive,
        Contact.remove,
        lambda who: Quiet.objects.begin(who, "birthday"),
        lambda who: planning.opt_out(who.owner, "birthday"),
    ],
    ids=["died", "corrected", "hidden", "archived", "removed", "not about them", "no birthdays"],
)
@pytest.mark.parametrize("when", ["before it was too late", "afterwards"])
def test_what_nobody_would_be_told_any_more_is_not_told_as_too_late(
    signed_in: Client,
    relay: Sink,
    born: Born,
    pump: Pump,
    morning: TimeMachineFixture,
    when: str,
    happens: Callable[[Contact], object],
) -> None:
    who = born(given="Erika", family="Berg")
    planning.plan(NINE)
    if when != "afterwards":
        happens(who)
    morning.move_to(NINE + 5 * A_DAY)
    pump(NINE + 5 * A_DAY)
    if when == "afterwards":
        assert "Erika" in page(signed_in)
        happens(who)
    assert Occurrence.objects.too_late().exists() == (when == "afterwards")
    assert "Erika" not in page(signed_in)


def test_a_follow_up_that_was_done_or_moved_meanwhile_is_not_missing(
    signed_in: Client, relay: Sink, follow_up: MakeFollowUp, pump: Pump, morning: TimeMachineFixture
) -> None:
    done, moved, _open = (follow_up(contact=None) for _ in range(3))
    morning.move_to(NINE + 20 * A_DAY)
    pump(NINE + 20 * A_DAY)
    assert len(mailbox.too_late(done.owner)) == 3
    done.complete()
    moved.snooze(TODAY + 40 * A_DAY)
    assert len(mailbox.too_late(done.owner)) == 1


def test_one_event_is_told_once_and_what_announced_it_is_not_missing_beside_it(
    user: User, relay: Sink, born: Born, pump: Pump, morning: TimeMachineFixture
) -> None:
    born(TODAY + 7 * A_DAY, given="Anna", family="Berg")
    back = NINE + 8 * A_DAY
    morning.move_to(back)
    assert pump(back) == 1
    assert Occurrence.objects.too_late().get().lead == 7
    assert Occurrence.objects.get(lead=0).email
    assert mailbox.too_late(user) == []


def test_an_event_of_which_nothing_was_told_is_missing_once(
    user: User, relay: Sink, born: Born, pump: Pump, morning: TimeMachineFixture
) -> None:
    born(TODAY + 7 * A_DAY, given="Anna", family="Berg")
    back = NINE + 12 * A_DAY
    morning.move_to(back)
    assert pump(back) == 0
    assert Occurrence.objects.too_late().count() == 2
    assert [line.what for line in mailbox.too_late(user)] == ["had a birthday on Tuesday, 12 May"]


# --- What shares a line ------------------------------------------------------------------------------


def test_what_one_line_says_for_several_days_is_named_beside_the_mail(
    signed_in: Client, user: User, relay: Sink, born: Born, pump: Pump, morning: TimeMachineFixture
) -> None:
    born(TODAY + 7 * A_DAY, given="Anna", family="Berg")
    born(TODAY + 7 * A_DAY + A_DAY, given="Alone", family="")
    back = NINE + 7 * A_DAY
    morning.move_to(back)
    Occurrence.objects.update(look_at=back)
    assert pump(back) == 1
    path = f"/mail/{Email.objects.get().pk}/"
    html = " ".join(page(signed_in, path).split())
    beside = html[html.index("Said once") :].partition("As plain text")[0]
    assert "Anna Berg</bdi><small>Meant for: Tuesday, 5 May · Tuesday, 12 May</small>" in beside
    assert "Alone" not in beside
    Contact.objects.get(given="Anna").hide()
    assert "Said once" not in page(signed_in, path)


def test_where_each_says_one_thing_nothing_is_added(
    signed_in: Client, relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump
) -> None:
    follow_up(contact=born())
    assert pump() == 1
    assert "Said once" not in page(signed_in, f"/mail/{Email.objects.get().pk}/")


def test_a_mail_that_is_read_again_speaks_of_no_doubt_that_came_after_it(
    signed_in: Client, relay: Sink, born: Born, pump: Pump, morning: TimeMachineFixture
) -> None:
    for n in range(3):
        born(TODAY + n * A_DAY)
        morning.move_to(NINE + n * A_DAY)
        assert pump(NINE + n * A_DAY) == 1
    first, second, third = Email.objects.order_by("pk")
    for n, email in enumerate((first, second, third)):
        at = NINE + n * A_DAY
        Email.objects.filter(pk=email.pk).update(data_at=at, sent_at=at)
    Email.objects.filter(pk=second.pk).update(state="unknown", sent_at=None)
    doubt = "An earlier mail may or may not have reached you."
    said = [doubt in page(signed_in, f"/mail/{email.pk}/html/") for email in (first, second, third)]
    assert said == [False, False, True]


# --- Who is hidden -----------------------------------------------------------------------------------


def with_everything(owner: User, **fields: Any) -> Contact:
    """Somebody of whom every kind tells something on one day."""
    who = Contact(
        owner=owner, given="Canary", birth_month=5, birth_day=5, rhythm_days=30, created_at=NINE, **fields
    )
    who.keep()
    Contact.objects.filter(pk=who.pk).update(created_at=NINE - 90 * A_DAY)
    reminders.rhythm_changed(owner, [who.pk])
    ImportantDate(owner=owner, contact=who, label="Wedding", on_month=5, on_day=5).keep()
    Favour.objects.note(
        who, uuid4(), direction="given", kind="help", state="open", what="Plums", day=date(2026, 4, 1)
    )
    return who


@pytest.mark.parametrize("dead", [False, True])
def test_who_is_hidden_is_named_in_no_mail_one_reads_again(
    signed_in: Client,
    user: User,
    relay: Sink,
    follow_up: MakeFollowUp,
    pump: Pump,
    morning: TimeMachineFixture,
    dead: bool,  # noqa: FBT001 -- a parameter of the test
) -> None:
    died = {"deceased": True, "remembered": True, "death_year": 2019, "death_month": 5, "death_day": 5}
    who = with_everything(user, **(died if dead else {}))
    follow_up(contact=who)
    pump()
    pump(NINE + A_DAY)
    kinds = {"birthday", "date", "followup", "rhythm", "promise"}
    assert set(Occurrence.objects.exclude(email=None).values_list("kind", flat=True)) == (
        {"date", "followup", "remembrance"} if dead else kinds
    )
    mails = [email.pk for email in Email.objects.filter(state="sent")]
    paths = ["/mail/", *(f"/mail/{pk}/" for pk in mails), *(f"/mail/{pk}/html/" for pk in mails)]
    assert all("Canary" in page(signed_in, path) for path in paths)
    who.hide()
    assert [path for path in paths if "Canary" in page(signed_in, path)] == []
    assert "something that is no longer there" in page(signed_in, paths[-1])
