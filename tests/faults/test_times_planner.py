"""One mail for each local date at its hour, whatever clocks do, under old rules for zones and new ones."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings as project
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from netvalue.outbox import advancing, delivery, heartbeat, localtime, planning, zone_rules
from netvalue.outbox.models import Email, Occurrence, PumpState, Schedule
from netvalue.outbox.zone_rules import is_newer
from tests.factories import ContactFactory, FollowUpFactory, UserFactory
from tests.faults.calendar_oracle import DAY, HOUR, WallClock, date_of
from tests.faults.test_times_zones import ZONES, a_day_after_the_last, the_second_of_two, whatever_day_that_is
from tests.faults.zone_files import release

if TYPE_CHECKING:
    from pathlib import Path

    from netvalue.accounts.models import User

A_DAY = timedelta(days=1)
A_SECOND = timedelta(seconds=1)
SENDER = uuid4()
SOME = ["Europe/Berlin", "America/Nuuk", "America/Santiago", "Australia/Lord_Howe", "Antarctica/Troll",
        "Africa/Casablanca", "Africa/Cairo", "Europe/Dublin"]  # fmt: skip


def hours_at_a_change(clock: WallClock) -> set[tuple[date, int]]:
    """The local dates and hours that its changes of the clocks skip, repeat or touch."""
    half_hours = (
        range(turn.at + min(turn.before, turn.after), turn.at + max(turn.before, turn.after), HOUR // 2)
        for turn in clock.turns
    )
    return {(date_of(wall), wall % DAY // HOUR) for walls in half_hours for wall in walls}


def wrongly_told(zones: list[str]) -> list[str]:
    """Of follow-ups around each change of the clocks of a year: what is told too early, late or never."""
    due: dict[datetime, set[tuple[int, date]]] = {}
    with time_machine.travel(datetime(2026, 12, 15, tzinfo=UTC), tick=False):
        for name in zones:
            clock = WallClock(name, 2027, 2027, step=HOUR)
            for day, hour in hours_at_a_change(clock):
                owner = UserFactory.create(time_zone=name, reminder_hour=hour)
                for on in (day - A_DAY, day, day + A_DAY):
                    FollowUpFactory.create(owner=owner, due_on=on).keep()
                    due.setdefault(clock.moment(on, hour), set()).add((owner.pk, on))
    wrong = []
    for moment, expected in sorted(due.items()):
        leave(moment - A_SECOND)
        wrong += [f"{it} before {moment}" for it in envelopes() - told(due, moment - A_SECOND)]
        leave(moment)
        wrong += [f"{it} not at {moment}" for it in expected - envelopes()]
    everything = set().union(*due.values())
    assert len(everything) >= 3 * len(zones)
    return wrong + [f"{it} twice or never" for it in everything ^ envelopes()]


def leave(now: datetime) -> None:
    """By one sender, so that it keeps its seat."""
    planning.plan(now)
    while delivery.claim(SENDER, now):
        Email.objects.leased(SENDER).update(state="sent", sent_at=Now(), lease_until=None)


def told(due: dict[datetime, set[tuple[int, date]]], until: datetime) -> set[tuple[int, date]]:
    return {it for moment, those in due.items() if moment <= until for it in those}


def envelopes() -> set[tuple[int, date]]:
    """One mail for each owner and local date."""
    found = list(Email.objects.filter(state="sent").values_list("owner_id", "local_date"))
    assert len(found) == len(set(found))
    return {(owner, day) for owner, day in found if owner is not None}


@pytest.mark.django_db
def test_one_mail_for_each_local_date_through_changes_of_the_clocks() -> None:
    assert wrongly_told(SOME) == []


@pytest.mark.faults
@pytest.mark.django_db
def test_one_mail_for_each_local_date_through_changes_of_the_clocks_everywhere() -> None:
    changing = [name for name in ZONES if WallClock(name, 2027, 2027).turns]
    assert len(changing) > 150
    assert wrongly_told(changing) == []


@pytest.mark.django_db
@pytest.mark.parametrize("mutant", [the_second_of_two, a_day_after_the_last, whatever_day_that_is])
def test_a_planner_with_a_wrong_rule_is_found(mutant: object, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (localtime, planning, advancing):
        monkeypatch.setattr(module, "instant", mutant)
    assert wrongly_told(["America/Nuuk", "Europe/Berlin"])


# --- Another release of the rules --------------------------------------------------------------------

# On 5 May, in London of all places, clocks will from now on be two hours ahead; and Samoa changes its side of
# the date line.
NEW_RULES = {"Europe__London": "TWO-2", "Pacific__Pago_Pago": "ACR-13"}
MAY = date(2026, 5, 5)
TICK = """
import sys
import django
django.setup()
from datetime import datetime
from django.db import connection
from netvalue.outbox import planning, zone_rules
from netvalue.outbox.models import PumpState
connection.settings_dict["NAME"] = sys.argv[1]
for moment in sys.argv[2:]:
    zone_rules.follow(datetime.fromisoformat(moment), PumpState.objects.get().zone_rules)
    planning.plan(datetime.fromisoformat(moment))
