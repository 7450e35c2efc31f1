"""After five days without a mail: what is told late, what is not worth it any more, and in how many mails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from contacts.models import FollowUp, ImportantDate
from contacts.reminder_kinds import Yearly
from netvalue.outbox import addressing, advancing, composing, mailbox, planning
from netvalue.outbox.delivery import pump
from netvalue.outbox.models import Email, PumpState
from tests.factories import ContactFactory, FollowUpFactory
from tests.faults.telling_oracle import read
from tests.netvalue.outbox.sink import Sink, SinkController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from netvalue.outbox.composing import Tellable
    from netvalue.outbox.models import OccurrenceQuerySet

pytestmark = pytest.mark.django_db(transaction=True)

# In Berlin, where mails come at nine: down from Tuesday six o'clock to Sunday noon.
DOWN = datetime(2026, 5, 5, 4, tzinfo=UTC)
BACK = datetime(2026, 5, 10, 10, tzinfo=UTC)
PAST = datetime(2020, 1, 1, tzinfo=UTC)
A_DAY = timedelta(days=1)


def may(day: int) -> date:
    return date(2026, 5, day)


# The day, and for dates the leads: what becomes of it when mail goes out again.
BIRTHDAYS = {5: "too late", 6: "too late", 7: "told", 8: "told", 9: "told", 10: "told", 11: "", 12: "told",
             13: "told", 17: "told", 18: ""}  # fmt: skip
DATES = {
    (7, (0, 1)): "told",
    (9, (1,)): "too late",
    (10, (1,)): "told",
    (11, (0, 1, 7)): "told",
    (12, (1,)): "",
    (12, (0, 7)): "told",
}
FOLLOW_UPS = {5: "told", 9: "told", 10: "told", 11: ""}


@pytest.fixture
def relay(settings: Settings) -> Iterator[Sink]:
    sink = Sink()
    controller = SinkController(sink)
    controller.start()
    settings.EMAIL_RELAY = sink.relay
    yield sink
    controller.stop()


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(DOWN, tick=False) as clock:
        yield clock


@pytest.fixture
def life(user: User, clock: time_machine.Traveller) -> dict[str, list[tuple[str, str, date]]]:
    """Everything of the tables is written down before it begins; by what is to become of it."""
    found: dict[str, list[tuple[str, str, date]]] = {"told": [], "too late": [], "": []}
    for day, fate in BIRTHDAYS.items():
        contact = somebody(user, f"Birthday {day}", birth_month=5, birth_day=day, birth_year=1980)
        contact.keep()
        found[fate].append((contact.display, "birthday", may(day)))
    for (day, leads), fate in DATES.items():
        contact = somebody(user, f"Date {day} {leads}")
        ImportantDate(
            owner=user, contact=contact, label="A day", on_month=5, on_day=day, leads=list(leads)
        ).keep()
        found[fate].append((contact.display, "date", may(day)))
    for day, fate in FOLLOW_UPS.items():
        contact = somebody(user, f"Follow-up {day}")
        FollowUp(owner=user, contact=contact, what="Ask", due_on=may(day)).keep()
        found[fate].append((contact.display, "followup", may(day)))
    return found


def somebody(user: User, name: str, **fields: object) -> Contact:
    return ContactFactory.create(owner=user, given=name, family="", **fields)


@dataclass
class Outage:
    """Somebody to whom no mail has come for five days, and how it goes on."""

    user: User
    relay: Sink
    clock: time_machine.Traveller
    life: dict[str, list[tuple[str, str, date]]]


@pytest.fixture
def outage(
    user: User, relay: Sink, clock: time_machine.Traveller, life: dict[str, list[tuple[str, str, date]]]
) -> Outage:
    return Outage(user, relay, clock, life)


@pytest.mark.parametrize("digest", [True, False])
@pytest.mark.parametrize("away", ["pump", "relay"])
def test_what_was_missed_comes_in_one_mail_each_thing_once_or_is_shown_as_too_late(
    away: str,
    digest: bool,  # noqa: FBT001 -- a parameter of the test
    outage: Outage,
) -> None:
    five_days(outage, away, digest=digest)


def five_days(outage: Outage, away: str, *, digest: bool) -> None:
    user, relay, clock, life = outage.user, outage.relay, outage.clock, outage.life
    user.digest = digest
    user.save()
    if away == "relay":
        relay.faults.mail = "451 4.3.0 not now"
        for day in range(5):
            clock.move_to(DOWN + timedelta(days=day, hours=4))
            PumpState.objects.update(paused_until=None)
            assert not pump(now=DOWN + timedelta(days=day, hours=4))
        relay.faults.mail = ""
    clock.move_to(BACK)
    PumpState.objects.update(paused_until=None)
    Email.objects.filter(state="pending").update(next_try_at=PAST)
    pump(now=BACK)
    pump(now=BACK + timedelta(minutes=1))
    told = [event for mail in relay.accepted for event in read(mail, may(10))]
    assert sorted(told) == sorted(life["told"])
    assert len(relay.accepted) == 1
    assert "comes late" in str(relay.accepted[0].get_body(("plain",)))
    missed = {line.who for line in mailbox.too_late(user)}
    assert {who for who, _kind, _day in life["too late"]} <= missed
    relay.accepted.clear()
    clock.move_to(BACK + timedelta(hours=22))
    pump(now=BACK + timedelta(hours=22))
    next_day = [event for mail in relay.accepted for event in read(mail, may(11))]
    assert sorted(next_day) == [
        ("Birthday 11", "birthday", may(11)),
        ("Birthday 18", "birthday", may(18)),
        ("Date 11 (0, 1, 7)", "date", may(11)),
        ("Date 12 (1,)", "date", may(12)),
        ("Follow-up 11", "followup", may(11)),
    ]


def nothing_is_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "_useless_from", lambda row, _day: row.next_at + 400 * A_DAY)


def whatever_is_late_is_too_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "_useless_from", lambda row, _day: row.next_at + A_DAY / 24)


def a_birthday_is_late_for_a_day_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Yearly, "useless_from", lambda _kind, on, lead, _due: on + (1 if lead else 5) * A_DAY)


def what_lies_ahead_is_late_for_days(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Yearly, "useless_from", lambda _kind, on, _lead, _due: on + 4 * A_DAY)


def each_late_one_has_a_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addressing, "A_FLOOD", 10_000)
    monkeypatch.setattr(addressing, "MOST_ALONE", 10_000)


def what_is_too_late_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    real = composing.tellable

    def tellable(open_: OccurrenceQuerySet, now: datetime) -> Tellable:
        found = real(open_, now)
        found.cancelled, found.expired = found.cancelled + found.expired, []
        return found

    monkeypatch.setattr(composing, "tellable", tellable)


@pytest.mark.faults
@pytest.mark.parametrize(
    ("mutant", "away", "digest"),
    [
        (nothing_is_too_late, "pump", True),
        (whatever_is_late_is_too_late, "pump", True),
        (a_birthday_is_late_for_a_day_more, "pump", False),
        (what_lies_ahead_is_late_for_days, "relay", True),
        (each_late_one_has_a_mail, "pump", False),
        (each_late_one_has_a_mail, "relay", False),
        (what_is_too_late_is_gone, "pump", True),
    ],
)
def test_five_days_with_a_guard_taken_out_it_is_seen(
    mutant: Callable[[pytest.MonkeyPatch], None],
    away: str,
    digest: bool,  # noqa: FBT001 -- a parameter of the test
    outage: Outage,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mutant(monkeypatch)
    with pytest.raises(AssertionError):
        five_days(outage, away, digest=digest)


@pytest.mark.parametrize(
    ("hours", "many", "mails"), [(13, 2, 2), (13, 3, 1), (11, 3, 3), (13, 4, 1), (37, 4, 1)]
)
def test_from_three_that_are_half_a_day_late_single_mails_become_one(
    hours: int, many: int, mails: int, user: User, relay: Sink, clock: time_machine.Traveller
) -> None:
    user.digest = False
    user.reminder_hour = 6
    user.save()
    for _ in range(many):
        FollowUpFactory.create(owner=user, due_on=may(6)).keep()
    six = datetime(2026, 5, 6, 4, tzinfo=UTC)
    clock.move_to(six + timedelta(hours=hours))
    assert pump(now=six + timedelta(hours=hours)) == mails
    assert pump(now=six + timedelta(hours=hours + 1)) == 0


@pytest.mark.parametrize(
    ("days_late", "told"), [(0, True), (1, True), (3, True), (4, False), (13, False), (14, False)]
)
def test_a_birthday_is_told_for_three_days(
    days_late: int, *, told: bool, user: User, relay: Sink, clock: time_machine.Traveller
) -> None:
    somebody(user, "Anna", birth_month=5, birth_day=5).keep()
    # In the evening: what is caught up with at night waits for the morning.
    at = DOWN + timedelta(days=days_late, hours=12)
    clock.move_to(at)
    assert pump(now=at) == told


@pytest.mark.parametrize(("days_late", "told"), [(0, True), (14, True), (15, False)])
def test_a_follow_up_is_told_for_two_weeks(
    days_late: int, *, told: bool, user: User, relay: Sink, clock: time_machine.Traveller
) -> None:
    FollowUpFactory.create(owner=user, due_on=may(5)).keep()
    # In the evening: what is caught up with at night waits for the morning.
    at = DOWN + timedelta(days=days_late, hours=12)
    clock.move_to(at)
    assert pump(now=at) == told


@pytest.mark.parametrize("hours", [1, 4, 30])
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo", "America/Los_Angeles"])
def test_what_is_long_overdue_is_told_although_hour_and_zone_change_before(
    hours: int, zone: str, user: User, relay: Sink, clock: time_machine.Traveller
) -> None:
    """Before its next hour, after it, or a day after: nobody has come to plan it yet."""
    FollowUpFactory.create(owner=user, due_on=date(2026, 3, 5)).keep()
    clock.move_to(DOWN + timedelta(hours=hours))
    user.time_zone, user.reminder_hour = zone, 10
    user.save()
    planning.user_changed(user)
    told = 0
    for later in range(0, 48, 6):
        clock.move_to(at := DOWN + timedelta(hours=hours + later))
        told += pump(now=at)
    assert told == 1
