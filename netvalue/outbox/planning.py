"""What is due, and in which envelope it will leave.

`now` is business time: the pump and whoever writes something down ask Postgres' clock, tests set their own;
leases and retries are counted by Postgres' clock alone. Nothing is planned ahead: rows are made when they are
due, so there is nothing to chase when a date, an hour or a zone changes.

One digest per owner and local day, never before the owner's hour of that day; kinds with an hour of their own
have one at that hour. What comes after it, or was not sent on its day, goes into the next day's.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max

from netvalue.outbox import addressing, advancing, choices, clock, kinds
from netvalue.outbox.localtime import DAY, instant, local_day, next_instant
from netvalue.outbox.models import Email, Occurrence, OptOut, Schedule

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from django.db.models import Q

    from netvalue.accounts.models import User
    from netvalue.outbox.models import OccurrenceQuerySet

BATCH = 2000
# The kind of what its owner put off to another day (netvalue.outbox.again).
AGAIN = "again"
# What became useless no longer ago may still be in the hands of a sender.
MAY_BE_LEAVING = timedelta(hours=1)


# --- What the apps say -------------------------------------------------------------------------------


def repeat(
    owner: User, kind: str, object_id: int, leads: Sequence[int], rule: Callable[[date], date | None]
) -> None:
    """From now on, remind of what comes again and again; `rule` tells its first day on or after a day.

    A reminder whose time has passed when this is written down is left to the next time round, unless it
    stood already and nobody has come to plan it yet.
    """
    now = clock.now()
    with transaction.atomic():
        hour = choices.held(owner).hour(kind)
        first = local_day(next_instant(now, hour, owner.zone), owner.zone)
        standing = {
            row.lead: row for row in Schedule.objects.of(owner).source(kind, object_id).select_for_update()
        }
        rows = []
        for lead in leads:
            stood = standing.get(lead)
            last = stood.last_occurrence_on if stood else None
            planned = stood.occurrence_on if stood else None
            stands = planned if planned and rule(planned) == planned else None
            earliest = min(first + lead * DAY, stands or date.max)
            occurrence_on = rule(max(earliest, last + DAY) if last else earliest)
            if stands and last and occurrence_on == last + DAY:
                # Told on 28 February, and kept on 1 March since then.
                occurrence_on = stands
            if occurrence_on:
                next_on = occurrence_on - lead * DAY
                rows.append(
                    Schedule(
                        owner=owner,
                        kind=kind,
                        object_id=object_id,
                        lead=lead,
                        occurrence_on=occurrence_on,
                        next_on=next_on,
                        next_at=instant(next_on, hour, owner.zone),
                        last_occurrence_on=last,
                    )
                )
        _replace(owner, kind, object_id, rows, now)


def once(owner: User, kind: str, object_id: int, on: date) -> None:
    """Remind of something on a day; if its time has passed already, at the next hour for its kind."""
    now = clock.now()
    row = Schedule(owner=owner, kind=kind, object_id=object_id, occurrence_on=on, next_on=on)
    with transaction.atomic():
        hour = choices.held(owner).hour(kind)
        ahead = on > local_day(now, owner.zone)
        row.next_at = instant(on, hour, owner.zone) if ahead else next_instant(now, hour, owner.zone)
        _replace(owner, kind, object_id, [row], now)


def each_once(
    owner: User, kind: str, days: Mapping[int, date | None], since: Mapping[int, date] | None = None
) -> None:
    """Remind of each of these on its own day, as `once` does; of those without one not any more.

    A day that has come is not told again to whom the same source was told after `since`: nobody hears of it
    twice because something was corrected. As many statements for thousands as for one.
    """
    now = clock.now()
    with transaction.atomic(savepoint=False):
        hour = choices.held(owner).hour(kind)
        today = local_day(now, owner.zone)
        told = _told_of(owner, kind, [pk for pk, on in days.items() if on and on <= today], now)
        after = since or {}
        ahead = {
            pk: on
            for pk, on in days.items()
            if on and (on > today or told.get(pk, date.min) <= after.get(pk, date.min))
        }
        none = [pk for pk in days if pk not in ahead]
        if none:
            Schedule.objects.of(owner).source(kind, *none).delete()
        soon = next_instant(now, hour, owner.zone)
        at = {on: instant(on, hour, owner.zone) if on > today else soon for on in set(ahead.values())}
        _schedule(owner, kind, ahead, at)
        recall(_untold(owner).filter(kind=kind, object_id__in=list(days)))


def _told_of(owner: User, kind: str, object_ids: list[int], now: datetime) -> dict[int, date]:
    """The last day of each that was told, or will be. What was taken back meanwhile is asked about again."""
    if not object_ids:
        return {}
    theirs = Occurrence.objects.of(owner).filter(kind=kind, object_id__in=object_ids)
    theirs.filter(ended=Occurrence.Ended.CANCELLED, expires_at__gt=now).update(ended="", look_at=now)
    told = theirs.filter(ended="").order_by().values("object_id").annotate(last=Max("occurrence_on"))
    return dict(told.values_list("object_id", "last"))


def _schedule(owner: User, kind: str, days: Mapping[int, date], at: Mapping[date, datetime]) -> None:
    if not days:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO outbox_schedule (owner_id, kind, object_id, lead, occurrence_on, next_on, next_at)
            SELECT %s, %s, v.id, 0, v.day, v.day, v.at
              FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[]) AS v(id, day, at)
            ON CONFLICT (owner_id, kind, object_id, lead) DO UPDATE
               SET occurrence_on = excluded.occurrence_on, next_on = excluded.next_on,
                   -- What was due already, and nobody has come to plan yet, stays due.
                   next_at = CASE WHEN outbox_schedule.occurrence_on = excluded.occurrence_on
                       THEN least(outbox_schedule.next_at, excluded.next_at) ELSE excluded.next_at END
            """,
            [owner.pk, kind, list(days), list(days.values()), [at[on] for on in days.values()]],
        )


