"""New rules for zones are followed a step at a time, the soonest first, and never back to older ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from django.db.models import F

from netvalue.outbox import errands, heartbeat, zone_rules
from netvalue.outbox.models import Errand, PumpState, Schedule
from tests.netvalue.outbox.conftest import NINE, TODAY
from tests.netvalue.outbox.test_delivery import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable

    from contacts.models import Contact
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
OLDER, NEWER = "1999.1", "2999.1"
EARLY = NINE - 2 * HOUR


@pytest.mark.parametrize(
    ("release", "than", "newer"),
    [
        ("2025.2", "2025.2", False),
        ("2025.10", "2025.9", True),
        ("2026.1", "2025.10", True),
        ("2025.2", "2025.2.post1", False),
        ("2025.1", "", True),
        ("", "2025.1", False),
        ("2025.1", "an older release", True),
    ],
)
def test_which_release_is_newer(release: str, than: str, newer: bool) -> None:  # noqa: FBT001 -- pytest's
    assert zone_rules.is_newer(release, than) is newer


@pytest.fixture
def wrong(born: Born) -> dict[int, object]:
    """What is to come on five days, by other rules: all an hour late. As it should be, by row."""
    heartbeat.tick()
    for n in (3, 1, 5, 2, 4):
        born(TODAY + n * DAY)
    Schedule.objects.exclude(lead=0).delete()
    right = dict(Schedule.objects.values_list("pk", "next_at"))
    Schedule.objects.update(next_at=F("next_at") + HOUR)
    PumpState.objects.update(zone_rules=OLDER)
    return dict(right)


def righted(right: dict[int, object]) -> list[int]:
    """On which days from today what is to come is at its hour."""
    rows = Schedule.objects.order_by("next_on")
    return [(row.next_on - TODAY).days for row in rows if row.next_at == right.get(row.pk)]


def test_the_soonest_come_first_a_step_at_each_tick(
    wrong: dict[int, object], pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zone_rules, "BATCH", 2)
    monkeypatch.setattr(errands, "SECONDS", 0)
    found = []
    for minute in range(5):
        pump(EARLY + timedelta(minutes=minute))
        found.append((righted(wrong), PumpState.objects.get().zone_rules == zone_rules.ours()))
    everything = [1, 2, 3, 4, 5]
    assert found == [
        ([1, 2], False),
        ([1, 2, 3, 4], False),
        (everything, False),
        (everything, True),
        (everything, True),
    ]


def test_mail_leaves_before_and_while_they_are_followed(
    wrong: dict[int, object], relay: Sink, born: Born, pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zone_rules, "BATCH", 1)
    monkeypatch.setattr(errands, "SECONDS", 0)
    born()
    seen: list[list[int]] = []
    relay.on_body = elsewhere(lambda: seen.append(righted(wrong)))
    assert pump() == 1
    assert seen == [[]]


def test_a_process_with_an_older_release_changes_nothing_that_is_to_come(
    wrong: dict[int, object], pump: Pump
) -> None:
    PumpState.objects.update(zone_rules=NEWER)
    pump(EARLY)
    assert righted(wrong) == []
    assert PumpState.objects.get().zone_rules == zone_rules.ours(), "the newer one goes through all again"
    Errand.objects.create(name="zone rules", towards=NEWER, row=1, at=NINE)
    assert zone_rules.step(EARLY) is False
    assert righted(wrong) == []


def test_a_newer_release_begins_anew_where_an_older_one_was_on_the_way(
    wrong: dict[int, object], pump: Pump
) -> None:
    Errand.objects.create(name="zone rules", towards=OLDER, row=1, at=NINE + 3 * DAY)
    pump(EARLY)
    assert righted(wrong) == [1, 2, 3, 4, 5]


def test_an_older_process_meanwhile_has_the_newer_one_begin_anew(
    wrong: dict[int, object], pump: Pump, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it writes may lie where the newer one has been, which learns that it was there."""
    monkeypatch.setattr(zone_rules, "BATCH", 2)
    monkeypatch.setattr(errands, "SECONDS", 0)
    pump(EARLY)
    known = PumpState.objects.get().zone_rules
    assert known not in {OLDER, zone_rules.ours()}, "who ticks now knows that rules are on their way"
    # The same, had a newer one been there than we are.
    errand = Errand.objects.filter(name="zone rules")
    errand.update(towards=NEWER)
    pump(EARLY + timedelta(minutes=1))
    assert righted(wrong) == [1, 2]
    assert (errand.get().towards, PumpState.objects.get().zone_rules) == ("", zone_rules.ours())
    pump(EARLY + timedelta(minutes=2))
    assert righted(wrong) == [1, 2], "an older one does nothing of it itself"


def test_one_process_at_a_time_does_it_and_no_other_waits(wrong: dict[int, object]) -> None:
    said: list[bool] = []
    with transaction.atomic():
        assert errands.in_hand("zone rules")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(elsewhere(lambda: said.append(zone_rules.step(EARLY)))).result()
    assert said == [False]
    assert righted(wrong) == []
