"""What people can be reminded of. Apps register their kinds in `AppConfig.ready`; the outbox knows no app."""

from __future__ import annotations

import logging
from collections import defaultdict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from django.db import InterfaceError, OperationalError, transaction

from netvalue.accounts import zones

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from django.utils.functional import _StrPromise

    from netvalue.accounts.models import User
    from netvalue.outbox.models import Occurrence

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reach:
    """A way to somebody: what a tap on it opens is a phone or a mail program."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do about it at once: a button, and the page that has all of them."""

    label: str
    page: str
    query: str

    @property
    def url(self) -> str:
        return self.page + self.query


@dataclass(frozen=True, slots=True)
class Line:
    """How one occurrence reads, in the language that is switched on."""

    who: str
    what: str
    # The subject of a mail that says nothing else. Never a note, never grief.
    subject: str
    path: str
    late: bool = False
    # What several occurrences have in common that are told by one line; such a line stands in a mail once.
    shared: str = ""
    # Whether it is about all whom the other lines do not name.
    sums_up: bool = False
    # Whole sentences of what one would want to know before writing or calling.
    facts: Sequence[str] = ()
    # What stands one below the other.
    listed: Sequence[str] = ()
    reach: Sequence[Reach] = ()
    acts: Sequence[Act] = ()
    # Single mails with the same one are shown as one conversation; they have the same subject, too.
    thread: str = ""


class Keeper(NamedTuple):
    """Whose reminder it is, and what decides when their days and this reminder begin."""

    pk: int
    time_zone: str
    hour: int
    leap_day: str

    @property
    def zone(self) -> ZoneInfo:
        return zones.named(self.time_zone)


class Due(NamedTuple):
    """A row of the schedule, as the planner reads thousands of them at once."""

    pk: int
    owner_id: int
    kind: str
    object_id: int
    lead: int
    occurrence_on: date
    next_at: datetime
    owner: Keeper


class Kind(Protocol):
    """One kind of reminder. Every question is asked for many rows at once."""

    name: str
    label: _StrPromise
    # Half a sentence beside its switch: when it comes, where that is not asked here.
    hint: _StrPromise | str = ""
    # Leaves alone and at once instead of in the digest at the owner's hour.
    at_once: bool = False
    # Wanted until somebody says no; otherwise only by those who ask for it.
    on_at_first: bool = True
    # How many days ahead one may choose, and what holds if nobody does; empty: its days are chosen elsewhere.
    leads: Sequence[int] = ()
    usual_leads: Sequence[int] = ()

    def leads_changed(self, owner: User) -> None:
        """The owner chose other days ahead: plan what follows from that. Only for kinds that offer some."""
        raise LookupError(f"reminders of the kind “{self.name}” offer no days ahead")

    def switched(self, owner: User) -> None:
        """The owner asks for this kind now, or no longer: plan what follows. Only some are off at first."""
        return

    def following(self, planned: Sequence[Due]) -> Mapping[int, date]:
        """The occurrence after the one just planned, by schedule id. What is left out has no other."""
        return {}

    def standing(self, waiting: Sequence[Due]) -> Mapping[int, date]:
        """The occurrence each row waits for after its owner's choices changed; left out: the same."""
        return {}

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        """The first local day on which it is not worth saying any more."""

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        """The ids of those that may still be told: not deleted, not done, not moved."""

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        """What to say, by occurrence id, to somebody who reads it on the day beside it; left out: gone."""


class OfAKind(Protocol):
    """Whatever is of one kind: an occurrence, or a row of the schedule."""

    @property
    def kind(self) -> str: ...


Row = TypeVar("Row", bound=OfAKind)


def by_kind(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """In the order in which they come, so that each kind is asked once about all of its own."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.kind].append(row)
    return found


_kinds: dict[str, Kind] = {}
_unlisted: set[str] = set()
_missed: set[str] = set()
_stumbled: set[str] = set()


def register(kind: Kind, *, listed: bool = True) -> None:
    """What is not listed cannot be refused by itself; it goes by the choice about another kind."""
    _kinds[kind.name] = kind
    if not listed:
        _unlisted.add(kind.name)


def get(name: str) -> Kind:
    return _kinds[name]


def find(name: str) -> Kind | None:
    """None for one that nobody registers, as after going back to an older release."""
    return _kinds.get(name)


def every() -> list[Kind]:
    """Those that somebody may choose or refuse."""
    return [kind for name, kind in _kinds.items() if name not in _unlisted]


def names() -> list[str]:
    return list(_kinds)


def miss(name: str) -> None:
    """Say, once in the life of this process, that rows of this kind wait until somebody registers it."""
    if name not in _missed:
        _missed.add(name)
        logger.error("nobody here knows reminders of the kind “%s”: they wait until somebody does", name)


def steady() -> list[str]:
    """The names of those that did not stumble at this tick."""
    return [name for name in _kinds if name not in _stumbled]


def stumbled(name: str) -> bool:
    return name in _stumbled


def stumbling() -> list[str]:
    """The names of those that did stumble at this tick."""
    return list(_stumbled)


def stand_up() -> None:
    """A tick begins, and whoever stumbled at the last one is asked again."""
    _stumbled.clear()


@contextmanager
def apart(name: str) -> Iterator[None]:
    """What a kind is asked in here fails for it alone: what was written is taken back, all others go on."""
    try:
        with transaction.atomic():
            yield
    except (InterfaceError, OperationalError):
        # Postgres is away, or two waited for each other: no kind's fault.
        raise
    except Exception:  # whatever an app raises is its own: it is logged, and its kind alone waits
        _stumbled.add(name)
        logger.exception("reminders of the kind “%s” wait: it stumbled", name)
