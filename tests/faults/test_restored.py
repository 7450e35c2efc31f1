"""An older state of the database is put back after mails left: none leaves twice (F14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from psycopg import sql

from tests.faults import world
from tests.faults.waiting import until

if TYPE_CHECKING:
    from tests.faults.stage import Stage

OWNERS = 15
LONG = pytest.mark.faults
HELD = "SELECT count(*) FROM outbox_pumpstate WHERE went_back_at IS NOT NULL"
DUE = "SELECT count(*) FROM outbox_occurrence WHERE email_id IS NULL AND ended = ''"


def put_back(stage: Stage, *, digest: bool) -> None:
    """A copy of everything before the first hour, then every mail leaves, then the copy takes its place."""
    stage.begin(world.make(14, owners=OWNERS, entries=2, digest=[digest]))
    pump = stage.pump()
    until(lambda: stage.ask("SELECT count(*) FROM outbox_pumpstate"), "nobody ticks")
    stage.kill(pump)
    backup = f"{stage.database}_backup"
    stage.services.copy(stage.database, backup)
    pump = stage.pump()
    until(stage.due, "nothing becomes due")
    until(lambda: len(stage.accepted) >= OWNERS and stage.quiet(), "not every mail leaves")
    stage.kill(pump)
    with stage.services.admin() as connection:
        for words in ("DROP DATABASE {new} WITH (FORCE)", "ALTER DATABASE {old} RENAME TO {new}"):
            connection.execute(
                sql.SQL(words).format(new=sql.Identifier(stage.database), old=sql.Identifier(backup))
            )
    stage.set_clock()
    stage.done["put back"] += 1


@LONG
@pytest.mark.parametrize("digest", [True, False], ids=["digest", "single"])
def test_nothing_leaves_from_an_older_state(stage: Stage, digest: bool) -> None:  # noqa: FBT001 -- pytest's
    put_back(stage, digest=digest)
    left = len(stage.accepted)
    stage.pump()
    until(lambda: stage.ask(HELD), "nobody notices")
    until(lambda: stage.ask(DUE), "nothing is due again: this run proves nothing")
    stage.ticks_again()
    assert len(stage.accepted) == left
    assert stage.deed("tests.faults.visiting:counted_as_told") > 0
    stage.quiesce()
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_without_the_memory_outside_everything_would_leave_twice(stage: Stage) -> None:
    stage.mutant = "nobody_remembers"
    put_back(stage, digest=True)
    stage.quiesce()
    assert stage.mutant_was_met
    assert stage.verdict().told_twice
