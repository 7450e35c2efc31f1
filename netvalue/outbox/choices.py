"""How each kind of reminder comes to somebody: whether, how many days ahead, at which hour.

What nobody chose follows from the kind and from the hour on the settings page.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, PositiveSmallIntegerField, Value

from netvalue.outbox import kinds
from netvalue.outbox.kinds import Keeper
from netvalue.outbox.models import Choice, OptOut
from netvalue.ownership import in_array

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from netvalue.accounts.models import User

# What stands in the columns of a choice where there is a refusal.
REFUSED = Value(None, BooleanField())
LEADS = Value(None, ArrayField(PositiveSmallIntegerField()))
HOUR = Value(None, PositiveSmallIntegerField())

# Alike ones together: there are few zones and hours, and many people.
KEEPERS = """
SELECT u.time_zone, u.reminder_hour, u.leap_day, c.kind, c.hour, string_agg(u.id::text, ' ')
  FROM accounts_user u
       LEFT JOIN outbox_choice c ON c.owner_id = u.id AND c.hour IS NOT NULL
 WHERE u.id = ANY(%s::bigint[])
 GROUP BY u.time_zone, u.reminder_hour, u.leap_day, c.kind, c.hour
"""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What was chosen for one kind; None where nothing was."""

    on: bool = False
    leads: Sequence[int] | None = None
    hour: int | None = None


@dataclass(frozen=True, slots=True)
class Choices:
    """One owner's choices."""

    owner: User
    chosen: dict[str, Chosen] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)

    def on(self, kind: str) -> bool:
        """Whether mails of this kind are wanted. What is asked for at once is no part of everything."""
        known = kinds.get(kind)
        if kind in self.refused or (OptOut.EVERYTHING in self.refused and not known.at_once):
            return False
        return known.on_at_first or self._of(kind).on

    def leads(self, kind: str) -> Sequence[int]:
        """So many days ahead, for what has no days ahead of its own."""
        chosen = self._of(kind).leads
        return kinds.get(kind).usual_leads if chosen is None else chosen

    def hour(self, kind: str) -> int:
        return hour_of(self._of(kind).hour, self.owner.reminder_hour)

    def own_hour(self, kind: str) -> str:
        return own_hour(self.hour(kind), self.owner.reminder_hour)

    def chosen_hour(self, kind: str) -> int | None:
        return self._of(kind).hour

    def _of(self, kind: str) -> Chosen:
        return self.chosen.get(kind, Chosen())


def hour_of(chosen: int | None, usual: int) -> int:
    """At which hour a kind comes to somebody whose mail usually comes at another."""
    return usual if chosen is None else chosen


def own_hour(hour: int, usual: int) -> str:
    """Names the hour if it is another than that of the day's mail."""
    return "" if hour == usual else str(hour)


def hold(owner: User) -> None:
    """Nobody plans anything of this owner's until what is chosen here is committed; see `held`."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM accounts_user WHERE id = %s FOR NO KEY UPDATE", [owner.pk])


def held(owner: User) -> Choices:
    """The same as `of`, and nobody chooses otherwise until what follows from it is committed.

    The owner at hand may have been read before somebody chose: zone, hour and leap day are as they are now.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT time_zone, reminder_hour, leap_day FROM accounts_user WHERE id = %s FOR SHARE", [owner.pk]
        )
        if now := cursor.fetchone():
            owner.time_zone, owner.reminder_hour, owner.leap_day = now
    return of(owner)


def of(owner: User) -> Choices:
    return of_many([owner])[owner.pk]


def of_many(owners: Iterable[User]) -> dict[int, Choices]:
    """By owner; one question for however many."""
    found = {owner.pk: Choices(owner) for owner in owners}
    chosen = Choice.objects.filter(owner__in=found).values_list("owner_id", "kind", "on", "leads", "hour")
    refused = OptOut.objects.filter(owner__in=found).values_list("owner_id", "kind", REFUSED, LEADS, HOUR)
    rows = cast("Iterable[tuple[int, str, bool | None, list[int] | None, int | None]]", chosen.union(refused))
    for owner, kind, on, leads, hour in rows:
        if on is None:
            found[owner].refused.add(kind)
        else:
            found[owner].chosen[kind] = Chosen(on, leads, hour)
    return found


@dataclass(frozen=True, slots=True)
class Keepers:
    """Whose reminders these are: their zone and leap day, and at which hour each kind comes to them."""

    usual: Mapping[int, Keeper]
    own: Mapping[tuple[int, str], Keeper]

    def of(self, owner: int, kind: str) -> Keeper:
        return self.own.get((owner, kind)) or self.usual[owner]


def keepers(owners: Iterable[int]) -> Keepers:
    """As committed by now, whatever was read before; one question for however many."""
    usual: dict[int, Keeper] = {}
    own: dict[tuple[int, str], Keeper] = {}
    with connection.cursor() as cursor:
        cursor.execute(KEEPERS, [in_array(owners)])
        for time_zone, hour, leap_day, kind, chosen, ids in cursor.fetchall():
            for pk in map(int, ids.split()):
                usual[pk] = Keeper(pk, time_zone, hour, leap_day)
                if kind:
                    own[pk, kind] = Keeper(pk, time_zone, hour_of(chosen, hour), leap_day)
    return Keepers(usual, own)
