"""What is due is written down to be told, once, and its source moves on to its next time.

Both in one transaction of two statements for thousands of rows: one locks what is due and passes over what
another planner has in hand, one writes. Between them the kinds name the days to come, and the moments follow
from the rules for zones, of which there is one home (`localtime`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from netvalue.outbox import clock, kinds
from netvalue.outbox.kinds import Due, Keeper
from netvalue.outbox.localtime import DAY, instant, local_day, next_instant

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from netvalue.accounts.models import User

BATCH = 5000
AN_HOUR = timedelta(hours=1)

ROWS = """
SELECT s.id, s.owner_id, s.kind, s.object_id, s.lead, s.occurrence_on, s.next_at,
       u.time_zone, coalesce(c.hour, u.reminder_hour), u.leap_day
  FROM outbox_schedule s JOIN accounts_user u ON u.id = s.owner_id
       LEFT JOIN outbox_choice c ON c.owner_id = s.owner_id AND c.kind = s.kind
"""

DUE = f"""{ROWS}
 WHERE s.next_at <= %s AND s.kind = ANY(%s)
 ORDER BY s.next_at, s.id LIMIT %s
   FOR UPDATE OF s SKIP LOCKED
"""

HERS = f"""{ROWS}
 WHERE s.owner_id = %s AND s.kind = ANY(%s)
 ORDER BY s.id
   FOR UPDATE OF s
"""

UNTOLD = """
SELECT o.id, o.owner_id, o.kind, o.object_id, o.lead, o.occurrence_on, o.due_at,
       u.time_zone, u.reminder_hour, u.leap_day
  FROM outbox_occurrence o JOIN accounts_user u ON u.id = o.owner_id
 WHERE o.owner_id = %s AND o.kind = ANY(%s) AND o.ended = '' AND NOT EXISTS (
       SELECT FROM outbox_email e WHERE e.id = o.email_id AND e.data_at IS NOT NULL)
 ORDER BY o.id
"""

MOVE = """
UPDATE outbox_occurrence o SET occurrence_on = v.day, expires_at = v.expires_at
  FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[]) AS v(id, day, expires_at)
 WHERE o.id = v.id AND o.email_id IS NULL AND o.ended = '' AND NOT EXISTS (
       SELECT FROM outbox_occurrence t
        WHERE t.owner_id = o.owner_id AND t.kind = o.kind AND t.object_id = o.object_id
          AND t.lead = o.lead AND t.occurrence_on = v.day)
"""

# A source without a next day is done.
ADVANCE = """
WITH v AS MATERIALIZED (
    SELECT * FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::date[], %s::timestamptz[])
        AS v(id, due_at, expires_at, day, at)),
gone AS (
    DELETE FROM outbox_schedule s USING v WHERE s.id = v.id AND v.day IS NULL
    RETURNING s.owner_id, s.kind, s.object_id, s.occurrence_on, s.lead, v.due_at, v.expires_at),
moved AS (
    UPDATE outbox_schedule s
       SET last_occurrence_on = s.occurrence_on,
           occurrence_on = v.day, next_on = v.day - s.lead, next_at = v.at
      FROM v WHERE s.id = v.id AND v.day IS NOT NULL
    RETURNING s.owner_id, s.kind, s.object_id, s.last_occurrence_on, s.lead, v.due_at, v.expires_at)
INSERT INTO outbox_occurrence
    (owner_id, kind, object_id, occurrence_on, lead, due_at, expires_at, look_at, ended)
SELECT *, due_at, '' FROM (SELECT * FROM gone UNION ALL SELECT * FROM moved) AS told
    ON CONFLICT DO NOTHING
"""

STAND = """
UPDATE outbox_schedule s SET occurrence_on = v.day, next_on = v.day - s.lead, next_at = v.at
  FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[]) AS v(id, day, at) WHERE s.id = v.id
"""


@transaction.atomic
def advance(now: datetime) -> int:
    """At most a batch of what is due. A kind that stumbles stops itself alone, and its rows stay."""
    due = _rows(DUE, [now, kinds.steady(), BATCH])
    for name, rows in kinds.by_kind(due).items():
        with kinds.apart(name):
            following = kinds.get(name).following(rows)
            _write(ADVANCE, [_told(row, following.get(row.pk)) for row in rows])
    return len(due)


@transaction.atomic
def stand(owner: User, names: Sequence[str], after: datetime | None = None) -> None:
    """The zone, an hour or the leap-day choice changed: every day and every moment follows from them anew.

    What was to come after that moment and should have come before it keeps its own for this once: the mail of
    the new hour may have left.
    """
    now = clock.now()
    for name, rows in kinds.by_kind(_rows(HERS, [owner.pk, list(names)])).items():
        standing = kinds.get(name).standing(rows)
        days = [(row, standing.get(row.pk, row.occurrence_on)) for row in rows]
        moments = [(row, day, _stands_at(row, day, now)) for row, day in days]
        _write(
            STAND,
            [
                (row.pk, day, row.next_at if after and at <= after < row.next_at else at)
                for row, day, at in moments
            ],
        )


def _stands_at(row: Due, day: date, now: datetime) -> datetime:
    """What was written down long after its day comes at the next hour, as before, or is due by now."""
    at, zone = _due_at(row, day), row.owner.zone
    # Two zones differ by one day at most.
    if now > at and local_day(row.next_at, zone) - local_day(at, zone) > DAY:
        return next_instant(now, row.owner.hour, zone) if row.next_at > now else row.next_at
    return at


def moved(owner: User) -> list[tuple[Due, date]]:
    """What is due and not told, and is kept on another day since its owner's choices changed."""
    found = []
    for name, rows in kinds.by_kind(_rows(UNTOLD, [owner.pk, kinds.names()])).items():
        standing = kinds.get(name).standing(rows)
        found += [(row, day) for row in rows if (day := standing.get(row.pk)) and day != row.occurrence_on]
    return found


def move(rows: Sequence[tuple[Due, date]]) -> None:
    """They are told about that day, still once."""
    if rows:
        _write(MOVE, [(row.pk, day, _useless_from(row, day)) for row, day in rows])


def _rows(statement: str, parameters: Sequence[Any]) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return [Due._make((*row[:7], Keeper(row[1], *row[7:]))) for row in found]


def _told(row: Due, following: date | None) -> tuple[Any, ...]:
    expires_at = _useless_from(row, row.occurrence_on)
    return row.pk, row.next_at, expires_at, following, _due_at(row, following) if following else None


def _useless_from(row: Due, occurrence_on: date) -> datetime:
    zone = row.owner.zone
    useless = kinds.get(row.kind).useless_from(occurrence_on, row.lead, local_day(row.next_at, zone))
    return max(instant(useless, 0, zone), row.next_at + AN_HOUR)


def _due_at(row: Due, occurrence_on: date) -> datetime:
    return instant(occurrence_on - row.lead * DAY, row.owner.hour, row.owner.zone)


def _write(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
