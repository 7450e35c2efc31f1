"""Senders are killed, frozen and woken: nothing is lost, nothing told twice, nothing early (F1 to F3)."""

from __future__ import annotations

import random
import signal
import time
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.faults import world
from tests.faults.waiting import until

if TYPE_CHECKING:
    from tests.faults.stage import Stage

LONG = pytest.mark.faults
EVERY_LEASE = timedelta(hours=1)
UNKNOWN = "SELECT count(*) FROM outbox_email WHERE state = 'unknown'"


def killed_again_and_again(
    stage: Stage, *, digest: bool, owners: int, kills: int, seed: int = 1, slow: float = 0.03
) -> None:
    """Two senders, killed at random moments until it has been so often; each comes back."""
    stage.begin(world.make(seed, owners=owners, entries=3, digest=[digest]))
    stage.order(slow=slow)
    dice = random.Random(seed)
    pumps = [stage.pump(), stage.pump()]
    until(lambda: stage.accepted, "no mail leaves")
    while stage.done["kill -9"] < kills:
        time.sleep(dice.uniform(0.1, 0.4))  # the length of a life is part of the fault
        victim = dice.randrange(2)
        stage.kill(pumps[victim])
        pumps[victim] = stage.pump()
    stage.quiesce()


@pytest.mark.parametrize(
    ("digest", "kills"),
    [(False, 8), pytest.param(True, 80, marks=LONG), pytest.param(False, 80, marks=LONG)],
)
def test_killed_again_and_again(stage: Stage, digest: bool, kills: int) -> None:  # noqa: FBT001 -- pytest's
    killed_again_and_again(stage, digest=digest, owners=kills * (8 if digest else 3), kills=kills)
    assert stage.done["kill -9"] >= kills
    verdict = stage.verdict(held=stage.held())
    assert verdict.clean, verdict
    stage.verify()


@LONG
@pytest.mark.parametrize(
    ("mutant", "found"), [("marked_before_sent", "lost"), ("reaper_is_blind", "told_twice")]
)
def test_killed_again_and_again_it_is_seen(stage: Stage, mutant: str, found: str) -> None:
    stage.mutant = mutant
    # Whoever is killed is mostly waiting for the last word.
    killed_again_and_again(stage, digest=False, owners=40, kills=40, slow=0.3)
    assert stage.mutant_was_met
    assert getattr(stage.verdict(held=stage.held()), found)


POINTS = {
    "before the fence": (0, 0),
    "after the fence": (0, 1),
    "after the body": (1, 1),
    "after the last word": (1, 1),
}


def killed_at(stage: Stage, point: str, *, digest: bool) -> None:
    stage.begin(world.make(2, owners=1, entries=1, digest=[digest], zones=["Europe/Berlin"]))
    until(stage.due, "nothing is due")
    sender = stage.start("tests.faults.dying:at", point=point)
    assert sender.wait() == -signal.SIGKILL
    accepted = POINTS[point][0]
    until(lambda: len(stage.accepted) == accepted, "the body was not taken")
    stage.jump(EVERY_LEASE)
    stage.quiesce()


@pytest.mark.parametrize(
    ("point", "digest"),
    [(point, True) for point in POINTS] + [pytest.param(point, False, marks=LONG) for point in POINTS],
)
def test_killed_at_one_exact_point(stage: Stage, point: str, digest: bool) -> None:  # noqa: FBT001
    killed_at(stage, point, digest=digest)
    accepted, unknown = POINTS[point]
    assert stage.ask(UNKNOWN) == unknown
    assert len(stage.accepted) == (accepted if unknown else 1)
    verdict = stage.verdict(held=stage.held() if unknown else ())
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_killed_after_the_body_it_is_seen(stage: Stage) -> None:
    stage.mutant = "reaper_is_blind"
    killed_at(stage, "after the body", digest=True)
    assert stage.mutant_was_met
    assert stage.verdict().told_twice


def frozen_past_its_lease(stage: Stage, phase: str, *, digest: bool) -> None:
    """The mail server makes a sender wait; it freezes there and wakes when its mails are somebody else's."""
    stage.begin(world.make(3, owners=12 if digest else 4, entries=3, digest=[digest]))
    # The server keeps the line: nothing but the fence holds the zombie back.
    stage.order(hold=phase, idle=120)
    zombie = stage.pump()
    until(lambda: stage.misdeeds(f"hold {phase}"), "nobody came that far")
    stage.freeze(zombie)
    stage.order(idle=120)
    stage.jump(EVERY_LEASE)
    other = stage.pump()
    until(stage.quiet, f"the others do not go on: {stage.states()}")
    stage.kill(other)
    zombie.thaw()
    stage.ticks_again()
    stage.quiesce()


@pytest.mark.parametrize(
    ("phase", "digest"),
    [
        ("data", False),
        ("taken", True),
        pytest.param("data", True, marks=LONG),
        pytest.param("taken", False, marks=LONG),
        pytest.param("body", True, marks=LONG),
        pytest.param("body", False, marks=LONG),
    ],
)
def test_frozen_past_its_lease(stage: Stage, phase: str, digest: bool) -> None:  # noqa: FBT001
    frozen_past_its_lease(stage, phase, digest=digest)
    assert stage.done["frozen"] == 1
    verdict = stage.verdict(held=stage.held())
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_frozen_past_its_lease_it_is_seen(stage: Stage) -> None:
    stage.mutant = "fence_asks_nobody"
    frozen_past_its_lease(stage, "data", digest=False)
    assert stage.mutant_was_met
    assert stage.verdict().told_twice
