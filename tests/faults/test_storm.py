"""Everything at once, for thousands of mails: nothing lost, nothing doubled, nothing early.

`pytest tests/faults/test_storm.py --faults -s` tells what was done and how late mails were. FAULTS_SEED names
the dice.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.faults import world

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.faults.stage import Stage
    from tests.faults.workers import Worker

pytestmark = pytest.mark.faults
BAD_DAY = {
    "rcpt": {"reply": "451 4.7.1 try later", "share": 0.02},
    "data": {"reply": "452 4.3.1 try later", "share": 0.01},
    "dot": {"reply": "451 4.3.0 try later", "share": 0.01},
    "hang_up_after": {"share": 0.01},
    "hang_up_before": {"share": 0.005},
    "mail": {"reply": "554 5.7.0 not now", "share": 0.0005},
}
HELD = """
SELECT count(*) FROM outbox_occurrence o JOIN outbox_email e ON e.id = o.email_id WHERE e.state = 'unknown'
"""
PUMPS, WORKERS = 4, 2


class Storm:
    """The bad weather of one run: what is alive, what sleeps, and what may happen next."""

    def __init__(self, stage: Stage, seed: int) -> None:
        self.stage = stage
        self.dice = random.Random(seed)
        self.pumps = [stage.pump() for _ in range(PUMPS)]
        self.workers = [stage.celery() for _ in range(WORKERS)]
        self.beats = [stage.beat(), stage.beat()]
        # Until when, on this machine's clock.
        self.asleep: list[tuple[float, Worker]] = []
        self.awake: list[tuple[float, Worker]] = []

    def strike(self) -> None:
        """One of those who send is killed, or frozen until its leases are somebody else's."""
        crowd, start = (
            (self.workers, self.stage.celery) if self.dice.random() < 0.1 else (self.pumps, self.stage.pump)
        )
        victim = self.dice.randrange(len(crowd))
        if self.dice.random() < 0.3:
            self.stage.freeze(crowd[victim])
            self.asleep.append((time.monotonic() + self.dice.uniform(5, 13), crowd[victim]))
        else:
            self.stage.kill(crowd[victim])
        crowd[victim] = start()

    def wake(self) -> None:
        """Who slept long enough does what it was at; a while later it is killed, too."""
        now = time.monotonic()
        for at, zombie in [sleeper for sleeper in self.asleep if sleeper[0] < now]:
            self.asleep.remove((at, zombie))
            zombie.thaw()
            self.stage.done["woken"] += 1
            self.awake.append((now + 3, zombie))
        for at, zombie in [waker for waker in self.awake if waker[0] < now]:
            self.awake.remove((at, zombie))
            self.stage.kill(zombie)

    def deploy(self) -> None:
        """Everybody is asked to stop, and new ones start: no force, no mail left half sent."""
        self.raise_a_second_version()
        everybody = [*self.pumps, *self.workers, *self.beats]
        for worker in everybody:
            worker.stop()
        for worker in everybody:
            worker.wait()
            self.stage.workers.remove(worker)
        self.pumps = [self.stage.pump() for _ in range(PUMPS)]
        self.workers = [self.stage.celery() for _ in range(WORKERS)]
        self.beats = [self.stage.beat(), self.stage.beat()]
        self.stage.done["deployed"] += 1

    def flush(self) -> None:
        self.stage.services.broker().flushall()
        self.stage.done["flushed"] += 1

    def break_the_queue(self) -> None:
        self.stage.services.valkey.again(signal.SIGKILL)
        self.stage.done["queue killed"] += 1

    def stop_postgres(self) -> None:
        self.stage.services.postgres.again(signal.SIGQUIT)
        self.stage.done["Postgres stopped at once"] += 1

    def raise_a_second_version(self) -> None:
        """Postgres has already what the next version wants."""
        with self.stage.services.admin(self.stage.database) as connection:
            connection.execute("ALTER TABLE outbox_email ADD COLUMN of_the_next_version integer DEFAULT 0")

    def mail_server_away(self) -> None:
        self.stage.sink_down()
        self.stage.sink_up()


def rage(stage: Stage, *, mails: int, strikes: int, seed: int) -> None:
    """Until everything has happened and so many were struck; then it calms down."""
    stage.settings = {"EMAIL_SENDERS": 16}
    stage.scale = replace(stage.scale, body=4, frozen=3, body_lease=240, grace=300)
    # Half of the owners want one mail a day, half one for each reminder: three entries make two mails each.
    stage.begin(
        world.make(seed, owners=mails // 2, entries=3, digest=[True, False], dues=[0, 1, 2], others=0)
    )
    stage.order(**BAD_DAY)
    storm = Storm(stage, seed)
    events: list[Callable[[], None]] = [
        storm.flush,
        storm.stop_postgres,
        storm.break_the_queue,
        storm.deploy,
        storm.flush,
        storm.mail_server_away,
        storm.stop_postgres,
    ]
    every = strikes // len(events)
    for number in range(strikes):
        storm.strike()
        if number % every == every // 2 and events:
            events.pop(0)()
        end = time.monotonic() + storm.dice.uniform(0.25, 0.6)
        while time.monotonic() < end:
            storm.wake()
            time.sleep(0.05)  # the length of a life is part of the fault
    assert not events
    while storm.asleep or storm.awake:
        storm.wake()
        time.sleep(0.05)
    stage.quiesce()


def figures(stage: Stage, seed: int, lateness: list[float]) -> dict[str, object]:
    late = sorted(seconds / stage.scale.factor for seconds in lateness)
    return {
        "seed": seed,
        "mails accepted": len(stage.accepted),
        "entries": len(late),
        **stage.done,
        **{f"server: {what}": stage.misdeeds(what) for what in (*BAD_DAY,)},
        "settled by the log": stage.ask("SELECT count(*) FROM outbox_attempt WHERE phase = 'probe'"),
        "states": stage.states(),
        "late by seconds, half": round(late[len(late) // 2], 1),
        "late by seconds, 99 of 100": round(late[int(len(late) * 0.99)], 1),
    }


@pytest.mark.parametrize("probe", [True, False], ids=["asking the log", "asking nobody"])
def test_the_storm(stage: Stage, probe: bool) -> None:  # noqa: FBT001 -- pytest's
    seed = int(os.environ.get("FAULTS_SEED", "20261122"))
    stage.probe = probe
    mails, strikes = int(os.environ.get("FAULTS_MAILS", "5000")), int(os.environ.get("FAULTS_STRIKES", "250"))
    rage(stage, mails=mails, strikes=strikes, seed=seed)
    held = stage.held()
    verdict = stage.verdict(held=held)
    sys.stderr.write(json.dumps(figures(stage, seed, verdict.late) | {"held": len(held)}, indent=1) + "\n")
    assert verdict.clean, verdict
    assert stage.done["kill -9"] >= strikes * 0.6
    assert stage.done["frozen"] == stage.done["woken"] >= strikes * 0.2
    assert stage.misdeeds("hang_up_after") > 0
    if probe:
        assert not held
        assert stage.ask("SELECT count(*) FROM outbox_attempt WHERE phase = 'probe'") > 0
    else:
        assert held
        told = stage.ask(HELD)
        assert told == len(held), "every one that is held can be seen"
    stage.verify()
