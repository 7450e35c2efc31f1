"""However somebody edits while time goes on, each thing is told once, never early, and nothing is lost.

What left is read from the mails that a real server took; what should have comes from a model of its own.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
import time_machine
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    multiple,
    rule,
    run_state_machine_as_test,
)

from contacts.models import Contact, FollowUp, ImportantDate
from contacts.reminder_kinds import Birthdays
from netvalue.accounts.models import User
from netvalue.outbox import advancing, choosing, delivery, planning, verifying
from netvalue.outbox.choosing import Wish
from netvalue.outbox.localtime import instant
from netvalue.outbox.models import Email, OptOut, PumpState
from tests.factories import ContactFactory, UserFactory
from tests.faults.telling_oracle import BIRTHDAY, DATE, FOLLOW_UP, Once, Telling, Yearly
from tests.netvalue.outbox.sink import Sink, SinkController

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

ZONES = ["Asia/Tokyo", "America/Los_Angeles", "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
# Before a leap day, beside it, before clocks change in Berlin and in Los Angeles, and before New Year.
BEGINNINGS = [
    datetime(2024, 2, 24, 5, tzinfo=UTC),
    datetime(2025, 2, 24, 20, tzinfo=UTC),
    datetime(2025, 3, 28, 12, tzinfo=UTC),
    datetime(2024, 10, 31, 12, tzinfo=UTC),
    datetime(2024, 12, 28, 0, tzinfo=UTC),
]
PAST = datetime(2020, 1, 1, tzinfo=UTC)
near = st.integers(-3, 9)
anywhere = near | st.integers(-60, 9)
# For how many days something has been overdue when it is written down; mostly it is not.
overdue = st.sampled_from([0, 0, 0, 2, 5, 16, 40, 60])
some_leads = st.sets(st.sampled_from([0, 1, 7, 30]), max_size=3)
# What is off is mostly switched on again before long.
mostly = st.sampled_from([True, True, True, True, False])
rarely = mostly.map(lambda it: not it)


TOLD = BIRTHDAY, DATE, FOLLOW_UP, f"late {BIRTHDAY}", f"late {FOLLOW_UP}"


class Edits(RuleBasedStateMachine):
    """One owner, some people, and a clock."""

    sink: ClassVar[Sink]
    # Everything that was told in all sequences, and how many of it late.
    told: ClassVar[Counter[str]]
    people = Bundle("people")

    # --- The world ---------------------------------------------------------------------------------

    @initialize(
        target=people,
        begin=st.sampled_from(BEGINNINGS),
        zone=st.sampled_from(ZONES),
        days=st.lists(st.tuples(near, overdue), min_size=2, max_size=3),
    )
    def begin(self, begin: datetime, zone: str, days: list[tuple[int, int]]) -> Any:
        self.clock = time_machine.travel(begin, tick=False)
        self.traveller = self.clock.start()
        self.now = begin
        self.owner = UserFactory.create(time_zone=zone, reminder_hour=9)
        self.telling = Telling(zone=zone, hour=9, email=self.owner.email)
        self.sink.accepted.clear()
        return multiple(*(self._somebody(*each) for each in days))

    def _somebody(self, days: int, overdue: int) -> int:
        """With a birthday, a day and a follow-up, not all at once."""
        day = self.telling.today(self.now) + timedelta(days=days)
        contact = ContactFactory.create(
            owner=self.me, birth_month=day.month, birth_day=day.day, birth_year=1980
        )
        contact.keep()
        self.telling.write(
            contact.display, BIRTHDAY, self.telling.born(contact.display, day.month, day.day), self.now
        )
        self._date(contact, days + 2, (0, 1))
        self._follow_up(contact, -overdue or abs(days - 1))
        return int(contact.pk)

    def _date(self, contact: Contact, days: int, leads: tuple[int, ...]) -> ImportantDate:
        day = self.telling.today(self.now) + timedelta(days=days)
        row = ImportantDate.objects.filter(contact=contact).first() or ImportantDate(
            owner=contact.owner, contact=contact, label="A day"
        )
        row.on_month, row.on_day, row.leads, row.removed_at = day.month, day.day, sorted(leads), None
        row.keep()
        self.telling.write(contact.display, DATE, Yearly(day.month, day.day, leads), self.now)
        return row

    def _follow_up(self, contact: Contact, days: int) -> None:
        day = self.telling.today(self.now) + timedelta(days=days)
        FollowUp(owner=contact.owner, contact=contact, what="Ask", due_on=day).keep()
        self.telling.write(contact.display, FOLLOW_UP, Once(day), self.now)

    @property
    def me(self) -> User:
        return User.objects.get(pk=self.owner.pk)

    def contact(self, pk: int) -> Contact | None:
        return Contact.objects.select_related("owner").filter(pk=pk).first()

    def pass_(self, hours: float) -> None:
        self.now += timedelta(hours=hours)
        self.traveller.move_to(self.now)

    # --- Time --------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 3, 7, 26, 75]), ticks=st.booleans())
    def time_goes_on(self, *, hours: int, ticks: bool) -> None:
        """With a tick at the end, or without one."""
        self.pass_(hours)
        if ticks:
            self.pump()

    @rule(days=st.integers(1, 3))
    def mornings(self, days: int) -> None:
        for _ in range(days):
            self.the_next_morning()

    @rule(days=st.integers(1, 2))
    def more_mornings(self, days: int) -> None:
        self.mornings(days)

    def the_next_morning(self) -> None:
        """Their hour, to the second, and one before."""
        today = self.telling.today(self.now)
        hours = (self.telling.moment(today + timedelta(days=n), self.telling.hour) for n in range(3))
        morning = next(hour for hour in hours if hour > self.now)
        self.pass_((morning - self.now).total_seconds() / 3600 - 1 / 3600)
        self.pump()
        self.pass_(1 / 3600)
        self.pump()

    def pump(self) -> None:
        PumpState.objects.update(paused_until=None)
        Email.objects.filter(state="pending").update(next_try_at=PAST)
        self.sink.accepted.clear()
        delivery.pump(now=self.now)
        told = self.telling.tick(self.now, self.sink.accepted)
        today = self.telling.today(self.now)
        self.told.update(kind if on >= today else f"late {kind}" for _who, kind, on in told)

    def the_relay(self, *, up: bool) -> None:
        self.sink.faults.mail = "" if up else "451 4.3.0 not now"
        self.telling.restless |= up != self.telling.relay
        self.telling.relay = up

    # --- The owner ---------------------------------------------------------------------------------

    @rule(
        zone=st.none() | st.sampled_from(ZONES),
        hour=st.sampled_from([0, 2, 8, 9, 10, 23]),
        later=st.sampled_from([0, 0, 5, 26]),
    )
    def chooses(self, zone: str | None, hour: int, later: int) -> None:
        """At once, or when nobody has ticked for a while."""
        self.pass_(later)
        if zone:
            self._choose(time_zone=zone)
            self.telling.zone = zone
        else:
            self._choose(reminder_hour=hour)
            self.telling.hour = hour
        self.telling.choices_changed(self.now)

    @rule(leads=some_leads, who=st.none() | people)
    def so_many_days_ahead(self, leads: set[int], who: int | None) -> None:
        """For the birthdays of all who have no days of their own, or for somebody's, until further notice."""
        if who is None:
            chosen = tuple(sorted(leads or {0, 7}))
            wish = Wish(on=BIRTHDAY not in self.telling.refused, leads=chosen)
            choosing.choose(self.me, {BIRTHDAY: wish})
            self.telling.leads = chosen
            for one in Contact.objects.of(self.me):
                self._born(one)
        elif contact := self.contact(who):
            contact.birthday_leads = sorted(leads) or None
            contact.keep()
            self.telling.own_leads[contact.display] = tuple(sorted(leads))
            self._born(contact)

    def _born(self, contact: Contact) -> None:
        """It stands in the model as the contact has it."""
        month, day = contact.birth_month, contact.birth_day
        if month and day:
            says = self.telling.born(contact.display, month, day)
            self.telling.write(contact.display, BIRTHDAY, says, self.now)

    def _choose(self, **said: Any) -> None:
        me = self.me
        for name, value in said.items():
            setattr(me, name, value)
        me.save()
        planning.user_changed(me)

    @rule(
        what=st.sampled_from(["digest", "address", "account", "kind", "relay"]),
        on=mostly,
        kind=st.sampled_from([BIRTHDAY, DATE, FOLLOW_UP]),
    )
    def switches(self, *, what: str, on: bool, kind: str) -> None:
        him = User.objects.filter(pk=self.owner.pk)
        match what:
            case "digest":
                him.update(digest=on)
                self.telling.digest = on
            case "address":
                address = f"{on}{self.owner.pk}@example.org".lower()
                self.telling.moved |= address != self.telling.email
                him.update(email=address)
                self.telling.email = address
            case "account":
                him.update(is_active=on)
                self.telling.active = on
            case "kind":
                self._wants(kind, on=on)
            case _:
                self.the_relay(up=on)

    def _wants(self, kind: str, *, on: bool) -> None:
        if on:
            OptOut.objects.of(self.me).filter(kind=kind).delete()
            self.telling.refused.discard(kind)
        else:
            planning.opt_out(self.me, kind)
            self.telling.refused.add(kind)

    # --- People ------------------------------------------------------------------------------------

    @rule(target=people, days=near, overdue=overdue)
    def somebody_more(self, days: int, overdue: int) -> int:
        return self._somebody(days, overdue)

    @rule(pk=people, days=st.none() | anywhere, partial=rarely)
    def another_birthday(self, *, pk: int, days: int | None, partial: bool) -> None:
        if contact := self.contact(pk):
            day = self.telling.today(self.now) + timedelta(days=days or 0)
            known = days is not None
            contact.birth_year = None
            contact.birth_month = day.month if known else None
            contact.birth_day = day.day if known and not partial else None
            contact.keep()
            says = self.telling.born(contact.display, day.month, day.day) if contact.birth_day else None
            self.telling.write(contact.display, BIRTHDAY, says, self.now)

    @rule(pk=people)
    def saved_as_it_is(self, pk: int) -> None:
        if contact := self.contact(pk):
            contact.keep()

    @rule(
        pk=people, days=anywhere, leads=st.sets(st.sampled_from([0, 1, 7, 14, 30]), max_size=3), gone=rarely
    )
    def another_date(self, *, pk: int, days: int, leads: set[int], gone: bool) -> None:
        if contact := self.contact(pk):
            row = self._date(contact, days, tuple(leads))
            if gone:
                row.remove()
                self.telling.write(contact.display, DATE, None, self.now)

    @rule(pk=people, how=st.sampled_from(["archive", "hide", "remove"]), away=rarely)
    def put_away(self, *, pk: int, how: str, away: bool) -> None:
        back = {"archive": "restore", "hide": "show", "remove": "bring_back"}
        if contact := self.contact(pk):
            getattr(contact, how if away else back[how])()
            reasons = self.telling.away.setdefault(contact.display, set())
            (reasons.add if away else reasons.discard)(how)

    @rule(pk=people, sure=rarely)
    def deleted_for_good(self, *, pk: int, sure: bool) -> None:
        if sure and (contact := self.contact(pk)):
            contact.forget()
            for kind in (BIRTHDAY, DATE, FOLLOW_UP):
                self.telling.write(contact.display, kind, None, self.now)

    @rule(
        pk=people, what=st.sampled_from(["complete", "reopen", "remove", "bring_back", "snooze"]), days=near
    )
    def follow_up(self, pk: int, what: str, days: int) -> None:
        row = FollowUp.objects.select_related("contact", "owner").filter(contact=pk).first()
        if row is None or row.contact is None or (what == "snooze" and row.done_at):
            return
        before = row.done_at, row.removed_at
        if what == "snooze":
            row.snooze(max(row.due_on, self.telling.today(self.now) + timedelta(days=abs(days))))
        else:
            getattr(row, what)()
        if what == "snooze" or before != (row.done_at, row.removed_at):
            says = Once(row.day) if row.is_open else None
            self.telling.write(row.contact.display, FOLLOW_UP, says, self.now)

    # --- The end -----------------------------------------------------------------------------------

    @rule()
    def nothing_is_wrong(self) -> None:
        """Right after a tick; what is too late by now is another question."""
        self.pump()
        assert list(verifying.faults(self.now)) == []

    def teardown(self) -> None:
        if hasattr(self, "clock"):
            self.clock.stop()
            self.sink.faults.mail = ""
            User.objects.filter(pk=self.owner.pk).delete()


