"""A Postgres and a Valkey of its own for every test session, unless DATABASE_URL and REDIS_URL name others.

A pytest plugin (named in pyproject.toml): the environment must stand before Django reads its settings.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from netvalue.embedded import sysuser
from netvalue.embedded.binaries import postgres_programs, valkey_program
from netvalue.embedded.borrowing import Borrowed
from netvalue.embedded.environment import given
from netvalue.embedded.postgres import Postgres
from netvalue.embedded.servers import Servers
from netvalue.embedded.valkey import Valkey

if TYPE_CHECKING:
    import pytest

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Services:
    """What this session started, in a directory of its own that goes away with it."""

    def __init__(self) -> None:
        self.account = sysuser.for_servers(otherwise="nobody")
        self.place = Path(tempfile.mkdtemp(prefix="netvalue-test-", dir=_short_directory()))
        self.servers = Servers(
            self.account,
            self.sockets,
            None if given("DATABASE_URL") else self._postgres(),
            None if given("REDIS_URL") else self._valkey(),
        )
        self.borrowed: Borrowed | None = None

    def start(self) -> None:
        self.place.chmod(0o711)
        self.sockets.mkdir(mode=0o700)
        self.account.own(self.sockets)
        self.borrowed = Borrowed(self.servers, self.place)
        self.borrowed.guard.remove_at_death(self.place)
        self.borrowed.__enter__()
        if self.servers.postgres:
            self.servers.postgres.make_room(may_create_databases=True)

    def stop(self) -> None:
        if self.borrowed:
            self.borrowed.stop()
        shutil.rmtree(self.place, ignore_errors=True)

    @property
    def sockets(self) -> Path:
        return self.place / "run"

    def _postgres(self) -> Postgres:
        programs = postgres_programs(self.account, self.place / "programs")
        return Postgres(self.place / "postgres", self.sockets, programs, self.account, FAST)

    def _valkey(self) -> Valkey:
        program = valkey_program(self.account, self.place / "programs")
        password = secrets.token_urlsafe()
        return Valkey(self.place / "valkey", self.sockets, program, self.account, password, durable=False)


def _short_directory() -> str:
    """A socket's path has at most 104 bytes, and root's Postgres runs as a user who must get there."""
    here = Path(tempfile.gettempdir())
    reachable = os.geteuid() != 0 or sysuser.others_may_reach(here / "any")
    return str(here) if len(os.fsencode(here)) < 50 and reachable else "/tmp"


os.environ.setdefault("SECRET_KEY", "only for tests, and known to everybody who reads this")
os.environ.setdefault("DATABASE_POOL", "0")
services = Services()
os.environ |= services.servers.environment


def pytest_sessionstart(session: pytest.Session) -> None:
    if not session.config.option.collectonly:
        services.start()


def pytest_unconfigure() -> None:
    services.stop()
