"""What is due is written down to be told, once, and its source moves on to its next time.

Both in one transaction of two statements for thousands of rows: one locks what is due and passes over what
another planner has in hand, one writes. Between them the kinds name the days to come, and the moments follow
from the rules for zones, of which there is one home (`localtime`).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from netvalue.outbox import kinds
from netvalue.outbox.kinds import Due, Keeper
from netvalue.outbox.localtime import DAY, instant, local_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
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
    for name, rows in _by_kind(due).items():
        with kinds.apart(name):
            following = kinds.get(name).following(rows)
            _write(ADVANCE, [_told(row, following.get(row.pk)) for row in rows])
    return len(due)


@transaction.atomic
def stand(owner: User) -> None:
    """The zone, an hour or the leap-day choice changed: every day and every moment follows from them anew."""
    for name, rows in _by_kind(_rows(HERS, [owner.pk, kinds.names()])).items():
        standing = kinds.get(name).standing(rows)
        days = [(row, standing.get(row.pk, row.occurrence_on)) for row in rows]
        _write(STAND, [(row.pk, day, _due_at(row, day)) for row, day in days])


def _rows(statement: str, parameters: Sequence[Any]) -> list[Due]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return [Due._make((*row[:7], Keeper(row[1], *row[7:]))) for row in found]


def _by_kind(rows: Iterable[Due]) -> dict[str, list[Due]]:
    found: dict[str, list[Due]] = defaultdict(list)
    for row in rows:
        found[row.kind].append(row)
    return found


def _told(row: Due, following: date | None) -> tuple[Any, ...]:
    zone = row.owner.zone
    useless = kinds.get(row.kind).useless_from(row.occurrence_on, row.lead, local_day(row.next_at, zone))
    expires_at = max(instant(useless, 0, zone), row.next_at + AN_HOUR)
    return row.pk, row.next_at, expires_at, following, _due_at(row, following) if following else None


def _due_at(row: Due, occurrence_on: date) -> datetime:
    return instant(occurrence_on - row.lead * DAY, row.owner.hour, row.owner.zone)


def _write(statement: str, rows: Sequence[Sequence[Any]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(column) for column in zip(*rows, strict=True)])
