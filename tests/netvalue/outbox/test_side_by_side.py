"""Two who change things at the same time: nobody reckons with what was before, nobody waits in a ring."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier, BrokenBarrierError
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from contacts import reminders
from netvalue.accounts.forms import SettingsForm
from netvalue.accounts.models import User
from netvalue.outbox import addressing, advancing, choosing, planning
from netvalue.outbox.choosing import Wish
from netvalue.outbox.models import Email, Occurrence, Schedule
from tests.factories import ContactFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from contacts.models import Contact, FollowUp

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
TOMORROW = TODAY + timedelta(days=1)
IN_NEW_YORK = datetime(2026, 5, 6, 13, tzinfo=UTC)


def elsewhere(action: Callable[[], object]) -> None:
    """By somebody else, who has committed it when this returns."""
    with ThreadPoolExecutor(1) as other:
        other.submit(apart, action).result()


def apart(action: Callable[[], object]) -> object:
    try:
        return action()
    finally:
        connection.close()


@contextmanager
def beside(words: str, action: Callable[[], object], *, after: bool = False) -> Iterator[None]:
    """Once, right before (or after) a statement with these words."""
    waiting = [action]

    def wrap(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        ours = words in sql and waiting.pop() if waiting and words in sql else None
        if ours and not after:
            elsewhere(ours)
        answer = execute(sql, *rest)
        if ours and after:
            elsewhere(ours)
        return answer

    with connection.execute_wrapper(wrap):
        yield


def moves_to_new_york(user: User) -> None:
    him = User.objects.get(pk=user.pk)
    him.time_zone = "America/New_York"
    him.save()
    planning.user_changed(him)


@pytest.mark.parametrize("what", ["a birthday", "a follow-up", "one of many"])
def test_who_began_before_the_zone_changed_writes_down_the_new_hour(user: User, what: str) -> None:
    anna = ContactFactory.create(owner=user, birth_month=TOMORROW.month, birth_day=TOMORROW.day)
    moves_to_new_york(user)
    assert user.time_zone == "Europe/Berlin"
    if what == "a birthday":
        reminders.birthday_changed(anna)
    elif what == "a follow-up":
        planning.once(user, "followup", 1, TOMORROW)
    else:
        planning.each_once(user, "rhythm", {1: TOMORROW})
    assert Schedule.objects.get(next_on=TOMORROW).next_at == IN_NEW_YORK


def test_days_ahead_that_were_chosen_while_somebody_is_written_down_hold_for_them(user: User) -> None:
    anna = ContactFactory.create(owner=user, birth_month=8, birth_day=1)
    wish = {"birthday": Wish(on=True, leads=[30, 1])}
    with beside("FOR SHARE", lambda: choosing.choose(user, wish)), transaction.atomic():
        reminders.birthday_changed(anna)
    assert set(Schedule.objects.values_list("lead", flat=True)) == {30, 1}


def test_the_next_time_has_the_hour_that_holds_once_the_row_is_held(born: Born, user: User) -> None:
    born(TODAY)
    Schedule.objects.filter(lead=7).delete()
    new_hour = User.objects.filter(pk=user.pk)
    with beside("SKIP LOCKED", lambda: new_hour.update(reminder_hour=15), after=True):
        assert advancing.advance(NINE) == 1
    assert Schedule.objects.get().next_at == datetime(2027, 5, 5, 13, tzinfo=UTC)


def test_two_edits_of_what_is_in_one_mail_do_not_wait_for_each_other_in_a_ring(
    born: Born, user: User
) -> None:
    anna, bo = born(given="Anna"), born(given="Bo")
    planning.plan(NINE)
    email = Email.objects.get()
    Email.objects.update(state="sending", lease_token=uuid4(), lease_until=NINE + timedelta(days=999))
    Occurrence.objects.update(email=email)
    both = Barrier(2)

    def archive(contact: Contact) -> None:
        def wait(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            answer = execute(sql, *rest)
            if "outbox_occurrence" in sql and "FOR UPDATE" in sql:
                with suppress(BrokenBarrierError):
                    both.wait(0.5)
            return answer

        with connection.execute_wrapper(wait):
            reminders.put_away(user, [contact.pk])

    with ThreadPoolExecutor(2) as people:
        list(people.map(lambda contact: apart(lambda: archive(contact)), [anna, bo]))
    assert Email.objects.get().state == "pending"
    assert not Occurrence.objects.exclude(email=None).exists()


def test_planners_side_by_side_lay_out_the_mails_of_the_same_people_without_waiting_in_a_ring(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    people = User.objects.bulk_create(
        User(email=f"{n}@example.org", time_zone="Europe/Berlin", reminder_hour=9) for n in range(1500)
    )
    hers = [*people, *reversed(people)]
    Occurrence.objects.bulk_create(
        Occurrence(
            owner=who, kind="birthday", object_id=n, occurrence_on=TODAY, due_at=NINE,
            expires_at=NINE + timedelta(days=1), look_at=NINE - timedelta(days=1) + timedelta(seconds=n),
        )
        for n, who in enumerate(hers)
    )  # fmt: skip
    monkeypatch.setattr(addressing, "BATCH", len(people))
    both = Barrier(2)

    def plan(_n: int) -> int:
        def wait(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
            if "INSERT INTO outbox_email" in sql:
                both.wait(20)
            return execute(sql, *rest)

        with connection.execute_wrapper(wait):
            return addressing.address(NINE)

    with ThreadPoolExecutor(2) as planners:
        assert list(planners.map(lambda n: apart(lambda: plan(n)), range(2))) == [len(people)] * 2
    assert Email.objects.count() == len(people)


def test_a_settings_page_that_was_read_before_the_zone_changed_plans_by_what_it_saves(
    born: Born, user: User
) -> None:
    born(TOMORROW)
    typed = {
        name: getattr(user, name) for name in SettingsForm.Meta.fields if getattr(user, name) is not False
    }
    form = SettingsForm(typed, instance=User.objects.get(pk=user.pk))
    assert form.is_valid(), form.errors
    moves_to_new_york(user)
    form.save()
    assert User.objects.get(pk=user.pk).time_zone == "Europe/Berlin"
    assert Schedule.objects.get(next_on=TOMORROW).next_at == NINE + timedelta(days=1)
