"""The queue is emptied, killed, frozen and filled up: it only ever says “wake up” (F9 to F11, F15)."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.faults import world
from tests.faults.waiting import until

if TYPE_CHECKING:
    from tests.faults.stage import Stage

LONG = pytest.mark.faults
BOTH = pytest.mark.parametrize("digest", [True, False], ids=["digest", "single"])


def by_the_queue_alone(stage: Stage, *, digest: bool, owners: int = 30) -> None:
    """Two workers and two beats; nobody pumps without the queue."""
    stage.begin(world.make(9, owners=owners, entries=2, digest=[digest], dues=[0, 1]))
    stage.order(slow=0.05)
    for _ in range(2):
        stage.celery()
        stage.beat()


@LONG
@BOTH
def test_the_queue_is_emptied_again_and_again(stage: Stage, digest: bool) -> None:  # noqa: FBT001 -- pytest's
    by_the_queue_alone(stage, digest=digest)
    broker = stage.services.broker()
    while len(stage.accepted) < 5 or not stage.quiet():
        broker.flushall()
        stage.done["flushed"] += 1
        stage.ticks_again()
        if stage.done["flushed"] == 8:
            stage.jump(timedelta(hours=2))
    assert stage.done["flushed"] >= 8
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_the_queue_is_emptied_and_it_is_seen(stage: Stage) -> None:
    """With an engine that keeps in the queue what is to be sent."""
    stage.mutant = "queue_is_the_truth"
    stage.begin(world.make(9, owners=30, entries=1, digest=[False], zones=["UTC"]))
    stage.order(hold="data")
    stage.pump()
    until(lambda: stage.misdeeds("hold data"), "nobody came that far")
    stage.services.broker().flushall()
    stage.order()
    for _ in range(3):
        stage.ticks_again()
    assert stage.mutant_was_met
    assert stage.verdict().lost


@LONG
@BOTH
def test_without_the_queue_the_pump_goes_on(stage: Stage, digest: bool) -> None:  # noqa: FBT001
    by_the_queue_alone(stage, digest=digest)
    stage.pump()
    until(lambda: len(stage.accepted) >= 3, "no mail leaves")
    stage.services.broker().client_kill_filter(_type="normal")
    stage.services.valkey.end(signal.SIGKILL)
    before = len(stage.accepted)
    stage.jump(timedelta(hours=2))
    until(lambda: len(stage.accepted) > before + 3, "the pump waits for the queue")
    until(stage.quiet, "the pump waits for the queue")
    stage.services.valkey.start()
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_without_queue_and_pump_nothing_leaves_and_it_is_told(stage: Stage) -> None:
    by_the_queue_alone(stage, digest=True)
    until(lambda: len(stage.accepted) >= 3, "no mail leaves")
    assert stage.deed("tests.faults.deeds:ready", email="owner0@example.org")["pump"]
    frozen = stage.services.valkey
    frozen.freeze()
    stage.ticks_no_more()
    stage.jump(timedelta(hours=2))
    assert not stage.deed("tests.faults.deeds:ready", email="owner0@example.org")["pump"]
    assert stage.verdict().lost, "it is late, and whoever looks is told"
    frozen.end(signal.SIGKILL)
    frozen.start()
    until(stage.quiet, "the queue is back, and nobody noticed")
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


def full(stage: Stage) -> int:
    """A queue that takes nothing more; the answer to somebody who asks for a test reminder."""
    stage.begin(world.make(10, owners=4, entries=1, digest=[True, False]))
    broker = stage.services.broker()
    broker.config_set("maxmemory", "1")
    try:
        status: int = stage.deed(
            "tests.faults.deeds:ask_for_a_test", email="owner0@example.org", press=7, mutant=stage.mutant
        )
        stage.pump()
        stage.jump(timedelta(hours=1))
        until(lambda: len(stage.accepted) == 5, "the mails and the test reminder do not leave")
    finally:
        broker.config_set("maxmemory", "256mb")
    return status


def test_a_full_queue_breaks_no_page(stage: Stage) -> None:
    assert full(stage) in {302, 303}
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_a_full_queue_breaks_a_page_and_it_is_seen(stage: Stage) -> None:
    stage.mutant = "queue_must_answer"
    assert full(stage) == 500
    assert stage.mutant_was_met


# --- Many at once (F15) -------------------------------------------------------------------------------


def all_at_once(stage: Stage, *, digest: bool, ticks: int) -> None:
    """Four loops, the queue's two workers and two beats, and single ticks, all for the same hour."""
    stage.begin(world.make(11, owners=40, entries=3, digest=[digest], zones=["UTC", "Europe/Berlin"]))
    for _ in range(4):
        stage.pump(every=0.1)
    for _ in range(2):
        stage.celery()
        stage.beat()
    until(stage.due, "nothing is due")
    for _ in range(ticks):
        stage.tick()
    until(stage.quiet, "they stand in each other's way")


@pytest.mark.parametrize("digest", [pytest.param(True, marks=LONG), False], ids=["digest", "single"])
def test_all_at_once(stage: Stage, digest: bool) -> None:  # noqa: FBT001
    all_at_once(stage, digest=digest, ticks=6)
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_all_at_once_without_a_lock_the_fence_alone_holds(stage: Stage) -> None:
    stage.mutant = "claims_without_a_lock"
    all_at_once(stage, digest=False, ticks=6)
    assert stage.mutant_was_met
    verdict = stage.verdict()
    assert not verdict.told_twice, verdict


@LONG
def test_all_at_once_without_key_and_lock_it_is_seen(stage: Stage) -> None:
    """Neither is an occurrence unique, nor a planner alone: each plans all of it."""
    stage.mutant = "plans_without_a_lock"
    with stage.services.admin(stage.database) as connection:
        connection.execute("ALTER TABLE outbox_occurrence DROP CONSTRAINT outbox_occurrence_told_once")
        connection.execute("ALTER TABLE outbox_schedule DROP CONSTRAINT outbox_schedule_only_moves_forward")
    all_at_once(stage, digest=True, ticks=6)
    assert stage.mutant_was_met
    told = stage.ask("SELECT count(*) FROM outbox_occurrence")
    events = stage.ask("SELECT count(DISTINCT (kind, object_id, occurrence_on, lead)) FROM outbox_occurrence")
    assert told > events
