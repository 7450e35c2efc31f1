"""By which release of the rules for zones all moments to come are reckoned.

After an update of the rules they are reckoned anew, the soonest first, a few steps at each tick. A process
with an older release changes none; but what it writes is by its own rules, so once it has been there, also
while the newer ones are on their way, whoever has these goes through everything again.
"""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from netvalue.outbox import choices, errands, kinds
from netvalue.outbox.localtime import instant, nearest_instant
from netvalue.outbox.models import Occurrence, PumpState, Schedule

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netvalue.outbox.models import Errand

BATCH = 2000
# In force while newer ones are on their way: nobody's own, so each process looks how far they are.
NOBODYS = ""


@cache
def ours() -> str:
    """The release by which this process reckons."""
    return version("tzdata")


def is_newer(release: str, than: str) -> bool:
    return _numbers(release) > _numbers(than)


def _numbers(release: str) -> list[int]:
    return [int(part) for part in release.split(".") if part.isdecimal()]


def follow(now: datetime, theirs: str) -> None:
    """Some of what is to come follows the rules of this process, if they are newer than those in force."""
    if theirs == ours():
        return
    if is_newer(ours(), theirs):
        errands.some_of(step, now)
    elif is_newer(theirs, ours()):
        PumpState.objects.filter(zone_rules=theirs).update(zone_rules=ours())


@transaction.atomic
def step(now: datetime) -> bool:
    """At most a batch. Whether there may be more to do."""
    errand = errands.in_hand("zone rules")
    if errand is None:
        return False
    if is_newer(errand.towards, ours()):
        _in_force(ours(), errand)
        return False
    begins = errand.towards != ours()
    if begins:
        errand.towards, errand.at, errand.row = ours(), now, 0
        # What waits for its owner's next hour waits for another one now.
        Occurrence.objects.open().filter(look_at__gt=now).update(look_at=now)
    after = Q(next_at__gt=errand.at) | Q(next_at=errand.at, pk__gt=errand.row)
    coming = Schedule.objects.known().filter(after, next_at__gte=errand.at, next_at__gt=now)
    rows = list(coming.order_by("next_at", "pk").values_list("pk", "next_at")[:BATCH])
    if rows:
        errand.row, errand.at = rows[-1]
        _derive_again([pk for pk, _next_at in rows], now)
        errand.save()
        if begins:
            PumpState.objects.update(zone_rules=NOBODYS)
    else:
        _in_force(ours(), errand)
    return bool(rows)


def _in_force(release: str, errand: Errand) -> None:
    """Nothing is on its way any more."""
    errand.towards = ""
    errand.save()
    PumpState.objects.update(zone_rules=release)


def _derive_again(ids: Sequence[int], now: datetime) -> None:
    """Its own day's hour; what comes late has the hour nearest to its own, since its day is over.

    Rows that somebody is just changing are left to them.
    """
    held = Schedule.objects.filter(pk__in=ids).select_for_update(skip_locked=True, of=("self",))
    rows = list(held.select_related("owner"))
    chosen = choices.of_many(row.owner for row in rows)
    moved = []
    for row in rows:
        hour = chosen[row.owner_id].hour(row.kind)
        planned, row.next_at = row.next_at, instant(row.next_on, hour, row.owner.zone)
        if row.next_at <= now:
            row.next_at = nearest_instant(planned, hour, row.owner.zone)
        if row.next_at != planned and not kinds.get(row.kind).at_once:
            moved.append(row)
    Schedule.objects.bulk_update(moved, ["next_at"])
