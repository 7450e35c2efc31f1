"""A Postgres and a Valkey of its own for every test session, unless DATABASE_URL and REDIS_URL name others.

A pytest plugin (named in pyproject.toml): the environment must stand before Django reads its settings.
"""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from netvalue.embedded import sysuser
from netvalue.embedded.binaries import postgres_programs, valkey_program
from netvalue.embedded.guard import Guard
from netvalue.embedded.postgres import Postgres
from netvalue.embedded.valkey import Valkey

if TYPE_CHECKING:
    from netvalue.embedded.program import Program

PATIENCE = 120
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}

os.environ.setdefault("SECRET_KEY", "only for tests, and known to everybody who reads this")
os.environ.setdefault("DATABASE_POOL", "0")


class Services:
    """What this session started, in a directory of its own that goes away with it."""

    def __init__(self) -> None:
        self.account = sysuser.for_servers(otherwise="nobody")
        self.place = Path(tempfile.mkdtemp(prefix="netvalue-test-", dir=_short_directory()))
        self.sockets = self.place / "run"
        self.sockets.mkdir()
        self.servers: list[Postgres | Valkey] = []
        self.running: list[tuple[Program, subprocess.Popen[bytes]]] = []
        self.guard: Guard | None = None

    def add_postgres(self) -> str:
        programs = postgres_programs(self.account, self.place / "programs")
        server = Postgres(self.place / "postgres", self.sockets, programs, self.account, FAST)
        self.servers.append(server)
        return server.url

    def add_valkey(self) -> str:
        program = valkey_program(self.account, self.place / "programs")
        password = secrets.token_urlsafe()
        server = Valkey(self.place / "valkey", self.sockets, program, self.account, password, durable=False)
        self.servers.append(server)
        return server.url

    def start(self) -> None:
        self.place.chmod(0o711)
        self.account.own(self.sockets)
        self.guard = Guard()
        self.guard.remove_at_death(self.place)
        for server in self.servers:
            server.prepare()
            self._run(server.program())
        for server in self.servers:
            self._wait(server)
            if isinstance(server, Postgres):
                server.make_room(may_create_databases=True)

    def stop(self) -> None:
        for program, process in self.running:
            process.send_signal(program.stop_signal)
        for _, process in self.running:
            process.wait()
        if self.guard:
            self.guard.dismiss()
        shutil.rmtree(self.place, ignore_errors=True)

    def _run(self, program: Program) -> None:
        assert self.guard
        with (self.place / f"{program.name}.log").open("wb") as log:
            process = program.start(log.fileno())
        self.guard.add(process.pid, program.stop_signal)
        self.running.append((program, process))

    def _wait(self, server: Postgres | Valkey) -> None:
        deadline = time.monotonic() + PATIENCE
        while trouble := server.trouble():
            dead = [program.name for program, process in self.running if process.poll() is not None]
            if dead or time.monotonic() > deadline:
                logs = "\n".join(path.read_text(errors="replace") for path in self.place.glob("*.log"))
                pytest.exit(f"The services of the tests did not start ({trouble}):\n{logs}", returncode=1)
            time.sleep(0.02)


def _short_directory() -> str:
    """A socket's path has at most 104 bytes, and root's Postgres runs as a user who must get there."""
    here = Path(tempfile.gettempdir())
    reachable = os.geteuid() != 0 or sysuser.others_may_reach(here / "any")
    return str(here) if len(os.fsencode(here)) < 50 and reachable else "/tmp"


services = None
if not (os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL")):
    services = Services()
    if not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = services.add_postgres()
    if not os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = services.add_valkey()


def pytest_sessionstart(session: pytest.Session) -> None:
    if services and not session.config.option.collectonly:
        services.start()


def pytest_unconfigure() -> None:
    if services:
        services.stop()