"""


def ticks_elsewhere(moments: list[datetime], packages: Path | None) -> None:
    path = os.pathsep.join([str(packages)] * bool(packages) + [str(project.BASE_DIR)])
    subprocess.run(
        [sys.executable, "-c", TICK, connection.settings_dict["NAME"], *(it.isoformat() for it in moments)],
        cwd=project.BASE_DIR,
        env={**os.environ, "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "netvalue.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )


@pytest.fixture
def planned() -> dict[str, User]:
    """A birthday on 5 May and a week later, in each zone, planned by the old rules."""
    owners = {}
    heartbeat.tick()
    with time_machine.travel(datetime(2026, 5, 1, tzinfo=UTC), tick=False):
        for name in ("Europe/London", "Pacific/Pago_Pago", "Europe/Berlin"):
            owner = owners[name] = UserFactory.create(time_zone=name)
            for day in (5, 12):
                ContactFactory.create(owner=owner, birth_month=5, birth_day=day).keep()
        while zone_rules.step(timezone.now()):
            pass
    return owners


def first_mails(owners: dict[str, User]) -> dict[str, datetime]:
    return {
        name: Occurrence.objects.filter(owner=owner, occurrence_on=MAY, lead=0).get().due_at
        for name, owner in owners.items()
    }


@pytest.mark.django_db(transaction=True)
def test_another_release_of_the_rules_moves_what_is_to_come_to_its_hour(
    planned: dict[str, User], tmp_path: Path
) -> None:
    new = release(tmp_path / "new", "2099.1", **NEW_RULES)
    nine = {
        "Europe/London": datetime(2026, 5, 5, 7, tzinfo=UTC),
        "Pacific/Pago_Pago": datetime(2026, 5, 4, 20, tzinfo=UTC),
        "Europe/Berlin": datetime(2026, 5, 5, 7, tzinfo=UTC),
    }
    hours = [datetime(2026, 5, 4, 12, tzinfo=UTC) + n * timedelta(hours=1) for n in range(40)]
    ticks_elsewhere(hours, new)
    assert PumpState.objects.get().zone_rules == "2099.1"
    assert first_mails(planned) == nine
    assert Occurrence.objects.filter(lead=0).count() == len(planned), "each once"
    coming = Schedule.objects.get(owner=planned["Pacific/Pago_Pago"], occurrence_on=date(2026, 5, 12), lead=0)
    assert coming.next_at == datetime(2026, 5, 11, 20, tzinfo=UTC)
    # Back to the pinned release, as after a roll back: nobody hears of anything again, and what is to come
    # stays where the newer rules put it.
    delivery.pump(now=hours[-1])
    assert Occurrence.objects.filter(lead=0).count() == len(planned)
    assert Schedule.objects.get(pk=coming.pk).next_at == coming.next_at
    # What was written meanwhile is by the older rules: with the newer ones all is gone through again.
    assert is_newer("2099.1", PumpState.objects.get().zone_rules)


@pytest.mark.django_db(transaction=True)
def test_what_waits_for_the_next_hour_waits_for_the_right_one(
    planned: dict[str, User], tmp_path: Path
) -> None:
    """It came after the day's mail; tomorrow's hour is an hour earlier by the new rules."""
    owner = planned["Europe/London"]
    noon = datetime(2026, 5, 5, 11, tzinfo=UTC)
    planning.plan(noon)
    waiting = Occurrence.objects.filter(owner=owner, lead=0)
    waiting.update(look_at=datetime(2026, 5, 6, 8, tzinfo=UTC))
    ticks_elsewhere([noon], release(tmp_path / "new", "2099.1", **NEW_RULES))
    assert waiting.get().look_at == datetime(2026, 5, 6, 7, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_without_looking_at_the_release_it_would_be_an_hour_off(
    planned: dict[str, User], tmp_path: Path
) -> None:
    PumpState.objects.update(zone_rules="2099.1")
    hours = [datetime(2026, 5, 4, 12, tzinfo=UTC) + n * timedelta(hours=1) for n in range(40)]
    ticks_elsewhere(hours, release(tmp_path / "new", "2099.1", **NEW_RULES))
    london = first_mails(planned)["Europe/London"]
    assert london == datetime(2026, 5, 5, 8, tzinfo=UTC)
    assert london.astimezone(ZoneInfo("Europe/London")).hour == 9
