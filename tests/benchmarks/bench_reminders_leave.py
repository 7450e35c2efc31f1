"""How fast reminders leave that are all due at the same moment, and what a sender holds after many.

`REMINDER_MAILS` (20,000) leave from one process for the second figure. Everything is sent to one server, in a
process of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from statistics import median
from typing import TYPE_CHECKING

import pytest

from netvalue.outbox import planning
from tests.benchmarks.millions import asked, database, execute, load, moment_of, use

if TYPE_CHECKING:
    from collections.abc import Iterator

MAILS = int(os.environ.get("REMINDER_MAILS", "20000"))
ROUNDS = 3
SECONDS = 4
# Of these some leave while the speed is measured.
WAITING = MAILS + 20_000
PENDING = "SELECT count(*) FROM outbox_email WHERE state = 'pending'"
SENT = "SELECT count(*) FROM outbox_email WHERE state = 'sent'"


@pytest.fixture
def waiting(transactional_db: None) -> Iterator[tuple[str, str]]:
    """A database of its own in which everybody is told of a birthday at the same moment; and that moment."""
    with database("leaving") as name:
        use(name)
        load(WAITING, seconds=120, people=WAITING, owners=WAITING, days=1, zones=["UTC"])
        now = moment_of(1)
        while planning.plan(now):
            pass
        execute("VACUUM ANALYZE")
        print(f"\n{asked(PENDING):,} mails wait")
        yield name, now.isoformat()


@pytest.mark.django_db(transaction=True)
def bench_reminders_leave(waiting: tuple[str, str]) -> None:
    with process("sink") as sink:
        port = int(line(sink))
        two_senders(port, *waiting)
        one_for_long(port, *waiting)
    # Nothing was sent twice or left open by all that.
    assert not asked("SELECT count(*) FROM outbox_email WHERE state IN ('sending', 'unknown', 'failed')")
    assert asked(SENT) == asked("SELECT count(*) FROM outbox_attempt WHERE verdict = 'sent'")


def two_senders(port: int, name: str, now: str) -> None:
    """Claimed, composed, fenced, sent and written down, beside smtplib alone."""
    rates: dict[str, list[float]] = {"raw": [], "prebuilt": [], "pump": []}
    for _ in range(ROUNDS):
        for role, found in rates.items():
            found.append(two(role, SECONDS, 0, port, *([] if role == "raw" else [name, now])))
    assert asked(PENDING), "there were not enough to send"
    raw = median(rates["raw"])
    share = {role: f"{median(found) / raw:.2f} × ({median(found):.0f}/s)" for role, found in rates.items()}
    reached = "reached" if median(rates["prebuilt"]) >= raw / 2 else "not reached"
    print(f"two of smtplib alone, with mails written beforehand: {raw:.0f}/s")
    print(f"two senders without the writing: {share['prebuilt']}, goal ≥ 0.5, {reached}")
    print(f"two senders: {share['pump']}")


def one_for_long(port: int, name: str, now: str) -> None:
    with process("pump", 2, MAILS, port, name, now) as it:
        assert line(it) == "ready\n"
        go(it)
        began, ended, sent, *tenths = line(it).split()
    rate = int(sent) / (float(ended) - float(began))
    held = [round(int(kilobytes) / 1024, 1) for kilobytes in tenths]
    print(f"one sender, {int(sent):,} mails, {rate:.0f}/s; MB it held at each tenth: {held}")
    print(f"from the first tenth to the last {held[-1] - held[0]:+.1f} MB")


# --- Processes ---------------------------------------------------------------------------------------


@contextmanager
def process(role: str, *told: object) -> Iterator[subprocess.Popen[str]]:
    asked = [sys.executable, "-m", "tests.benchmarks.mailing", role, *map(str, told)]
    with subprocess.Popen(asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as it:
        try:
            yield it
        finally:
            it.kill()


def line(it: subprocess.Popen[str]) -> str:
    assert it.stdout
    return it.stdout.readline()


def go(it: subprocess.Popen[str]) -> None:
    assert it.stdin
    it.stdin.write("go\n")
    it.stdin.flush()


def two(role: str, *told: object) -> float:
    """Mails a second of two such processes."""
    with process(role, *told) as one, process(role, *told) as other:
        both = (one, other)
        for it in both:
            assert line(it) == "ready\n"
        for it in both:
            go(it)
        said = [line(it).split() for it in both]
    began, ended = min(float(it[0]) for it in said), max(float(it[1]) for it in said)
    return sum(int(it[2]) for it in said) / (ended - began)
