"""Postgres stops at once, breaks every line, takes no writes, is locked by somebody (F12, F13, F25, F26)."""

from __future__ import annotations

import re
import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import psycopg
import pytest

from tests.faults import world
from tests.faults.waiting import until

if TYPE_CHECKING:
    from tests.faults.stage import Stage

LONG = pytest.mark.faults
BOTH = pytest.mark.parametrize("digest", [True, False], ids=["digest", "single"])
OTHERS = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
 WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


# --- It stops and comes back (F12) --------------------------------------------------------------------


def stops_and_comes_back(stage: Stage, *, digest: bool, rounds: int) -> None:
    """At once, in order, and by breaking every line, while two pumps send."""
    stage.begin(world.make(12, owners=rounds * (40 if digest else 15), entries=3, digest=[digest]))
    stage.order(slow=0.04)
    stage.jump(timedelta(hours=1))
    pumps = [stage.pump(), stage.pump()]
    for _ in range(rounds):
        for stop in (signal.SIGQUIT, signal.SIGINT, None):
            seen = len(stage.accepted)
            until(lambda: len(stage.accepted) > seen + 3 or stage.quiet(), "nobody came back")  # noqa: B023
            if stop is None:
                stage.done["lines broken"] += stage.ask(OTHERS)
            else:
                stage.services.postgres.again(stop)
            stage.done[f"Postgres {stop}"] += 1
    until(stage.quiet, "nobody came back")
    assert all(pump.alive for pump in pumps), "a database that is away is no reason to end"


@pytest.mark.parametrize(
    ("digest", "rounds"),
    [(True, 1), pytest.param(True, 5, marks=LONG), pytest.param(False, 5, marks=LONG)],
)
def test_stops_and_comes_back(stage: Stage, digest: bool, rounds: int) -> None:  # noqa: FBT001 -- pytest's
    stops_and_comes_back(stage, digest=digest, rounds=rounds)
    assert stage.done["lines broken"] >= rounds
    stage.jump(timedelta(minutes=15))
    stage.quiesce()
    verdict = stage.verdict(held=stage.held())
    assert verdict.clean, verdict
    stage.verify()


def forgets(stage: Stage) -> None:
    """Postgres stops at once when a mail was just taken, again and again: does it remember the fence?"""
    stage.begin(world.make(13, owners=1, entries=9, digest=[False], zones=["UTC"]))
    stage.pump()
    for number in range(1, 9):
        stage.order(hold="taken")
        until(lambda: stage.misdeeds("hold taken") >= number, "no mail leaves")  # noqa: B023
        stage.services.postgres.again(signal.SIGQUIT)
        stage.order()
        stage.jump(timedelta(minutes=15))
    stage.quiesce()


@LONG
def test_a_fence_is_never_forgotten(stage: Stage) -> None:
    forgets(stage)
    verdict = stage.verdict(held=stage.held())
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_a_fence_is_forgotten_and_it_is_seen(stage: Stage) -> None:
    stage.mutant = "fence_is_written_later"
    with stage.services.admin() as connection:
        connection.execute("ALTER SYSTEM SET wal_writer_delay = '10s'")
        connection.execute("ALTER SYSTEM SET wal_writer_flush_after = '1GB'")
    stage.services.postgres.again(signal.SIGINT)
    try:
        forgets(stage)
    finally:
        with stage.services.admin() as connection:
            connection.execute("ALTER SYSTEM RESET ALL")
        stage.services.postgres.again(signal.SIGINT)
    assert stage.mutant_was_met
    assert stage.verdict().mailed_twice


# --- It takes no writes (F13) -------------------------------------------------------------------------

FULL = """
CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF NEW.data_at IS NOT NULL AND OLD.data_at IS NULL THEN
        RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER full_disk BEFORE UPDATE ON outbox_email FOR EACH ROW EXECUTE FUNCTION full_disk();
"""


def full_at_the_fence(stage: Stage, *, digest: bool) -> int:
    """The fence cannot be written; how many mails were taken all the same."""
    stage.begin(world.make(14, owners=6, entries=2, digest=[digest], zones=["UTC"]))
    with stage.services.admin(stage.database) as connection:
        connection.execute(FULL)
    stage.pump()
    stage.pump()
    until(lambda: len(stage.asked("data")) >= 4, "nobody came to the fence")
    taken = len(stage.accepted)
    with stage.services.admin(stage.database) as connection:
        connection.execute("DROP TRIGGER full_disk ON outbox_email")
    return taken


