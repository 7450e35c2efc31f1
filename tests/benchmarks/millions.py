"""Millions of birthdays and their reminders, made by the database as fast as it can, in one of their own.

Rows lie scattered: what is due together stands neither beside each other nor with one owner.
"""

from __future__ import annotations

import shutil
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, available_timezones

import psycopg
from django.db import connection
from psycopg import sql

from netvalue.outbox.localtime import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# A year's reminders; the first are due soon after this day begins.
FIRST = date(2027, 3, 2)
DAYS = 363
HOUR = 9
ZONES = sorted(available_timezones() - {"localtime"})[::9]
# A prime beside which no number of rows has a factor: it scatters them.
SCATTER = 7_368_787
CHUNK = 50_000
# What a row costs on the disk, indexes and all, and once more while they are built.
BYTES = 800

OWNERS = """
INSERT INTO accounts_user (
    id, password, is_superuser, email, name, time_zone, language, theme, reminder_hour, digest, leap_day,
    is_staff, is_active, date_joined
)
SELECT n, '!', false, 'u' || n || '@example.org', 'u' || n,
    (%(zones)s::text[])[1 + n %% cardinality(%(zones)s::text[])],
    'en', 'system', %(hour)s, true, 'feb28', false, true, now()
FROM generate_series(1, %(owners)s) AS n
"""

MOMENTS = "CREATE TEMPORARY TABLE moment (day date, zone int, at timestamptz, PRIMARY KEY (day, zone))"

# The nth to come is one of the nth person.
SCHEDULE = """
INSERT INTO outbox_schedule (owner_id, kind, object_id, lead, occurrence_on, next_on, next_at)
SELECT owner, 'birthday', n, 0, moment.day, moment.day, moment.at
FROM (
    SELECT n, 1 + n %% %(owners)s AS owner, %(first)s::date + (n * %(days)s / %(rows)s)::int AS day
    FROM (SELECT i * %(scatter)s %% %(rows)s AS n FROM generate_series(1, %(rows)s::bigint) AS i) AS scattered
) AS born JOIN moment ON moment.day = born.day AND moment.zone = born.owner %% %(zones)s
"""

PEOPLE = """
INSERT INTO contacts_contact (
    id, owner_id, uid, form_token, kind, prefix, given, additional, family, suffix, nickname, organisation,
    role, birth_year, birth_month, birth_day, how_met, notes, created_at, updated_at
)
SELECT n, 1 + n %% %(owners)s, gen_random_uuid(), gen_random_uuid(), 'person', '', 'Given', '', 'Family', '',
    '', '', '', 1950 + n %% 60, extract(month FROM day), extract(day FROM day), '', '', now(), now()
FROM (
    SELECT n, %(first)s::date + (n * %(days)s / %(rows)s)::int AS day
    FROM (
        SELECT %(from)s + i * %(scatter)s %% %(chunk)s AS n FROM generate_series(1, %(chunk)s::bigint) AS i
    ) AS scattered
) AS born
"""

BURDENS = """
SELECT 'ALTER TABLE ' || conrelid::regclass || ' DROP CONSTRAINT ' || quote_ident(conname),
       'ALTER TABLE ' || conrelid::regclass || ' ADD CONSTRAINT ' || quote_ident(conname) || ' '
           || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE conrelid = 'outbox_schedule'::regclass AND contype IN ('f', 'u')
UNION ALL
SELECT 'DROP INDEX ' || indexrelid::regclass, pg_get_indexdef(indexrelid)
  FROM pg_index WHERE indrelid = 'outbox_schedule'::regclass AND NOT indisprimary
   AND indexrelid NOT IN (SELECT conindid FROM pg_constraint WHERE conrelid = 'outbox_schedule'::regclass)
"""


def execute(statement: str, parameters: Any = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def asked(statement: str, parameters: Any = None) -> Any:
    """The one value that a question has for an answer."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        (answer,) = cursor.fetchone() or (None,)
    return answer


@contextmanager
def database(name: str) -> Iterator[str]:
    """A copy of the test's empty database that goes away again."""
    empty = str(connection.settings_dict["NAME"])
    name = f"{empty}_{name}"
    connection.close()
    with _beside(empty) as server:
        server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(empty))
        )
    try:
        yield name
    finally:
        use(empty)
        connection.close()
        with _beside(empty) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def use(name: str) -> None:
    """From here on, everything is asked of this database."""
    connection.close()
    connection.settings_dict["NAME"] = name


@contextmanager
def _beside(name: str) -> Iterator[psycopg.Connection]:
    """A connection to a database that nobody copies."""
    parameters = {**connection.get_connection_params(), "dbname": "postgres"}
    for ours in ("context", "cursor_factory", "prepare_threshold", "pool"):
        parameters.pop(ours, None)
    with psycopg.connect(**parameters, autocommit=True) as server:
        yield server


def load(
    rows: int,
    *,
    seconds: float,
    people: int,
    owners: int = 0,
    days: int = DAYS,
    zones: Sequence[str] = ZONES,
) -> int:
    """So many reminders, and people for the first of them while time lasts. Returns how many people."""
    free = shutil.disk_usage("/").free
    assert free > 2 * rows * BYTES, f"{rows} rows need {2 * rows * BYTES >> 30} GB, free are {free >> 30}"
    end = time.monotonic() + seconds
    numbers = {
        "rows": rows,
        "owners": owners or max(rows // 90, 1000),
        "zones": len(zones),
        "hour": HOUR,
        "first": FIRST,
        "days": days,
        "scatter": SCATTER,
    }
    execute(OWNERS, numbers | {"zones": list(zones)})
    _moments(days, [ZoneInfo(name) for name in zones])
    with connection.cursor() as cursor:
        cursor.execute(BURDENS)
        burdens = cursor.fetchall()
    for drop, _add in burdens:
        execute(drop)
    execute(SCHEDULE, numbers)
    execute("SET maintenance_work_mem = '512MB'")
    for _drop, add in burdens:
        execute(add)
    # Nobody searches here.
    execute("DROP INDEX contacts_search, contacts_search_more")
    loaded = 0
    while loaded < min(people, rows) and time.monotonic() < end:
        chunk = min(CHUNK, rows - loaded)
        execute(PEOPLE, numbers | {"from": loaded, "chunk": chunk})
        loaded += chunk
    execute("VACUUM ANALYZE")
    return loaded


def _moments(number: int, zones: Sequence[ZoneInfo]) -> None:
    execute(MOMENTS)
    days = [FIRST + timedelta(days=n) for n in range(number + 1)]
    table = [(day, n, instant(day, HOUR, zone)) for day in days for n, zone in enumerate(zones)]
    execute(
        "INSERT INTO moment SELECT * FROM unnest(%s::date[], %s::int[], %s::timestamptz[])",
        [list(column) for column in zip(*table, strict=True)],
    )


def moment_of(nth: int) -> datetime:
    """When the nth of what is to come is due."""
    at = asked("SELECT next_at FROM outbox_schedule ORDER BY next_at OFFSET %s LIMIT 1", [nth - 1])
    assert isinstance(at, datetime)
    return at.astimezone(UTC)
