"""What is due is written down to be told, once, and its source moves on to its next time.

Thousands of rows in one transaction: one statement locks what is due and passes over what another planner has
in hand, one reads how their owners want it, one writes. Between them the kinds name the days to come, and the
moments follow from the rules for zones, of which there is one home (`localtime`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from netvalue.outbox import choices, clock, kinds
from netvalue.outbox.kinds import Due
from netvalue.outbox.localtime import DAY, instant, local_day, next_instant
from netvalue.ownership import in_array

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from netvalue.accounts.models import User

BATCH = 5000
AN_HOUR = timedelta(hours=1)

DUE = """
SELECT id, owner_id, kind, object_id, lead, occurrence_on, next_at AS at
  FROM outbox_schedule
 WHERE next_at <= %s AND kind = ANY(%s)
 ORDER BY next_at, id LIMIT %s
   FOR UPDATE SKIP LOCKED
"""

HERS = """
SELECT id, owner_id, kind, object_id, lead, occurrence_on, next_at AS at
  FROM outbox_schedule
 WHERE owner_id = %s AND kind = ANY(%s) AND (%s::bigint[] IS NULL OR object_id = ANY(%s))
 ORDER BY id
   FOR UPDATE
"""

UNTOLD = """
SELECT id, owner_id, kind, object_id, lead, occurrence_on, due_at AS at
  FROM outbox_occurrence o
 WHERE owner_id = %s AND kind = ANY(%s) AND ended = '' AND expires_at > %s AND NOT EXISTS (
       SELECT FROM outbox_email e WHERE e.id = o.email_id AND e.data_at IS NOT NULL)
"""

# A batch is found among millions by an index, wherever the server thinks that its disk turns.
BY_INDEX = "SET LOCAL random_page_cost = 1.1"

# What is due at one moment about one day is most of the time many rows, which differ in three numbers.
TOGETHER = """
WITH found AS MATERIALIZED ({})
SELECT kind, lead, occurrence_on, at, string_agg(id::text, ' '),
       string_agg(owner_id::text, ' '), string_agg(object_id::text, ' ')
  FROM found GROUP BY at, kind, lead, occurrence_on ORDER BY at
"""

MOVE = """
UPDATE outbox_occurrence o SET occurrence_on = v.day, expires_at = v.expires_at
  FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[]) AS v(id, day, expires_at)
 WHERE o.id = v.id AND o.email_id IS NULL AND o.ended = '' AND NOT EXISTS (
       SELECT FROM outbox_occurrence t
        WHERE t.owner_id = o.owner_id AND t.kind = o.kind AND t.object_id = o.object_id
          AND t.lead = o.lead AND t.occurrence_on = v.day)
"""

# A source without a next day is done. Few moments are those of many rows: each row has the number of its own.
ADVANCE = """
WITH v AS MATERIALIZED (
    SELECT id, (%s::timestamptz[])[n] AS due_at, (%s::timestamptz[])[n] AS expires_at,
           (%s::date[])[n] AS day, (%s::timestamptz[])[n] AS at
      FROM unnest(%s::bigint[], %s::int[]) AS row(id, n)),
gone AS (
    DELETE FROM outbox_schedule s USING v WHERE s.id = v.id AND v.day IS NULL
    RETURNING s.id, s.owner_id, s.kind, s.object_id, s.occurrence_on, s.lead, v.due_at, v.expires_at),
moved AS (
    UPDATE outbox_schedule s
       SET last_occurrence_on = s.occurrence_on,
           occurrence_on = v.day, next_on = v.day - s.lead, next_at = v.at
      FROM v WHERE s.id = v.id AND v.day IS NOT NULL
    RETURNING s.id, s.owner_id, s.kind, s.object_id, s.last_occurrence_on, s.lead, v.due_at, v.expires_at)
INSERT INTO outbox_occurrence
    (owner_id, kind, object_id, occurrence_on, lead, due_at, expires_at, look_at, ended)
SELECT owner_id, kind, object_id, occurrence_on, lead, due_at, expires_at, due_at, ''
  FROM (SELECT * FROM gone UNION ALL SELECT * FROM moved) AS told
 ORDER BY owner_id, due_at, id
    ON CONFLICT DO NOTHING
"""

STAND = """
UPDATE outbox_schedule s SET occurrence_on = v.day, next_on = v.day - s.lead, next_at = v.at
  FROM unnest(%s::bigint[], %s::date[], %s::timestamptz[]) AS v(id, day, at) WHERE s.id = v.id
