"""What a tick must tell, what it may and what it must not: a model that knows days, hours and what was said.

It has no schedule and no outbox. Each event has a slot for each of its leads: when it was written down,
whether its time had passed by then, since when it is due, until when it is worth saying. What leaves is
compared with that. Where more than one answer is right it allows each, and says why.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from tests.faults.calendar_oracle import WallClock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import EmailMessage

A_DAY = timedelta(days=1)
MONTHS = {name: n for n, name in enumerate(calendar.month_name) if name}
NEVER = date.min
BIRTHDAY, DATE, FOLLOW_UP = "birthday", "date", "followup"

Event = tuple[str, str, date]


@cache
def wall_clock(name: str) -> WallClock:
    return WallClock(name, 2022, 2027)


@dataclass(slots=True)
class Yearly:
    """A day of the year, in the years around."""

    month: int
    day: int
    leads: tuple[int, ...] = (0, 7)

    def events(self, around: date, leap_day: str) -> Iterator[date]:
        for year in (around.year - 1, around.year, around.year + 1):
            if (self.month, self.day) != (2, 29) or calendar.isleap(year):
                yield date(year, self.month, self.day)
            else:
                yield date(year, 2, 28) if leap_day == "feb28" else date(year, 3, 1)

    def useless(self, event: date, lead: int, due: date) -> date:
        return event + (1 if lead else 4) * A_DAY


@dataclass(slots=True)
class Once:
    """One day, late for two weeks."""

    on: date
    leads: tuple[int, ...] = (0,)

    def events(self, around: date, leap_day: str) -> Iterator[date]:
        yield self.on

    def useless(self, event: date, lead: int, due: date) -> date:
        return due + 15 * A_DAY


@dataclass(slots=True)
class Slot:
    """One event, so many days ahead."""

    event: Event
    lead: int
    # Its time had passed when it was written down: left to the next time round.
    past: bool
    standing: bool = True
    # A follow-up of a day that has come already: the hour after it was written down.
    fixed: datetime | None = None
    due: datetime | None = None
    useless: datetime | None = None
    # Could not leave on this local day, so it waits for the next.
    put_off: date = NEVER
    # Came due while no mail was wanted: whether it is told after all is nobody's promise.
    doubtful: bool = False


@dataclass(slots=True)
class Said:
    """One line of one mail."""

    event: Event
    digest: bool


@dataclass(slots=True)
class Telling:
    """One owner, and what they are to be told."""

    zone: str
    hour: int
    email: str
    leap_day: str = "feb28"
    digest: bool = True
    active: bool = True
    relay: bool = True
    refused: set[str] = field(default_factory=set)
    # Who is archived, hidden or in the bin, and by what.
    away: dict[str, set[str]] = field(default_factory=dict)
    slots: dict[tuple[Event, int], Slot] = field(default_factory=dict)
    told: dict[Event, int] = field(default_factory=dict)
    days_of_digests: set[tuple[str, date]] = field(default_factory=set)
    # One that could not leave on its day came before the hour of these: whether theirs follows is open.
    late_digests: set[tuple[str, date]] = field(default_factory=set)
    # The choices or the relay changed since the last tick.
    restless: bool = True
    # The address did: an envelope to the old one takes one tick to be closed.
    moved: bool = False
    # Days ahead of a birthday: for all, and for those who have their own.
    leads: tuple[int, ...] = (0, 7)
    own_leads: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def born(self, who: str, month: int, day: int) -> Yearly:
        return Yearly(month, day, self.own_leads.get(who) or self.leads)

    def moment(self, day: date, hour: int) -> datetime:
        return wall_clock(self.zone).moment(day, hour)

    def today(self, now: datetime) -> date:
        return wall_clock(self.zone).local(now).date()

    # --- What is changed ---------------------------------------------------------------------------

    def write(self, who: str, kind: str, source: Yearly | Once | None, now: datetime) -> None:
        """It is as it says from now on; None: there is nothing any more."""
        leads = source.leads if source else ()
        events = set(source.events(self.today(now), self.leap_day)) if source else set()
        standing = {((who, kind, event), lead) for event in events for lead in leads}
        for key, slot in list(self.slots.items()):
            if key[0][:2] == (who, kind) and key not in standing:
                slot.standing = False
                if slot.due is None:
                    del self.slots[key]
        for event, lead in standing:
            past = self.moment(event[2] - lead * A_DAY, self.hour) <= now
            slot = self.slots.setdefault((event, lead), Slot(event, lead, past=past))
            slot.standing = True
            if kind == FOLLOW_UP and slot.due is None:
                slot.past, slot.fixed = False, self._fixed(event[2], now)

    def _fixed(self, day: date, now: datetime) -> datetime | None:
        today = self.today(now)
        if day > today:
            return None
        hours = (self.moment(today + n * A_DAY, self.hour) for n in range(3))
        return next(hour for hour in hours if hour > now)

    def choices_changed(self, now: datetime) -> None:
        """Every hour to come follows anew.

        A follow-up of today or yesterday goes by its own day, so it may be due at once. What was late when it
        was written down stays so: it comes at the next hour, not in its own past, where it would be too late.
        """
        self.restless = True
        for slot in self.slots.values():
            slot.fixed = self._fixed_anew(slot, now) if slot.fixed and slot.due is None else None

    def _fixed_anew(self, slot: Slot, now: datetime) -> datetime | None:
        assert slot.fixed
        day = slot.event[2]
        late = wall_clock(self.zone).local(slot.fixed).date() - day > A_DAY
        if not late or self.moment(day, self.hour) > now:
            return None
        return slot.fixed if slot.fixed <= now else self._fixed(day, now)

    # --- What leaves -------------------------------------------------------------------------------

    def tick(self, now: datetime, mails: Iterable[EmailMessage]) -> list[Event]:
        """What was told. AssertionError for what must not be, and for what must be and was not."""
        self._come_due(now)
        today = self.today(now)
        live = self._live(now)
        hour_has_come = self.moment(today, self.hour) <= now
        must = {
            event
            for event, slot in live.items()
            if hour_has_come
            and self._leaves(slot, today)
            and not slot.doubtful
            and not self.moved
            # What is caught up with waits for the morning.
            and not (night(wall_clock(self.zone).local(now).hour) and not night(self.hour))
        }
        said = [it for mail in mails for it in self._read(mail, today, hour_has_come=hour_has_come)]
        for it in said:
            assert it.event in live, f"{it.event} told at {now}: {self._why_not(it.event, now)}"
            assert it.event not in self.told or live[it.event].lead < self.told[it.event], f"{it.event} twice"
            assert hour_has_come or self.restless, f"{it.event} told before the hour"
            self.told[it.event] = live[it.event].lead
        assert len({it.event for it in said}) == len(said), f"twice in one go: {said}"
        missing = must - {it.event for it in said}
        assert not missing, f"{missing} not told at {now}"
        self._put_off(today, live, hour_has_come=hour_has_come)
        days = self.days_of_digests if hour_has_come else self.late_digests
        days |= {(self.email, today) for it in said if it.digest}
        self.moved = not self.relay
        # What waits for the end of the night comes then, also before that day's hour.
        self.restless = not self.relay or night(wall_clock(self.zone).local(now).hour)
        return [it.event for it in said]

    def _come_due(self, now: datetime) -> None:
        for slot in self.slots.values():
            (_, kind, event), lead = slot.event, slot.lead
            at = slot.fixed or self.moment(event - lead * A_DAY, self.hour)
            if slot.standing and slot.due is None and not slot.past and at <= now:
                slot.due = now
                rule = Once(event) if kind == FOLLOW_UP else Yearly(event.month, event.day)
                day = rule.useless(event, lead, self.today(at))
                slot.useless = max(self.moment(day, 0), at + timedelta(hours=1))

    def _live(self, now: datetime) -> dict[Event, Slot]:
        """The nearest of the leads of each event that may be told."""
        live: dict[Event, Slot] = {}
        for slot in sorted(self.slots.values(), key=lambda it: -it.lead):
            who, kind, _ = slot.event
            told = self.told.get(slot.event)
            if (
                slot.due and slot.useless and slot.standing and now < slot.useless
                and not self.away.get(who) and kind not in self.refused and self.active
                and (told is None or slot.lead < told)
            ):  # fmt: skip
                live[slot.event] = slot
        return live

    def _leaves(self, slot: Slot, today: date) -> bool:
        had_theirs = (self.email, today) in self.days_of_digests | self.late_digests
        return self.relay and not had_theirs and slot.put_off < today

    def _put_off(self, today: date, live: dict[Event, Slot], *, hour_has_come: bool) -> None:
        for slot in self.slots.values():
            if slot.due is None:
                continue
            if hour_has_come and (self.email, today) in self.days_of_digests and slot.event not in self.told:
                slot.put_off = today
            if not self.active or slot.event[1] in self.refused:
                slot.doubtful = True

    def _why_not(self, event: Event, now: datetime) -> str:
        slots = [slot for slot in self.slots.values() if slot.event == event]
        return (
            f"{slots or 'nothing of the kind'}, told {self.told.get(event)}, away {self.away.get(event[0])}"
        )

    def _read(self, mail: EmailMessage, today: date, *, hour_has_come: bool) -> Iterator[Said]:
        assert mail["To"] == self.email
        digest = str(mail["List-Id"]).startswith("<digest.")
        if digest:
            days = self.days_of_digests if hour_has_come else self.days_of_digests | self.late_digests
            assert (self.email, today) not in days, f"a second mail on {today}"
        for event in read(mail, today):
            yield Said(event, digest)


def night(hour: int) -> bool:
    return hour >= 22 or hour < 7


# An entry: who, and what until an address, the buttons, another entry or an empty line.
ENTRY = re.compile(r"^- ([^:\n]+): (.+?)(?=\n  http|\n  Done|\n- |\n\n|\Z)", re.MULTILINE | re.DOTALL)


def read(mail: EmailMessage, today: date) -> Iterator[Event]:
    """Who, what and which day the lines of a mail are about, to somebody who reads it on that day."""
    body = mail.get_body(("plain",))
    assert body is not None
    for who, said in ENTRY.findall(str(body.get_content())):
        # A long line goes on below.
        what = " ".join(said.split())
        kind = FOLLOW_UP if "follow-up" in what else DATE if "a day you noted" in what else BIRTHDAY
        yield who, kind, told_day(what, today)


def told_day(what: str, today: date) -> date:
    """The day a sentence is about; its parts must fit each other."""
    days = [today + int(n) * A_DAY for n in re.findall(r"in (\d+) days", what)]
    days += [today + A_DAY] if "tomorrow" in what else []
    days += [today] if "today" in what else []
    for weekday, day, month in re.findall(r"(\w+day), (\d+) (\w+)", what):
        near = (today + n * A_DAY for n in range(-150, 151))
        (on,) = (it for it in near if (it.month, it.day) == (MONTHS[month], int(day)))
        assert f"{on:%A}" == weekday, what
        days.append(on)
    assert len(set(days)) == 1, f"{what} on {today}"
    return days[0]