def at_once(owner: User, kind: str, object_id: int) -> None:
    """Remind at the next tick. The same source again changes nothing."""
    now = clock.now()
    today = local_day(now, owner.zone)
    row = Schedule(
        owner=owner, kind=kind, object_id=object_id, occurrence_on=today, next_on=today, next_at=now
    )
    Schedule.objects.bulk_create([row], ignore_conflicts=True)


def forget(owner: User, kind: str, object_id: int) -> None:
    """Do not remind of this any more."""
    with transaction.atomic():
        _replace(owner, kind, object_id, [], clock.now())


@transaction.atomic
def forget_many(owner: User, sources: Q) -> None:
    """Do not remind of any of these any more."""
    Schedule.objects.of(owner).filter(sources).delete()
    recall(_untold(owner).filter(sources))


@transaction.atomic
def silence(owner: User, sources: Q) -> None:
    """Their kinds do not want these told for now: no mail that has not passed the fence tells them.

    The plan stays. It is held until this is committed, so that nothing becomes due unseen meanwhile.
    """
    list(Schedule.objects.of(owner).filter(sources).select_for_update().order_by("id").values_list("pk"))
    recall(_untold(owner).filter(sources))


def wake(owner: User, sources: Q) -> None:
    """Their kinds may want these told again: whoever composes the next mail asks once more."""
    now = clock.now()
    silent = Occurrence.objects.of(owner).filter(ended=Occurrence.Ended.CANCELLED, expires_at__gt=now)
    silent.filter(sources).update(ended="", look_at=now)


def _untold(owner: User) -> OccurrenceQuerySet:
    """What is, or may still come, in a mail."""
    return Occurrence.objects.of(owner).filter(ended="", expires_at__gt=clock.now())


