"""What somebody chooses about their reminders holds at once, for all that is planned and not yet told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from netvalue.outbox import advancing, choices, clock, kinds, planning
from netvalue.outbox.localtime import DAY, instant, local_day, next_instant
from netvalue.outbox.models import Choice, Occurrence, OptOut, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date

    from netvalue.accounts.models import User
    from netvalue.outbox.choices import Choices


@dataclass(frozen=True, slots=True)
class Wish:
    """How one kind is to come; None: as is usual."""

    on: bool
    leads: Sequence[int] | None = None
    hour: int | None = None


@transaction.atomic
def choose(owner: User, wishes: Mapping[str, Wish]) -> None:
    """From now on, these kinds come like this."""
    choices.hold(owner)
    before = choices.of(owner)
    _write(owner, wishes)
    _refuse(owner, wishes, before)
    after = choices.of(owner)
    for kind in wishes:
        if set(after.leads(kind)) != set(before.leads(kind)):
            kinds.get(kind).leads_changed(owner)
        if after.on(kind) != before.on(kind):
            kinds.get(kind).switched(owner)
    moved = [kind for kind in wishes if after.hour(kind) != before.hour(kind)]
    if moved:
        advancing.stand(owner, moved, after=clock.now())
        planning.look_again(owner)
    if back := [kind for kind in wishes if after.on(kind) and not before.on(kind)]:
        planning.wake(owner, Q(kind__in=back))


def _write(owner: User, wishes: Mapping[str, Wish]) -> None:
    """What is as usual leaves no trace."""
    rows = {
        kind: Choice(owner=owner, kind=kind, on=wish.on, leads=wish.leads, hour=wish.hour)
        for kind, wish in wishes.items()
        if wish.leads or wish.hour is not None or (wish.on and not kinds.get(kind).on_at_first)
    }
    Choice.objects.of(owner).filter(kind__in=wishes.keys() - rows.keys()).delete()
    Choice.objects.bulk_create(
        rows.values(),
        update_conflicts=True,
        unique_fields=["owner", "kind"],
        update_fields=["on", "leads", "hour"],
    )


def _refuse(owner: User, wishes: Mapping[str, Wish], before: Choices) -> None:
    """Who refused everything and wants nothing back keeps refusing what later releases bring, too."""
    wanted = {kind for kind, wish in wishes.items() if wish.on}
    if OptOut.EVERYTHING in before.refused and not wanted:
        return
    OptOut.objects.of(owner).filter(kind__in=[*wanted, OptOut.EVERYTHING]).delete()
    for kind in wishes.keys() - wanted:
        # What nobody asked for need not be refused.
        if kinds.get(kind).on_at_first:
            planning.opt_out(owner, kind)


@transaction.atomic
def ahead(
    owner: User,
    kind: str,
    leads: Mapping[int, Collection[int]],
    rule: Callable[[int, date], date | None],
) -> None:
    """From now on, remind of each of these so many days ahead; `rule` tells its day on or after a day.

    What is planned at a lead that stays is left alone, also if it is due. What was told at a lead is not told
    at it again, and one whose time has passed is left to the next time round. As many statements for one as
    for thousands.
    """
    now = clock.now()
    chosen = choices.held(owner)
    hour = chosen.hour(kind)
    first = local_day(next_instant(now, hour, owner.zone), owner.zone)
    rows = Schedule.objects.of(owner).filter(kind=kind).select_for_update().order_by("id")
    planned = {(row.object_id, row.lead): row.pk for row in rows if row.object_id in leads}
    theirs = Occurrence.objects.of(owner).filter(kind=kind)
    told = set(theirs.filter(occurrence_on__gte=first).values_list("object_id", "lead", "occurrence_on"))
    wanted = {(object_id, lead) for object_id, days in leads.items() for lead in days}
    new = []
    for object_id, lead in sorted(wanted - planned.keys()):
        on = rule(object_id, first + lead * DAY)
        while on and (object_id, lead, on) in told:
            on = rule(object_id, on + DAY)
        if on:
            new.append(_row(owner, kind, object_id, lead, on, hour))
    Schedule.objects.filter(pk__in=[planned[key] for key in planned.keys() - wanted]).delete()
    Schedule.objects.bulk_create(new)
    _tell_at(owner, kind, leads)


def _row(owner: User, kind: str, object_id: int, lead: int, on: date, hour: int) -> Schedule:
    next_on = on - lead * DAY
    return Schedule(
        owner=owner,
        kind=kind,
        object_id=object_id,
        lead=lead,
        occurrence_on=on,
        next_on=next_on,
        next_at=instant(next_on, hour, owner.zone),
    )


def _tell_at(owner: User, kind: str, leads: Mapping[int, Collection[int]]) -> None:
    """What is due and not told is taken back where its lead is not wanted any more, and told where it is."""
    now = clock.now()
    theirs = Occurrence.objects.of(owner).filter(kind=kind, expires_at__gt=now)
    found = [
        (pk, ended, lead in leads[object_id])
        for pk, ended, object_id, lead in theirs.values_list("pk", "ended", "object_id", "lead")
        if object_id in leads
    ]
    stopped = theirs.filter(pk__in=[pk for pk, ended, told in found if not ended and not told])
    planning.recall(stopped)
    stopped.filter(email=None, ended="").update(ended=Occurrence.Ended.CANCELLED)
    back = [pk for pk, ended, told in found if ended == Occurrence.Ended.CANCELLED and told]
    theirs.filter(pk__in=back, ended=Occurrence.Ended.CANCELLED).update(ended="", look_at=now)
