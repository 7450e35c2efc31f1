"""A Postgres that keeps its promises, a Valkey, and how both are killed and started again.

Other tests run on a Postgres that commits later. Here a committed fence must survive an immediate stop, so a
commit waits until its record is with the system. It does not wait for the disk: only a power cut asks for
that, and there is none here.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
import redis
from psycopg import sql

from netvalue.embedded import postgres, sysuser, valkey
from netvalue.embedded.binaries import postgres_programs, valkey_program
from netvalue.embedded.guard import Guard
from netvalue.embedded.postgres import ADMIN, APP, Postgres
from netvalue.embedded.valkey import SOCKET, Valkey
from tests.faults.waiting import until

if TYPE_CHECKING:
    import subprocess

    from netvalue.embedded.program import Program

# A transaction that somebody forgot is ended within a run, not after a minute.
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "idle_in_transaction_session_timeout": "20s",
    "max_connections": "120",
    "log_checkpoints": "off",
}
TEMPLATE = "faults_template"


class Server:
    """One server process that may be killed and started again."""

    def __init__(self, server: Postgres | Valkey, logs: Path, guard: Guard) -> None:
        self.server = server
        self.program: Program = server.program()
        self.log = logs / f"{self.program.name}.log"
        self.guard = guard
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = self.program.start(log.fileno())
        self.guard.add(self.process.pid, self.program.stop_signal)
        until(lambda: not self.server.trouble(), f"{self.program.name} does not answer, see {self.log}")

    def end(self, number: int) -> None:
        """Send the whole group a signal and see it go."""
        assert self.process
        os.killpg(self.process.pid, number) if number == signal.SIGKILL else self.process.send_signal(number)
        self.process.wait(timeout=120)
        self.guard.forget(self.process.pid)

    def freeze(self) -> None:
        assert self.process
        os.killpg(self.process.pid, signal.SIGSTOP)

    def again(self, number: int) -> None:
        self.end(number)
        self.start()


class Services:
    """The two servers of a session of fault tests, in a directory that goes away with it."""

    def __init__(self) -> None:
        account = sysuser.for_servers(otherwise="nobody")
        # A socket's path has at most 104 bytes, and root's Postgres must be able to walk there.
        self.place = Path(tempfile.mkdtemp(prefix="netvalue-faults-", dir="/tmp"))
        self.place.chmod(sysuser.WALK_THROUGH)
        self.sockets = self.place / "run"
        self.sockets.mkdir(mode=0o700)
        account.own(self.sockets)
        self.guard = Guard()
        self.guard.remove_at_death(self.place)
        programs = self.place / "programs"
        self._postgres = Postgres(
            self.place / "postgres", self.sockets, postgres_programs(account, programs), account, SETTINGS
        )
        self.password = secrets.token_urlsafe()
        self._valkey = Valkey(
            self.place / "valkey", self.sockets, valkey_program(account, programs), account, self.password
        )
        for each in (self._postgres, self._valkey):
            each.prepare()
        self.postgres = Server(self._postgres, self.place, self.guard)
        self.valkey = Server(self._valkey, self.place, self.guard)

    def start(self) -> None:
        self.postgres.start()
        self.valkey.start()
        self._postgres.make_room()
        with self.admin() as connection:
            # Functions of the run's clock are found before those of the catalogue.
            for role in (APP, ADMIN):
                connection.execute(f"ALTER ROLE {role} SET search_path = public, pg_catalog".encode())

    def stop(self) -> None:
        for server in (self.postgres, self.valkey):
            if server.process and server.process.poll() is None:
                # Its files are thrown away: nothing need be written down any more.
                server.end(signal.SIGQUIT if server is self.postgres else signal.SIGKILL)
        self.guard.dismiss()
        shutil.rmtree(self.place, ignore_errors=True)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": postgres.url(self.sockets),
            "REDIS_URL": valkey.url(self.sockets, self.password),
        }

    def admin(self, database: str = "postgres") -> psycopg.Connection:
        return self._postgres.connect(database)

    def copy(self, template: str, name: str) -> None:
        with self.admin() as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(template), sql.Identifier(APP)
                )
            )

    def broker(self) -> redis.Redis:
        url = f"unix://:{self.password}@{quote(str(self.sockets / SOCKET))}?db=0"
        return redis.Redis.from_url(url, socket_timeout=5)
