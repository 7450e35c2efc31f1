"""Hundreds are due in one minute and the mail server takes so many a second (F29)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.faults import world
from tests.faults.waiting import until

if TYPE_CHECKING:
    from tests.faults.stage import Stage

pytestmark = pytest.mark.faults
RATE, SENDERS = 20, 4


def too_many(stage: Stage) -> list[int]:
    """How many more than allowed came between two mails; each sender may be late with the one in its hand."""
    times = sorted(mail["at"] for mail in stage.accepted)
    return [
        extra
        for first, begin in enumerate(times)
        for last in range(first + 1, len(times))
        if (extra := (last - first) - int((times[last] - begin) * RATE) - SENDERS - 1) > 0
    ]


def due_together(stage: Stage, *, digest: bool) -> None:
    # The seconds of a sender that waits for its turn are those on the wall.
    stage.scale = replace(stage.scale, factor=1)
    stage.settings["EMAIL_RATE"] = RATE
    stage.settings["EMAIL_SENDERS"] = SENDERS
    stage.begin(world.make(21, owners=240 if digest else 80, entries=3, digest=[digest]))
    stage.jump(timedelta(hours=1))
    for _ in range(6):
        stage.pump()
    until(stage.quiet, "somebody starves")


@pytest.mark.parametrize("digest", [True, False], ids=["digest", "single"])
def test_so_many_a_second_and_nobody_starves(stage: Stage, digest: bool) -> None:  # noqa: FBT001 -- pytest's
    due_together(stage, digest=digest)
    assert len(stage.accepted) == 240
    assert not too_many(stage)
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


def test_so_many_a_second_it_is_seen(stage: Stage) -> None:
    stage.mutant = "nobody_waits_their_turn"
    due_together(stage, digest=True)
    assert stage.mutant_was_met
    assert too_many(stage)
