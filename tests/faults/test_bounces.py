"""What was taken comes back: it stays sent, its address is left alone, and nobody can forge that (F28)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.faults import world
from tests.faults.returning import put_into, report
from tests.faults.waiting import until
from tests.faults.world import Entry

if TYPE_CHECKING:
    from tests.faults.stage import Stage

LONG = pytest.mark.faults
DOMAIN = "bounces.example.org"
GONE, OTHER = "owner0@example.org", "owner1@example.org"
A_DAY = timedelta(days=1)
RETURNED = "SELECT count(*) FROM outbox_email WHERE bounce <> ''"
LEFT_ALONE = "Your address takes no mail"


def two_owners(stage: Stage, *, digest: bool) -> None:
    """Each has something to be told on three days in a row."""
    it = world.make(28, owners=2, entries=0, digest=[digest], zones=["UTC"], others=0)
    for number, owner in enumerate(it.owners):
        days = [(it.began + day * A_DAY).date().isoformat() for day in range(3)]
        owner.entries[:] = [Entry(f"Q00{number}00{n}z", "followup", day) for n, day in enumerate(days)]
    stage.settings["MAIL_BOUNCE_DOMAIN"] = DOMAIN
    stage.begin(it)
    stage.pump()


def morning(stage: Stage, day: int) -> dict[str, dict[str, Any]]:
    """What was taken on this day of the run, by its recipient."""
    before = len(stage.accepted)
    stage.jump(A_DAY if day else timedelta(minutes=5))
    until(stage.quiet, "not every mail leaves")
    return {mail["to"][0]: mail for mail in stage.accepted[before:]}


def comes_back(stage: Stage, mail: dict[str, Any], *, to: str = "", way: str = "pipe") -> None:
    """The server that took it says so to the address in its envelope, or to another."""
    raw = report(to or mail["from"], mail["to"][0], mail["id"])
    if way == "pipe":
        message = stage.place / "report"
        message.write_bytes(raw)
        stage.deed(
            "tests.faults.returning:piped", path=str(message), to=to or mail["from"], mutant=stage.mutant
        )
    else:
        folder = stage.place / "Maildir"
        put_into(folder, raw)
        assert stage.deed("tests.faults.returning:from_a_folder", path=str(folder)) == 0
    stage.done["came back"] += 1


def read(stage: Stage, email: str) -> str:
    page: str = stage.deed("tests.faults.visiting:read", email=email, path="/mail/")
    return page


@pytest.mark.parametrize("digest", [True, pytest.param(False, marks=LONG)], ids=["digest", "single"])
def test_what_came_back_stays_sent_and_after_two_its_address_is_left_alone(
    stage: Stage,
    digest: bool,  # noqa: FBT001 -- pytest's
) -> None:
    two_owners(stage, digest=digest)
    comes_back(stage, morning(stage, 0)[GONE])
    assert LEFT_ALONE not in read(stage, GONE), "one mail is one mail"
    comes_back(stage, morning(stage, 1)[GONE], way="folder")
    assert set(morning(stage, 2)) == {OTHER}
    assert stage.states() == {"sent": 5}
    assert stage.ask(RETURNED) == stage.done["came back"] == 2
    assert LEFT_ALONE in read(stage, GONE)
    assert LEFT_ALONE not in read(stage, OTHER)
    stage.deed("tests.faults.visiting:post", email=GONE, path="/mail/address/again/", fields={})
    until(lambda: len(stage.accepted) == 6, "its owner says that it works, and nothing leaves")
    until(stage.quiet, "still something to do")
    verdict = stage.verdict()
    assert verdict.clean, verdict
    stage.verify()


def forged(stage: Stage, *, digest: bool) -> None:
    """Somebody who knows their own mails says that those of another came back."""
    two_owners(stage, digest=digest)
    for day in range(2):
        mails = morning(stage, day)
        name, _, seal = mails[GONE]["from"].partition("@")[0].rpartition("-")
        own_seal = mails[OTHER]["from"].partition("@")[0].rpartition("-")[2]
        assert seal != own_seal
        for address in (
            f"{name}-{own_seal}@{DOMAIN}",
            f"{name}-{'a' * len(seal)}@{DOMAIN}",
            f"{name}@{DOMAIN}",
        ):
            comes_back(stage, mails[GONE], to=address)
        # Their own address, and it names somebody else as who is not there.
        comes_back(stage, mails[GONE], to=mails[OTHER]["from"])
    stage.done["taken on the third day"] = len(morning(stage, 2))


@LONG
@pytest.mark.parametrize("digest", [True, False], ids=["digest", "single"])
def test_nobody_has_the_mail_of_another_stopped(stage: Stage, digest: bool) -> None:  # noqa: FBT001 -- pytest's
    forged(stage, digest=digest)
    assert stage.done["came back"] == 8
    assert stage.ask("SELECT count(*) FROM outbox_email WHERE bounce <> '' AND recipient = %s", GONE) == 0
    assert LEFT_ALONE not in read(stage, GONE)
    assert GONE in {mail["to"][0] for mail in stage.accepted[4:]}
    lost = stage.verdict().lost
    assert stage.world
    assert set(lost) <= {entry.token for entry in stage.world.owners[1].entries}


@LONG
def test_nobody_has_the_mail_of_another_stopped_it_is_seen(stage: Stage) -> None:
    stage.mutant = "every_seal_is_good"
    forged(stage, digest=True)
    assert stage.mutant_was_met
    assert GONE not in {mail["to"][0] for mail in stage.accepted[4:]}
    assert stage.verdict().lost
