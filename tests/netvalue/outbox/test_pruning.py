"""What was told long ago goes, what waits stays."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F

from netvalue.outbox import pruning
from netvalue.outbox.models import Attempt, Email, Occurrence, PumpState, Schedule
from tests.netvalue.outbox.conftest import NINE

if TYPE_CHECKING:
    from collections.abc import Callable

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]


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
    assert pruning.prune(NINE + timedelta(days=days)) == 1 - left
    assert [Email.objects.count(), Attempt.objects.count()] == [left] * 2
    assert Occurrence.objects.count() == (days < 400)
    assert Occurrence.objects.filter(ended="told").count() == (days < 400) - left


def test_what_was_forgotten_is_not_told_again(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    pump()
    Email.objects.update(created_at=NINE)
    pruning.prune(NINE + timedelta(days=500))
    assert Schedule.objects.filter(last_occurrence_on=NINE.date()).exists()
    assert pump(NINE + timedelta(hours=1)) == 0


def test_what_may_have_arrived_waits_for_its_reader(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    pump()
    Email.objects.update(state="unknown", sent_at=None, created_at=NINE, data_at=NINE)
    assert pruning.prune(NINE + timedelta(days=4000)) == 0


def test_it_is_done_once_a_day(relay: Sink, pump: Pump) -> None:
    pump()
    first = PumpState.objects.get().pruned_at
    pump(NINE + timedelta(hours=23))
    assert PumpState.objects.get().pruned_at == first
    pump(NINE + timedelta(hours=25))
    assert PumpState.objects.filter(pruned_at__gt=F("pruned_at") - timedelta(days=1)).get().pruned_at != first
