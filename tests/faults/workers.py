"""The test's end of the nursery: start a process, kill it, freeze it, and hear that it is gone."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings

from tests.faults.waiting import until

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netvalue.embedded.guard import Guard


@dataclass(frozen=True)
class Order:
    """What a new process is to do, where, and under which clock; tests/faults/child.py reads it."""

    do: str
    database: str
    relay: str
    log: str
    arguments: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    scale: dict[str, float] = field(default_factory=dict)
    probe: str = ""
    mutant: str = ""
    mark: str = ""
    # Business time in seconds; nothing if the machine's own clock will do.
    now: float = 0
    answer: str = ""


@dataclass
class Worker:
    """One process and what is left of it."""

    pid: int
    order: Order
    nursery: Nursery

    @property
    def status(self) -> int | None:
        """How it ended: a code, minus a signal; nothing while it lives."""
        return self.nursery.ended.get(self.pid)

    @property
    def alive(self) -> bool:
        return self.status is None

    def send(self, number: int) -> bool:
        """A signal to it and everything it started."""
        try:
            os.killpg(self.pid, number)
        except ProcessLookupError:
            return False
        return True

    def kill(self) -> bool:
        """As kill -9 does. Whether there was anything to kill."""
        lived = self.alive and self.send(signal.SIGKILL)
        self.wait()
        # What it had started dies with it, also if it was over by itself.
        self.send(signal.SIGKILL)
        return lived

    def freeze(self) -> None:
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        self.send(signal.SIGCONT)

    def stop(self) -> None:
        """As a deployment does: asked, not forced, and only the process itself is told."""
        if self.alive:
            os.kill(self.pid, signal.SIGTERM)

    def wait(self) -> int:
        until(lambda: not self.alive, f"process {self.pid} ({self.order.do}) does not end: {self.order.log}")
        assert self.status is not None
        self.nursery.guard.forget(self.pid)
        return self.status


class Nursery:
    """Where processes come from."""

    def __init__(self, environment: Mapping[str, str], place: Path, guard: Guard) -> None:
        self.guard = guard
        self.log = place / "nursery.log"
        self.numbers = itertools.count()
        self.born: dict[int, int] = {}
        self.ended: dict[int, int] = {}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.nursery"],
                cwd=settings.BASE_DIR,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        guard.add(self.process.pid, signal.SIGKILL)
        self.ear = threading.Thread(target=self.hear, daemon=True)
        self.ear.start()

    def hear(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            verb, key, value = line.decode().split()
            (self.born if verb == "born" else self.ended)[int(key)] = int(value)

    def start(self, order: Order) -> Worker:
        number = next(self.numbers)
        assert self.process.stdin
        self.process.stdin.write(json.dumps({**vars(order), "number": number}).encode() + b"\n")
        self.process.stdin.flush()
        until(lambda: number in self.born, f"no process was born, see {self.log}")
        pid = self.born.pop(number)
        self.guard.add(pid, signal.SIGKILL)
        return Worker(pid, order, self)

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait(timeout=60)
        self.ear.join(timeout=60)
        assert self.process.stdout
        self.process.stdout.close()
