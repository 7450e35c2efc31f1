"""What was told long ago goes, what waits stays."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.db.models import F

from netvalue.outbox import accountmail, delivery, errands, pruning
from netvalue.outbox.models import Attempt, Email, Errand, Occurrence, PumpState, Schedule
from tests.netvalue.outbox.conftest import NINE
from tests.netvalue.outbox.test_delivery import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]


def prune(now: datetime) -> None:
    while pruning.step(now):
        pass


@pytest.mark.parametrize(
    ("digest", "days", "left"), [(True, 89, 1), (True, 91, 0), (False, 91, 1), (False, 401, 0)]
)
def test_digests_stay_for_90_days_and_single_mails_for_400(
    relay: Sink, born: Born, pump: Pump, user: User, *, digest: bool, days: int, left: int
) -> None:
    user.digest = digest
    user.save()
    born()
    assert pump() == 1
    Email.objects.update(created_at=NINE)
    prune(NINE + timedelta(days=days))
    assert [Email.objects.count(), Attempt.objects.count()] == [left] * 2
    assert Occurrence.objects.count() == (days < 400)
    assert Occurrence.objects.filter(ended="told").count() == (days < 400) - left


def test_what_was_forgotten_is_not_told_again(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    pump()
    Email.objects.update(created_at=NINE)
    prune(NINE + timedelta(days=500))
    assert Schedule.objects.filter(last_occurrence_on=NINE.date()).exists()
    assert pump(NINE + timedelta(hours=1)) == 0


def test_what_may_have_arrived_waits_for_its_reader(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    pump()
    Email.objects.update(state="unknown", sent_at=None, created_at=NINE, data_at=NINE)
    prune(NINE + timedelta(days=4000))
    assert Email.objects.count() == 1
    # Once they have said what became of it, it goes as all others.
    Email.objects.held().settle_as_sent()
    prune(NINE + timedelta(days=4001))
    assert not Email.objects.exists()


def test_it_is_done_once_a_day(relay: Sink, pump: Pump) -> None:
    pump()
    first = PumpState.objects.get().pruned_at
    pump(NINE + timedelta(hours=23))
    assert PumpState.objects.get().pruned_at == first
    pump(NINE + timedelta(hours=25))
    assert PumpState.objects.filter(pruned_at__gt=F("pruned_at") - timedelta(days=1)).get().pruned_at != first


def old_mails(user: User, number: int) -> None:
    for n in range(number):
        accountmail.queue(to=user.email, user=user, subject=f"{n}", text="x")
    Email.objects.update(state="sent", text="", created_at=NINE, sent_at=NINE)


def test_what_is_old_goes_a_batch_at_a_time_and_a_stop_costs_nothing(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "BATCH", 2)
    monkeypatch.setattr(errands, "SECONDS", 0)
    old_mails(user, 5)
    left = []
    for minute in range(5):
        delivery.pump(now=NINE + timedelta(days=100, minutes=minute))
        left.append(Email.objects.count())
    assert left == [3, 1, 0, 0, 0]
    assert Errand.objects.get(pk=pruning.DIGESTS).row > 0, "tomorrow it goes on from here"


def test_it_goes_on_where_it_was_and_passes_nothing_over(
    user: User, relay: Sink, born: Born, pump: Pump
) -> None:
    """What stays for longer, and what a wrong clock wrote, stand between."""
    old_mails(user, 2)
    user.digest = False
    user.save()
    born()
    pump()
    accountmail.queue(to=user.email, user=user, subject="of the future", text="x")
    old_mails(user, 2)
    Email.objects.filter(subject="of the future").update(created_at=NINE + timedelta(days=9999))
    assert Email.objects.count() == 6
    prune(NINE + timedelta(days=91))
    assert set(Email.objects.values_list("subject", "kind")) == {
        ("", "birthday"),
        ("of the future", "account"),
    }
    prune(NINE + timedelta(days=401))
    assert Email.objects.get().subject == "of the future"


def test_one_process_at_a_time_does_it_and_no_other_waits(user: User) -> None:
    old_mails(user, 3)
    said: list[bool] = []
    with transaction.atomic():
        assert errands.in_hand("prune")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(elsewhere(lambda: said.append(pruning.step(NINE + timedelta(days=100))))).result()
    assert said == [False]
    assert Email.objects.count() == 3


def test_nobodys_mail_waits_for_it(relay: Sink, user: User, born: Born, pump: Pump) -> None:
    old_mails(user, 3)
    born(NINE.date() + timedelta(days=100))
    there: list[int] = []
    relay.on_body = elsewhere(lambda: there.append(Email.objects.filter(kind="account").count()))
    assert pump(NINE + timedelta(days=100)) == 1
    assert there == [3]
    assert not Email.objects.filter(kind="account").exists()
