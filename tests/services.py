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

from netvalue.embedded import postgres, sysuser, valkey
from netvalue.embedded.binaries import postgres_programs, valkey_program
from netvalue.embedded.borrowing import Borrowed
from netvalue.embedded.postgres import Postgres
from netvalue.embedded.servers import Servers
from netvalue.embedded.valkey import Valkey

if TYPE_CHECKING:
    import pytest

    from netvalue.embedded.sysuser import Account

FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Services:
    """What this session starts, in a directory of its own that goes away with it."""

    def __init__(self) -> None:
        self.place = Path(_short_directory(), f"netvalue-test-{secrets.token_hex(6)}")
        self.sockets = self.place / "run"
        self.password = secrets.token_urlsafe()
        self.wanted = {
            name: url
            for name, url in (
                ("DATABASE_URL", postgres.url(self.sockets)),
                ("REDIS_URL", valkey.url(self.sockets, self.password)),
            )
            if not os.environ.get(name)
        }
        self.borrowed: Borrowed | None = None

    def start(self) -> None:
        account = sysuser.for_servers(otherwise="nobody")
        self.place.mkdir()
        self.place.chmod(sysuser.WALK_THROUGH)
        self.sockets.mkdir(mode=0o700)
        account.own(self.sockets)
        servers = Servers(
            account,
            self.sockets,
            self._postgres(account) if "DATABASE_URL" in self.wanted else None,
            self._valkey(account) if "REDIS_URL" in self.wanted else None,
        )
        self.borrowed = Borrowed(servers, self.place)
        self.borrowed.guard.remove_at_death(self.place)
        self.borrowed.__enter__()
        if servers.postgres:
            servers.postgres.make_room(may_create_databases=True)

    def stop(self) -> None:
        if self.borrowed:
            self.borrowed.stop()
            shutil.rmtree(self.place, ignore_errors=True)

    def _postgres(self, account: Account) -> Postgres:
        programs = postgres_programs(account, self.place / "programs")
        return Postgres(self.place / "postgres", self.sockets, programs, account, FAST)

    def _valkey(self, account: Account) -> Valkey:
        program = valkey_program(account, self.place / "programs")
        return Valkey(self.place / "valkey", self.sockets, program, account, self.password, durable=False)


def _short_directory() -> str:
    """A socket's path has at most 104 bytes, and root's Postgres runs as a user who must get there."""
    here = Path(tempfile.gettempdir())
    reachable = os.geteuid() != 0 or sysuser.others_may_reach(here / "any")
    return str(here) if len(os.fsencode(here)) < 50 and reachable else "/tmp"


os.environ.setdefault("SECRET_KEY", "only for tests, and known to everybody who reads this")
os.environ.setdefault("DATABASE_POOL", "0")
services = Services()
os.environ |= services.wanted


def pytest_sessionstart(session: pytest.Session) -> None:
    if services.wanted and not session.config.option.collectonly:
        services.start()


def pytest_unconfigure() -> None:
    services.stop()
