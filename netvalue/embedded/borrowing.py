"""How a single command, or a test session, has servers for as long as it lasts."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from netvalue.embedded import keys, orphans, servers
from netvalue.embedded.guard import Guard
from netvalue.embedded.journal import Journal
from netvalue.embedded.refusal import Code, Refusal
from netvalue.embedded.servers import PATIENCE

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from netvalue.embedded.place import Place
    from netvalue.embedded.postgres import Postgres
    from netvalue.embedded.program import Program
    from netvalue.embedded.servers import Servers
    from netvalue.embedded.valkey import Valkey


class Borrowed:
    """Servers for the length of a command; they end with it, and with its death too."""

    def __init__(self, servers: Servers, logs: Path) -> None:
        self.servers = servers
        self.logs = logs
        self.running: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self.guard = Guard()

    def __enter__(self) -> Self:
        try:
            self.servers.prepare()
            for server in self.servers:
                self._start(server.program())
            for server in self.servers:
                self._wait(server)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        for program, process in self.running:
            process.send_signal(program.stop_signal)
        for _, process in self.running:
            process.wait()
        self.guard.dismiss()

    def _start(self, program: Program) -> None:
        with self._log(program).open("wb") as log:
            process = program.start(log.fileno())
        self.guard.add(process.pid, program.stop_signal)
        self.running.append((program, process))

    def _wait(self, server: Postgres | Valkey) -> None:
        deadline = time.monotonic() + PATIENCE
        while trouble := server.trouble():
            for program, process in self.running:
                if process.poll() is not None:
                    words = self._log(program).read_text(errors="replace").strip()
                    raise Refusal(f"{program.name} does not start:\n{words}", Code.CRASHED)
            if time.monotonic() > deadline:
                raise Refusal(f"The database or the queue does not answer: {trouble}.", Code.CRASHED)
            time.sleep(0.02)

    def _log(self, program: Program) -> Path:
        return self.logs / f"{program.name}.log"


@contextmanager
def borrowed(here: Place) -> Iterator[tuple[Servers, dict[str, str]]]:
    """The servers of a product that does not run, for the length of a command."""
    with here.claimed():
        journal = Journal(here.logs / "netvalue.log", quiet=False, verbose=False)
        orphans.clear(here, journal)
        secrets = keys.load_or_make(here.keys)
        run = servers.of(here, secrets["VALKEY_PASSWORD"])
        with Borrowed(run, here.logs):
            if run.postgres:
                run.postgres.make_room()
            yield run, secrets