@LONG
@BOTH
def test_no_mail_without_a_written_fence(stage: Stage, digest: bool) -> None:  # noqa: FBT001
    assert full_at_the_fence(stage, digest=digest) == 0
    until(stage.quiet, "there is room again, and nobody noticed")
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_no_mail_without_a_written_fence_it_is_seen(stage: Stage) -> None:
    stage.mutant = "fence_swallows_errors"
    assert full_at_the_fence(stage, digest=False) > 0
    assert stage.mutant_was_met


@LONG
@BOTH
def test_read_only_while_a_mail_is_at_the_fence(stage: Stage, digest: bool) -> None:  # noqa: FBT001
    stage.begin(world.make(15, owners=6, entries=2, digest=[digest], zones=["UTC"]))
    stage.order(hold="data", idle=120)
    stage.pump()
    stage.pump()
    until(lambda: stage.misdeeds("hold data") >= 1, "nobody came to the fence")
    with stage.services.admin(stage.database) as connection:
        connection.execute(f"ALTER DATABASE {stage.database} SET default_transaction_read_only = on".encode())
        connection.execute(OTHERS.encode())
    stage.order(idle=120)
    refused = stage.place / "pump.log"
    until(lambda: refused.read_text().count("read-only transaction") >= 5, "writes are taken all the same")
    assert not stage.accepted
    with stage.services.admin(stage.database) as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(f"ALTER DATABASE {stage.database} RESET default_transaction_read_only".encode())
        connection.execute(OTHERS.encode())
    until(stage.quiet, "writes are taken again, and nobody noticed")
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


# --- Somebody holds it (F25), and a pooler between (F26) ----------------------------------------------


def held_by_somebody(stage: Stage) -> psycopg.Connection:
    """A transaction that was forgotten holds one owner's rows; everybody else's mail leaves."""
    stage.begin(world.make(16, owners=6, entries=2, digest=[True, False], zones=["UTC"]))
    url = stage.services.environment["DATABASE_URL"].replace("/netvalue?", f"/{stage.database}?")
    forgotten = psycopg.connect(url)
    forgotten.execute(
        "SELECT s.id FROM outbox_schedule s JOIN accounts_user u ON u.id = s.owner_id"
        " WHERE u.email = 'owner0@example.org' FOR UPDATE OF s"
    )
    stage.pump()
    until(lambda: len({tuple(mail["to"]) for mail in stage.accepted}) == 5, "the others wait, too")
    return forgotten


@LONG
def test_a_forgotten_transaction_holds_up_one_owner_and_ends(stage: Stage) -> None:
    forgotten = held_by_somebody(stage)
    until(stage.quiet, "Postgres did not end it")
    with pytest.raises(psycopg.Error):
        forgotten.execute("SELECT 1")
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_a_forgotten_transaction_without_an_end_is_seen(stage: Stage) -> None:
    with stage.services.admin() as connection:
        connection.execute(
            f"ALTER DATABASE {stage.database} SET idle_in_transaction_session_timeout = 0".encode()
        )
    forgotten = held_by_somebody(stage)
    stage.jump(timedelta(hours=1))
    for _ in range(5):
        stage.ticks_again()
    assert stage.world
    assert stage.verdict().lost == [entry.token for entry in stage.world.owners[0].entries[:2]]
    forgotten.close()


@LONG
@BOTH
def test_a_pooler_forgets_the_session_after_each_transaction(stage: Stage, digest: bool) -> None:  # noqa: FBT001
    """As PgBouncer does in transaction mode: nothing of a session outlives its transaction."""
    stage.mutant = "pooler"
    stage.begin(world.make(17, owners=15, entries=3, digest=[digest]))
    stage.jump(timedelta(hours=1))
    for _ in range(3):
        stage.pump()
    until(stage.quiet, "it needs a session")
    assert stage.mutant_was_met
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_a_pooler_and_prepared_statements_it_is_seen(stage: Stage) -> None:
    stage.mutant = "pooler_and_prepared_statements"
    stage.begin(world.make(17, owners=4, entries=1, digest=[True], zones=["UTC"]))
    stage.jump(timedelta(hours=1))
    stage.pump()
    log = stage.place / "pump.log"
    until(
        lambda: re.search(r'prepared statement "\w+" does not exist', log.read_text()),
        "it works all the same",
    )
    assert stage.mutant_was_met
    assert stage.verdict().lost