def _replace(owner: User, kind: str, object_id: int, rows: list[Schedule], now: datetime) -> None:
    Schedule.objects.of(owner).source(kind, object_id).delete()
    Schedule.objects.bulk_create(rows)
    due = Occurrence.objects.of(owner).filter(kind=kind, object_id=object_id)
    if rows:
        # Taken back and wanted again: whoever composes the next mail asks once more.
        due.filter(ended=Occurrence.Ended.CANCELLED, expires_at__gt=now).update(ended="", look_at=now)
    recall(due)


def recall(occurrences: OccurrenceQuerySet) -> None:
    """Take the mails that hold these back from their senders, unless they have passed the fence.

    The sender's lease ends here, so its fence fails and nothing leaves; the mail is composed anew. Locking
    the occurrences waits for whoever is just putting them into a mail. With them all is locked that may be in
    the same one, in one order, so that two who edit do not wait for each other in a ring.
    """
    with transaction.atomic(savepoint=False):
        ours = set(occurrences.values_list("pk", flat=True))
        if not ours:
            return
        beside = Occurrence.objects.filter(owner__in=occurrences.values("owner"), ended="")
        beside = beside.filter(expires_at__gt=clock.now() - MAY_BE_LEAVING)
        locked = beside.select_for_update().order_by("id").values_list("pk", "email_id")
        mails = {email for pk, email in locked if email is not None and pk in ours}
        Email.objects.filter(pk__in=mails, state=Email.State.SENDING, data_at=None).release()


def opt_out(owner: User, kind: str, by_link: str = "") -> None:
    """No more mails of this kind. It holds for every mail that has not passed the fence."""
    with transaction.atomic():
        OptOut.objects.bulk_create([OptOut(owner=owner, kind=kind, by_link=by_link)], ignore_conflicts=True)
        untold = _untold(owner)
        # What is told once more goes by the kind that it was told as at first.
        recall(untold if kind == OptOut.EVERYTHING else untold.filter(kind__in=[kind, AGAIN]))


def user_changed(user: User) -> None:
    """The zone, the hour or the leap-day choice changed: every instant follows from them anew."""
    with transaction.atomic():
        advancing.stand(user, [name for name in kinds.names() if not kinds.get(name).at_once])
        _move(user)


def kept_elsewhere(owner: User, kind: str, object_ids: Sequence[int]) -> None:
    """These are kept on another day of the year from now on, such as 1 March; each is still told once."""
    with transaction.atomic():
        choices.held(owner)
        advancing.stand(owner, [kind], objects=object_ids)
        _move(owner)


def _move(owner: User) -> None:
    moved = advancing.moved(owner)
    recall(Occurrence.objects.filter(pk__in=[row.pk for row, _day in moved]))
    advancing.move(moved)
    look_again(owner)


def look_again(owner: User) -> None:
    """Whoever composes the next mail asks when what is due may leave."""
    Occurrence.objects.of(owner).open().update(look_at=clock.now())


# --- What the pump does ------------------------------------------------------------------------------


def plan(now: datetime) -> int:
    """Everything that is due becomes an occurrence, and every owner with some gets an envelope."""
    kinds.stand_up()
    if not _anything(now):
        return 0
    for kind in _unknown(now):
        kinds.miss(kind)
    planned = 0
    while batch := advancing.advance(now):
        planned += batch
        if batch < advancing.BATCH:
            break
    while addressing.address(now) == addressing.BATCH:
        pass
    return planned


def _anything(now: datetime) -> bool:
    """Whether there is anything to do, which mostly there is not: one statement, and no transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT outbox_anything_to_plan(%s)", [now])
        return bool(cursor.fetchone()[0])


def _unknown(now: datetime) -> list[str]:
    """Kinds of what is due by now that no app registers."""
    due = Schedule.objects.unknown().filter(next_at__lte=now).values_list("kind", flat=True)
    open_ = Occurrence.objects.unknown().filter(look_at__lte=now).values_list("kind", flat=True)
    return list(due.union(open_))
