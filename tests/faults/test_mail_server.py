"""A mail server that breaks off, falls silent, says no or is away (F4 to F8)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.faults import world
from tests.faults.waiting import until

if TYPE_CHECKING:
    from tests.faults.stage import Stage

LONG = pytest.mark.faults
DIGEST = pytest.mark.parametrize("digest", [pytest.param(True, marks=LONG), False], ids=["digest", "single"])
BOTH = pytest.mark.parametrize("digest", [True, False], ids=["digest", "single"])
UNKNOWN = "SELECT count(*) FROM outbox_email WHERE state = 'unknown'"
TRIES = "SELECT coalesce(sum(tries), 0) FROM outbox_email"


# --- It takes the mail and nobody hears so (F4, F5) ---------------------------------------------------


def breaks_off(stage: Stage, *, digest: bool) -> None:
    stage.begin(world.make(4, owners=24 if digest else 10, entries=3, digest=[digest]))
    stage.order(hang_up_after={"share": 0.25})
    stage.jump(timedelta(hours=1))
    stage.pump()
    until(lambda: stage.misdeeds("hang_up_after"), "the line never broke")
    until(stage.quiet, "the others do not go on")


@DIGEST
def test_taken_and_broken_off(stage: Stage, digest: bool) -> None:  # noqa: FBT001 -- pytest's
    breaks_off(stage, digest=digest)
    assert stage.ask(UNKNOWN) == stage.misdeeds("hang_up_after")
    verdict = stage.verdict(held=stage.held())
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_taken_and_broken_off_it_is_seen(stage: Stage) -> None:
    stage.mutant = "silence_is_no"
    breaks_off(stage, digest=False)
    stage.order()
    stage.hurry()
    assert stage.mutant_was_met
    assert stage.verdict().mailed_twice


def falls_silent(stage: Stage, *, digest: bool) -> None:
    stage.scale = replace(stage.scale, body=2, frozen=1.5)
    stage.begin(world.make(5, owners=24 if digest else 10, entries=3, digest=[digest]))
    stage.order(never={"share": 0.1})
    stage.jump(timedelta(hours=1))
    stage.pump()
    stage.pump()
    until(lambda: stage.misdeeds("never"), "it always answered")
    until(stage.quiet, "the others do not go on")


@LONG
@BOTH
def test_taken_and_never_answered(stage: Stage, digest: bool) -> None:  # noqa: FBT001
    falls_silent(stage, digest=digest)
    assert stage.ask(UNKNOWN) >= stage.misdeeds("never") > 0
    verdict = stage.verdict(held=stage.held())
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_taken_and_never_answered_it_is_seen(stage: Stage) -> None:
    stage.mutant = "silence_is_no"
    falls_silent(stage, digest=False)
    stage.order()
    stage.hurry()
    assert stage.mutant_was_met
    assert stage.verdict().mailed_twice


# --- It says no (F6, F7) ------------------------------------------------------------------------------


def too_soon(stage: Stage) -> list[float]:
    """Seconds of business time between two tries of one mail that came before the shortest wait was over."""
    tries: dict[str, list[float]] = {}
    for line in stage.asked("rcpt"):
        tries.setdefault(line["to"], []).append(stage.clock.at(line["at"]).timestamp())
    waits = [after - before for times in tries.values() for before, after in pairwise(times)]
    return [wait for wait in waits if wait < 45]


LATER = {"reply": "451 4.3.0 come back later", "share": 0.3}


def says_later(stage: Stage, **orders: object) -> None:
    """Each owner has one mail, so a recipient's name says which mail was asked for."""
    stage.begin(world.make(6, owners=24, entries=1, digest=[True, False]))
    stage.order(**orders)
    stage.jump(timedelta(hours=1))
    stage.pump()
    until(lambda: len(stage.asked("rcpt")) >= 24, "nobody asks")
    stage.hurry()


@pytest.mark.parametrize("phase", ["rcpt", pytest.param("data", marks=LONG), pytest.param("dot", marks=LONG)])
def test_told_to_come_back(stage: Stage, phase: str) -> None:
    says_later(stage, **{phase: LATER})
    assert stage.misdeeds(phase) > 0
    assert stage.ask(TRIES) == stage.misdeeds(phase)
    assert not too_soon(stage)
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_greylisted(stage: Stage) -> None:
    """Ten minutes of business time; the second or third try is early enough."""
    says_later(stage, greylist=600 / stage.scale.factor)
    assert stage.misdeeds("greylist") >= 24
    assert stage.ask(TRIES) == stage.misdeeds("greylist")
    assert not too_soon(stage)
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_told_to_come_back_it_is_seen(stage: Stage) -> None:
    stage.mutant = "no_patience"
    says_later(stage, rcpt=LATER)
    assert stage.mutant_was_met
    assert too_soon(stage)


def says_never(stage: Stage, phase: str) -> None:
    stage.begin(world.make(7, owners=12, entries=1, digest=[True, False]))
    stage.order(**{phase: {"reply": "554 5.7.1 not this one", "share": 0.5}})
    stage.jump(timedelta(hours=1))
    stage.pump()
    stage.hurry()


@LONG
@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
def test_refused_for_good_it_comes_with_the_next_mail(stage: Stage, phase: str) -> None:
    says_never(stage, phase)
    refused = stage.misdeeds(phase)
    assert refused > 0
    assert len(stage.asked("rcpt")) == 12, "each mail was tried once"
    verdict = stage.verdict()
    assert len(verdict.lost) == refused
    stage.order()
    stage.jump(timedelta(days=1))
    stage.hurry()
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
def test_refused_for_good_it_is_seen(stage: Stage) -> None:
    stage.mutant = "never_means_later"
    says_never(stage, "rcpt")
    assert stage.mutant_was_met
    assert len(stage.asked("rcpt")) > 12


# --- It is away (F8) ----------------------------------------------------------------------------------


def is_away(stage: Stage, *, minutes: int = 15) -> float:
    """Nobody there, then nothing but “closing” for a while; for how long it could be asked."""
    stage.begin(world.make(8, owners=12, entries=2, digest=[True, False]))
    stage.sink_down()
    stage.jump(timedelta(hours=1))
    stage.pump()
    stage.pump()
    until(lambda: stage.ask("SELECT count(*) FROM outbox_attempt"), "nobody noticed")
    stage.sink_up()
    stage.order(mail="421 4.3.2 closing")
    begin = stage.clock.now()
    until(lambda: stage.clock.now() - begin > timedelta(minutes=minutes), "time stands still")
    asked_for = (stage.clock.now() - begin).total_seconds()
    stage.order()
    return asked_for


@LONG
def test_away_for_a_while(stage: Stage) -> None:
    asked_for = is_away(stage)
    asked = len(stage.asked("mail"))
    # Two that ask at once may each have begun before the other was told to wait.
    assert 0 < asked <= 2 * (asked_for / 30 + 2), "it was left alone between two tries"
    until(stage.quiet, "it is back, and nobody noticed")
    assert stage.ask(TRIES) == 0
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


@LONG
@pytest.mark.parametrize("mutant", ["nobody_waits", "away_is_a_try"])
def test_away_for_a_while_it_is_seen(stage: Stage, mutant: str) -> None:
    stage.mutant = mutant
    # So slowly that also a busy machine asks often enough.
    stage.scale = replace(stage.scale, factor=10)
    asked_for = is_away(stage, minutes=5)
    assert stage.mutant_was_met
    if mutant == "nobody_waits":
        assert len(stage.asked("mail")) > 2 * (asked_for / 30 + 2)
    else:
        assert stage.ask(TRIES) > 0
