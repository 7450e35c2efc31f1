"""A whole product on a directory of its own, started and watched from outside as a person would."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import psutil

from netvalue.embedded.place import CHECKOUT, Place, State

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

NUMBERS = itertools.count(1)
Answer = TypeVar("Answer")
# Generous, for machines that do much else at the same time.
START, STOP = 240, 120
KEPT = ("PATH", "HOME")


def until(ask: Callable[[], Answer], seconds: float = START) -> Answer:
    """The first answer that is true, or the last one."""
    deadline = time.monotonic() + seconds
    while not (answer := ask()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return answer


class Product:
    """One data directory and the `up` that works on it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.place = Place(data)
        self.output = data.with_name(f"{data.name[:40]}-{next(NUMBERS)}.out")
        self.process: subprocess.Popen[bytes] | None = None

    def up(
        self, *options: str, environment: Mapping[str, str] | None = None, before: tuple[str, ...] = ()
    ) -> Product:
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [*before, *command("up", "--data", self.data, "--no-browser", *options)],
                cwd=CHECKOUT,
                env=clean_environment(environment),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return self

    def ready(self) -> Product:
        """Wait for the line with the address; whatever came instead is the failure."""
        assert until(lambda: "NetValue runs at" in self.said() or self.ended is not None), self.said()
        assert self.ended is None, self.said()
        return self

    @property
    def ended(self) -> int | None:
        assert self.process
        return self.process.poll()

    def refused(self) -> tuple[int, str]:
        """The exit code and the sentence of a start that did not become one."""
        assert self.process
        return self.process.wait(START), self.said()

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(STOP)

    def kill(self, name: str) -> bool:
        """kill -9, and whether another one of it runs afterwards."""
        before = self.pid(name)
        os.kill(before, signal.SIGKILL)
        return bool(until(lambda: self.pid(name) not in (0, before)))

    def call(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        name, *rest = arguments
        return subprocess.run(
            command(str(name), "--data", self.data, *rest),
            cwd=CHECKOUT,
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    def said(self) -> str:
        return self.output.read_text(errors="replace")

    def log(self) -> str:
        return (self.place.logs / "netvalue.log").read_text(errors="replace")

    @property
    def state(self) -> State:
        return self.place.state()

    def pid(self, name: str) -> int:
        life = self.state.children.get(name)
        return life.pid if life else 0

    @property
    def url(self) -> str:
        found = re.search(r"NetValue runs at (\S+)", self.said())
        assert found, self.said()
        return found[1].replace("localhost", "127.0.0.1")

    def get(self, path: str, seconds: float = 20) -> str:
        """What a page says; nothing while nobody answers."""
        with contextlib.suppress(OSError), urllib.request.urlopen(self.url + path, timeout=seconds) as answer:
            return str(answer.read(), "utf-8")
        return ""

    def serves(self) -> bool:
        """A page that asks the database, since the process alone says little."""
        try:
            with urllib.request.urlopen(f"{self.url}/accounts/login/", timeout=20) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def family(self) -> list[psutil.Process]:
        """Every process that works for this directory, whoever its parent is by now."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def gone(self) -> bool:
        return (
            bool(until(lambda: not self.family(), 60))
            and not (self.place.postgres / "postmaster.pid").exists()
        )

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            named = process.environ().get("NETVALUE_DATA")
            return named == str(self.data) or str(self.data) in " ".join(process.cmdline())
        except psutil.Error:
            return False


def command(name: str, *arguments: str | Path) -> list[str | Path]:
    return [sys.executable, "-m", "netvalue.embedded", name, *arguments]


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Nothing of the test session's own servers and keys."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return {**kept, "LANG": "C.UTF-8", **(more or {})}
