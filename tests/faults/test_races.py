"""What users and operators do just as a mail leaves (F22, F23), and a mail that kills its sender (F24)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.faults import world
from tests.faults.waiting import until

if TYPE_CHECKING:
    from tests.faults.stage import Stage

LONG = pytest.mark.faults
BOTH = pytest.mark.parametrize("digest", [True, False], ids=["digest", "single"])


# --- Somebody wants it no more (F22) ------------------------------------------------------------------


def changed_their_mind(stage: Stage, deed: str, phase: str, *, digest: bool) -> list[str]:
    """The mail server makes a sender wait before the body or after it, and meanwhile its owner acts."""
    # However long that takes: nothing but the deed itself ends what the sender holds.
    stage.scale = replace(stage.scale, command=120, lease=3600)
    stage.begin(world.make(18, owners=1, entries=2, digest=[digest], zones=["UTC"]))
    assert stage.world
    owner = stage.world.owners[0]
    stage.order(hold=phase, idle=120)
    stage.pump()
    until(lambda: stage.misdeeds(f"hold {phase}"), "nobody came that far")
    tokens = [entry.token for entry in owner.entries[:2]]
    if deed == "remove":
        for token in tokens:
            stage.deed("tests.faults.deeds:remove", token=token)
    else:
        stage.deed(f"tests.faults.deeds:{deed}", email=owner.email)
    stage.order(idle=120)
    stage.ticks_again()
    stage.jump(timedelta(minutes=15))
    stage.ticks_again()
    return tokens


DEEDS = ["opt_out", "remove", "delete_account"]


@pytest.mark.parametrize(
    ("deed", "digest"),
    [("opt_out", True), *(pytest.param(deed, False, marks=LONG) for deed in DEEDS)]
    + [pytest.param(deed, True, marks=LONG) for deed in DEEDS[1:]],
)
def test_unwanted_before_the_fence_it_does_not_leave(stage: Stage, deed: str, digest: bool) -> None:  # noqa: FBT001 -- pytest's
    tokens = changed_their_mind(stage, deed, "data", digest=digest)
    assert stage.asked("data"), "the sender was at the fence"
    assert not stage.accepted
    assert stage.verdict().lost == tokens, "and nothing else was due"
    stage.verify()


@LONG
@BOTH
@pytest.mark.parametrize("deed", DEEDS)
def test_unwanted_after_the_fence_it_left_once(stage: Stage, deed: str, digest: bool) -> None:  # noqa: FBT001
    tokens = changed_their_mind(stage, deed, "body", digest=digest)
    verdict = stage.verdict()
    assert len(stage.accepted) == 1
    assert not verdict.told_twice
    assert len(verdict.lost) == (0 if digest else len(tokens) - 1), "what had not passed the fence stayed"
    stage.verify()


@LONG
@pytest.mark.parametrize("deed", DEEDS[:2])
def test_unwanted_before_the_fence_it_is_seen(stage: Stage, deed: str) -> None:
    stage.mutant = "fence_stands_open"
    changed_their_mind(stage, deed, "data", digest=True)
    assert stage.mutant_was_met
    assert stage.accepted


# --- A new version (F23) ------------------------------------------------------------------------------


def deployed(stage: Stage, *, digest: bool, mutant: str = "", pumps: bool = True) -> None:
    """Postgres is changed, new processes start beside the old, the old are asked to end while they send."""
    stage.begin(world.make(19, owners=40 if digest else 15, entries=3, digest=[digest]))
    stage.order(slow=0.05)
    old = [stage.celery(), stage.beat(), *([stage.pump(), stage.pump()] if pumps else [])]
    until(lambda: len(stage.accepted) >= 3, "no mail leaves")
    with stage.services.admin(stage.database) as connection:
        connection.execute("ALTER TABLE outbox_email ADD COLUMN of_the_next_version integer DEFAULT 0")
    stage.mutant = mutant
    stage.celery()
    if pumps:
        stage.beat()
        stage.pump()
        stage.ticks_again()
        old.append(old.pop(1))
    else:
        old.pop(1)
    for process in old:
        process.stop()
    for process in old:
        assert process.wait() == 0, "it ended by itself"
        stage.workers.remove(process)
    stage.done["deployed"] += 1


@LONG
@BOTH
def test_a_new_version_while_mail_leaves(stage: Stage, digest: bool) -> None:  # noqa: FBT001
    deployed(stage, digest=digest)
    assert not stage.ask("SELECT count(*) FROM outbox_email WHERE state = 'unknown'"), "nobody was cut off"
    stage.jump(timedelta(hours=1))
    until(stage.quiet, "the new version does not go on")
    assert stage.done["deployed"] == 1
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_a_new_version_with_another_task_is_seen(stage: Stage) -> None:
    """The old beat wakes a task that the new worker has under another name."""
    deployed(stage, digest=True, mutant="task_has_a_new_name", pumps=False)
    stage.jump(timedelta(hours=1))
    log = stage.place / "worker.log"
    until(lambda: log.read_text().count("unregistered task") >= 3, "it is known all the same")
    assert stage.mutant_was_met
    assert stage.verdict().lost


# --- A mail that kills whoever writes it (F24) --------------------------------------------------------


def poisoned(stage: Stage, *, digest: bool, crashes: int) -> int:
    """Whoever writes the mail about one person dies, and is started again; how often until nobody does."""
    stage.begin(world.make(20, owners=12, entries=2, digest=[digest], zones=["UTC"]))
    assert stage.world
    token = stage.world.owners[0].entries[0].token
    stage.jump(timedelta(minutes=5))
    for number in range(crashes):
        if stage.quiet():
            return number
        pump = stage.start("tests.faults.dying:of_poison", token=token)
        until(lambda: not pump.alive or stage.quiet(), "neither dead nor done")  # noqa: B023
        stage.kill(pump)
        stage.jump(timedelta(minutes=3))
    return crashes


@LONG
@BOTH
def test_a_mail_that_kills_its_sender_is_set_aside(stage: Stage, digest: bool) -> None:  # noqa: FBT001
    assert 8 <= poisoned(stage, digest=digest, crashes=14) < 14
    assert stage.world
    lost = stage.verdict().lost
    owner = stage.world.owners[0]
    assert lost == sorted(entry.token for entry in owner.entries[: 2 if digest else 1]), (
        "everybody else's left"
    )
    assert stage.states()["failed"] == 1


@LONG
def test_a_mail_that_kills_its_sender_is_seen(stage: Stage) -> None:
    stage.mutant = "nobody_counts_deaths"
    assert poisoned(stage, digest=True, crashes=14) == 14
    assert stage.mutant_was_met
