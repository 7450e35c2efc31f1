"""The links in a mail: opened by machines, pressed twice, forged (F27)."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.faults import world
from tests.faults.waiting import until
from tests.faults.world import Entry

if TYPE_CHECKING:
    from tests.faults.stage import Stage

pytestmark = pytest.mark.faults
LINK = re.compile(r"http://localhost:8000(/act/\S+)")
DONE = "SELECT count(*) FROM contacts_followup WHERE done_at IS NOT NULL"
ACTED = "SELECT count(*) FROM outbox_acted"


def link(stage: Stage, *, digest: bool) -> str:
    """“Done”, as it stands in the mail that was accepted."""
    it = world.make(22, owners=1, entries=1, digest=[digest], zones=["UTC"], others=0)
    it.owners[0].entries[:] = [Entry("Q000001z", "followup", it.begin[:10])]
    stage.begin(it)
    stage.jump(timedelta(minutes=5))
    stage.pump()
    until(stage.quiet, "no mail leaves")
    (mail,) = stage.accepted
    page, *_others = LINK.findall(mail["text"])
    return f"{page}?do=done"


@pytest.mark.parametrize("digest", [True, False], ids=["digest", "single"])
def test_a_link_acts_when_it_is_pressed_and_once(stage: Stage, digest: bool) -> None:  # noqa: FBT001 -- pytest's
    path = link(stage, digest=digest)
    assert stage.deed("tests.faults.visiting:scanned", path=path) == [200, 200, 200]
    assert stage.ask(DONE) == stage.ask(ACTED) == 0
    forged = path.replace("/act/", "/act/x", 1)
    assert stage.deed("tests.faults.visiting:scanned", path=forged) == [404, 404, 404]
    statuses = stage.deed("tests.faults.visiting:pressed", path=path)
    assert set(statuses) <= {302, 303}
    assert stage.ask(DONE) == stage.ask(ACTED) == 1
    stage.verify()


def test_a_link_that_acts_when_it_is_read_is_seen(stage: Stage) -> None:
    path = link(stage, digest=True)
    stage.deed("tests.faults.visiting:scanned", path=path, mutant="reading_acts")
    assert stage.mutant_was_met
    assert stage.ask(DONE) == 1