"""


@transaction.atomic
def advance(now: datetime) -> int:
    """At most a batch of what is due. A kind that stumbles stops itself alone, and its rows stay."""
    _execute(BY_INDEX)
    due = _rows(DUE, [now, kinds.steady(), BATCH])
    for name, rows in kinds.by_kind(due).items():
        with kinds.apart(name):
            _tell(rows, kinds.get(name).following(rows))
    return len(due)


def _tell(rows: Sequence[Due], following: Mapping[int, date]) -> None:
    moments: dict[tuple[date, int, datetime, str, int, date | None], int] = {}
    numbers = [
        moments.setdefault(
            (
                row.occurrence_on,
                row.lead,
                row.next_at,
                row.owner.time_zone,
                row.owner.hour,
                following.get(row.pk),
            ),
            len(moments) + 1,
        )
        for row in rows
    ]
    first = dict(zip(reversed(numbers), reversed(rows), strict=True))
    _execute(
        ADVANCE,
        [
            *_columns([_told(row, following.get(row.pk)) for _n, row in sorted(first.items())]),
            in_array(row.pk for row in rows),
            in_array(numbers),
        ],
    )


@transaction.atomic
def stand(
    owner: User, names: Sequence[str], after: datetime | None = None, objects: Sequence[int] | None = None
) -> None:
    """The zone, an hour or a leap-day choice changed: every day and every moment follows from them anew.

    Of all objects, or of these.

    What was to come after that moment and should have come before it keeps its own for this once: the mail of
    the new hour may have left.
    """
    now = clock.now()
    for name, rows in kinds.by_kind(_rows(HERS, [owner.pk, list(names), objects, objects])).items():
        standing = kinds.get(name).standing(rows)
        days = [(row, standing.get(row.pk, row.occurrence_on)) for row in rows]
        moments = [(row, day, _stands_at(row, day, now)) for row, day in days]
        stood = [
            (row.pk, day, row.next_at if after and at <= after < row.next_at else at)
            for row, day, at in moments
        ]
        _execute(STAND, _columns(stood))


def _stands_at(row: Due, day: date, now: datetime) -> datetime:
    """What was written down long after its day comes at the next hour, as before, or is due by now."""
    at, zone = _due_at(row, day), row.owner.zone
    # Two zones differ by one day at most.
    if now > at and local_day(row.next_at, zone) - local_day(at, zone) > DAY:
        return next_instant(now, row.owner.hour, zone) if row.next_at > now else row.next_at
    return at


def moved(owner: User) -> list[tuple[Due, date]]:
    """What is due and not told, and is kept on another day since its owner's choices changed.

    Another day that was written down meanwhile has a reminder of its own.
    """
    found = []
    for name, rows in kinds.by_kind(_rows(UNTOLD, [owner.pk, kinds.names(), clock.now()])).items():
        standing = kinds.get(name).standing(rows)
        found += [
            (row, day)
            for row in rows
            if (day := standing.get(row.pk)) and _both_kept_for(day, row.occurrence_on)
        ]
    return found


def _both_kept_for(day: date, other: date) -> bool:
    """Whether these are the two on which a 29 February is kept in most years."""
    return {(day.month, day.day), (other.month, other.day)} == {(2, 28), (3, 1)}


def move(rows: Sequence[tuple[Due, date]]) -> None:
    """They are told about that day, still once."""
    if rows:
        _execute(MOVE, _columns([(row.pk, day, _useless_from(row, day)) for row, day in rows]))


def _rows(statement: str, parameters: Sequence[Any]) -> list[Due]:
    """What this finds and locks, and then, since they may just have been changed, how its owners want it."""
    with connection.cursor() as cursor:
        cursor.execute(TOGETHER.format(statement), parameters)
        found = [(row[:4], *map(_numbers, row[4:])) for row in cursor.fetchall()]
    keepers = choices.keepers({owner for _alike, _ids, owners, _objects in found for owner in owners})
    return [
        Due(pk, owner, kind, object_id, lead, on, at, keepers.of(owner, kind))
        for (kind, lead, on, at), ids, owners, objects in found
        for pk, owner, object_id in zip(ids, owners, objects, strict=True)
    ]


def _told(row: Due, following: date | None) -> tuple[datetime, datetime, date | None, datetime | None]:
    expires_at = _useless_from(row, row.occurrence_on)
    return row.next_at, expires_at, following, _due_at(row, following) if following else None


def _useless_from(row: Due, occurrence_on: date) -> datetime:
    zone = row.owner.zone
    useless = kinds.get(row.kind).useless_from(occurrence_on, row.lead, local_day(row.next_at, zone))
    return max(instant(useless, 0, zone), row.next_at + AN_HOUR)


def _due_at(row: Due, occurrence_on: date) -> datetime:
    return instant(occurrence_on - row.lead * DAY, row.owner.hour, row.owner.zone)


def _numbers(listed: str) -> list[int]:
    return [int(number) for number in listed.split()]


def _columns(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _execute(statement: str, parameters: Sequence[Any] = ()) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