def run(sequences: int, steps: int, dice: int = 0) -> None:
    run_state_machine_as_test(
        seed(dice)(Edits),
        settings=settings(
            max_examples=sequences,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            # To make a failing sequence short takes minutes; it is read as it is.
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def what_leaves(settings: Settings) -> Iterator[None]:
    Edits.sink = Sink()
    Edits.told = Counter()
    controller = SinkController(Edits.sink)
    controller.start()
    settings.EMAIL_RELAY = Edits.sink.relay
    yield
    controller.stop()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("what_leaves")
def test_twenty_ways_of_editing_while_time_goes_on() -> None:
    run(20, 25)
    assert min(Edits.told[kind] for kind in TOLD[:3]) > 0, Edits.told


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("what_leaves")
def test_a_day_that_was_put_elsewhere_is_told_there_although_the_hour_changes() -> None:
    """It was due on its old day, and nobody had come to tell it; found by the dice below."""
    state = Edits()
    begin = datetime(2025, 2, 24, 20, tzinfo=UTC)
    first, _ = Edits.begin(state, begin=begin, zone="Europe/Berlin", days=[(-1, 0), (9, 0)]).values
    try:
        state.the_relay(up=False)
        state.mornings(days=1)
        state.another_date(pk=first, days=4, leads={0}, gone=False)
        state.chooses(zone=None, hour=10, later=0)
        state.the_relay(up=True)
        state.mornings(days=3)
        state.mornings(days=3)
        assert Edits.told[DATE] == 1
    finally:
        state.teardown()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("what_leaves")
@pytest.mark.parametrize("dice", range(1, 11))
def test_a_thousand_ways_of_editing_while_time_goes_on(dice: int) -> None:
    run(100, 25, dice)
    # In some of the hundreds no birthday is told late.
    assert min(Edits.told[kind] for kind in TOLD if kind != f"late {BIRTHDAY}") > 0, Edits.told


def hours_stay_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "user_changed", lambda user: None)


def an_hour_too_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        advancing, "instant", lambda day, hour, zone: instant(day, hour, zone) - timedelta(hours=1)
    )


def the_overdue_goes_by_its_own_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(advancing, "_stands_at", lambda row, day, _now: advancing._due_at(row, day))


def leads_stay_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Birthdays, "leads_changed", lambda _kind, _owner: None)


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("what_leaves")
@pytest.mark.parametrize(
    ("mutant", "found"),
    [
        (hours_stay_as_they_were, "not told at"),
        (an_hour_too_soon, "told at|told before|before its owner's hour"),
        (the_overdue_goes_by_its_own_day, "not told at"),
        (leads_stay_as_they_were, "told at"),
    ],
)
def test_what_is_broken_is_found(
    mutant: Callable[[pytest.MonkeyPatch], None], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant(monkeypatch)
    with pytest.raises(AssertionError, match=found):
        run(200, 25)
