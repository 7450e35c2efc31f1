"""Reminders among millions: what a tick costs that finds nothing, what planning costs, how Postgres finds it.

Every ratio is of two things done in turns in this run. `REMINDER_ROWS` (6,000,000) says how large; a tenth of
it stands beside.
"""

from __future__ import annotations

import os
import time
from statistics import median
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction

from netvalue.outbox import addressing, advancing, delivery, planning, zone_rules
from netvalue.outbox.models import PumpState
from tests.benchmarks.measure import Work, verdict
from tests.benchmarks.millions import asked, database, execute, load, moment_of, use

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

ROWS = int(os.environ.get("REMINDER_ROWS", "6000000"))
LOADING = 120
DUE = min(40_000, ROWS // 15)
TICK = 2_000
ROUNDS = 3

BARE = """
INSERT INTO outbox_occurrence
    (owner_id, kind, object_id, occurrence_on, lead, due_at, expires_at, look_at, ended)
SELECT owner_id, kind, object_id, occurrence_on, lead, next_at, next_at + interval '1 day', next_at, ''
FROM outbox_schedule WHERE next_at <= %s
"""


@pytest.fixture
def tables(transactional_db: None) -> Iterator[dict[str, str]]:
    """A large one and a tenth of it, in databases of their own."""
    with database("tenth") as tenth, database("whole") as whole:
        for name, rows, seconds in ((tenth, ROWS // 10, LOADING // 4), (whole, ROWS, LOADING)):
            use(name)
            began = time.monotonic()
            people = load(rows, seconds=seconds, people=min(DUE * 8, rows))
            size = asked("SELECT pg_size_pretty(pg_database_size(current_database()))")
            took = time.monotonic() - began
            print(f"\n{rows:,} rows to come and {people:,} people in {took:.0f} s, {size}")
        yield {"tenth": tenth, "whole": whole}


@pytest.mark.django_db(transaction=True)
def bench_reminders(tables: dict[str, str]) -> None:
    use(tables["whole"])
    nothing_to_do()
    whatever_the_size(tables)
    use(tables["whole"])
    planning_forty_thousand()
    plans()


def nothing_to_do() -> None:
    now = moment_of(1) - addressing.LATE
    floor, empty, pumped = [], [], []
    delivery.pump(now=now)
    # What was loaded is by the rules of this process.
    PumpState.objects.update(zone_rules=zone_rules.ours())
    work = Work()
    for _ in range(ROUNDS * 2):
        floor.append(work.of(lambda: execute("SELECT 1"), 400))
        empty.append(work.of(lambda: planning.plan(now), 200))
        pumped.append(work.of(lambda: delivery.pump(now=now), 100))
    one = median(floor)
    print(f"SELECT 1: {one * 1e6:.0f} µs")
    print(verdict("nothing to plan, beside SELECT 1", median(empty) / one, 2))
    print(verdict("a pump with nothing to do, beside SELECT 1", median(pumped) / one, 12))


def whatever_the_size(tables: dict[str, str]) -> None:
    """The same number of due rows, among ten times as many."""
    each: dict[str, list[float]] = {"tenth": [], "whole": []}
    counted: dict[str, list[int]] = {"tenth": [], "whole": []}
    for turn in range(ROUNDS + 1):
        for name, database_name in tables.items():
            use(database_name)
            now = moment_of(TICK)
            work = Work()
            before = work.now()
            planned = planning.plan(now)
            took = work.now() - before
            if turn:
                each[name].append(took / planned)
                counted[name].append(planned)
    tenth, whole = median(each["tenth"]), median(each["whole"])
    said = f"; {tenth * 1e6:.0f} and {whole * 1e6:.0f} µs a row, of about {median(counted['whole']):.0f}"
    print(verdict("a due row among ten times as many", whole / tenth, 1.3, said=said))


def planning_forty_thousand() -> None:
    bare, planned, addressed = [], [], []
    for _ in range(ROUNDS):
        now = moment_of(DUE)
        work = Work()
        bare.append(work.of(lambda: taken_back(lambda: execute(BARE, [now]))))  # noqa: B023
        planned.append(work.of(lambda: advanced(now)))  # noqa: B023
        addressed.append(work.of(lambda: planning.plan(now)))  # noqa: B023
    floor = median(bare)
    said = f"; bare {floor:.2f} s, planned {median(planned):.2f} s"
    print(verdict(f"planning {DUE} rows, beside inserting them", median(planned) / floor, 3, said=said))
    print(f"and their envelopes: {median(addressed) / floor:.2f} × more, {asked(ENVELOPES)} in all")


ENVELOPES = "SELECT count(*) FROM outbox_email"


def taken_back(call: Callable[[], object]) -> None:
    with transaction.atomic():
        call()
        execute("SET CONSTRAINTS ALL IMMEDIATE")
        transaction.set_rollback(True)


def advanced(now: datetime) -> None:
    while advancing.advance(now):
        pass


# --- How Postgres finds it ---------------------------------------------------------------------------


def plans() -> None:
    """Of what a tick asks, among millions."""
    now = moment_of(TICK)
    execute("ANALYZE")
    questions = {
        "due": (advancing.DUE, [now, ["birthday"], advancing.BATCH]),
        "waiting": (addressing.WAITING, [now, ["birthday"], addressing.BATCH]),
    }
    for name, (statement, parameters) in questions.items():
        plan = explained(statement, parameters)
        print(f"\n{name}:\n{plan}")


def explained(statement: str, parameters: Any) -> str:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (COSTS OFF) {statement}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())
