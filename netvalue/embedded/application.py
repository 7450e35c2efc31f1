"""The product's own programs: web, worker, beat and pump, and the one that makes ready for them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

from netvalue.embedded import sysuser
from netvalue.embedded.environment import of_a_program
from netvalue.embedded.place import CHECKOUT
from netvalue.embedded.program import Program

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netvalue.embedded.address import Address
    from netvalue.embedded.place import Place
    from netvalue.embedded.sysuser import Account

MOST_WEB_WORKERS = 4


@dataclass(frozen=True)
class Application:
    """Who runs the product's code, where, and with what environment."""

    place: Place
    account: Account
    variables: Mapping[str, str]

    @property
    def link(self) -> Path:
        """Where the set-up link is left: no log sees it."""
        return self.place.scratch / "setup-link"

    def in_the_background(self) -> list[Program]:
        return [self.worker(), self.beat(), self.pump()]

    def make_ready(self, dump_with: Path | None) -> Program:
        dump = ("--dump-with", str(dump_with), "--dump-to", str(self.place.backups)) if dump_with else ()
        return self._program(
            "ready",
            *(CHECKOUT / "manage.py", "make_ready", "--scratch", self.place.scratch, *dump),
            fresh=(self.link,),
        )

    def web(self, address: Address) -> Program:
        workers = min(os.cpu_count() or 1, MOST_WEB_WORKERS)
        return self._program(
            "web",
            *("-m", "granian", "--interface", "wsgi", "--host", address.host, "--port", str(address.port)),
            *("--workers", str(workers), "--blocking-threads", "64", "--respawn-failed-workers", "--no-ws"),
            *("--workers-kill-timeout", "10", "netvalue.wsgi:application"),
            patience=15,
        )

    def worker(self) -> Program:
        # A pool of processes needs semaphores, which live in /dev/shm.
        pool = "prefork" if os.access("/dev/shm", os.W_OK) else "threads"  # noqa: S108 (the kernel's)
        return self._program(
            "worker",
            *("-m", "celery", "-A", "netvalue", "worker", "--loglevel", "INFO", "--concurrency", "1"),
            *("--pool", pool, "--without-gossip", "--without-mingle"),
            patience=25,
            harder_signal=signal.SIGQUIT,
            pool_of_connections="0",
        )

    def beat(self) -> Program:
        schedule = self.place.scratch / "beat"
        return self._program(
            "beat",
            *("-m", "celery", "-A", "netvalue", "beat", "--loglevel", "INFO"),
            *("--schedule", str(schedule), "--pidfile="),
            patience=5,
            fresh=tuple(schedule.with_name(schedule.name + end) for end in ("", "-shm", "-wal", ".db")),
            pool_of_connections="0",
        )

    def pump(self) -> Program:
        every = ("reminders_pump", "--every", "20")
        return self._program("pump", CHECKOUT / "manage.py", *every, pool_of_connections="0")

    def _program(
        self,
        name: str,
        *arguments: str | Path,
        patience: float = 10,
        harder_signal: signal.Signals = signal.SIGKILL,
        fresh: tuple[Path, ...] = (),
        pool_of_connections: str = "",
    ) -> Program:
        pool = {"DATABASE_POOL": pool_of_connections} if pool_of_connections else {}
        home = {} if self.account.is_us else {"HOME": str(self.place.data), "USER": self.account.name}
        return Program(
            name,
            (sys.executable, *arguments),
            of_a_program({**self.variables, **home, **pool}),
            self.account,
            CHECKOUT,
            harder_signal=harder_signal,
            patience=patience,
            fresh=fresh,
        )


def who_runs(servers: Account) -> Account:
    """The servers' account if it can read the code and run this Python; else ourselves."""
    if servers.is_us:
        return servers
    django = find_spec("django")
    files = [str(CHECKOUT / "manage.py"), str(CHECKOUT / "netvalue" / "settings.py")]
    if django and django.origin:
        files.append(django.origin)
    reads = "import sys; [open(path).close() for path in sys.argv[1:]]"
    try:
        tried = subprocess.run(
            [sys.executable, "-I", "-c", reads, *files],
            cwd="/",
            capture_output=True,
            check=False,
            **servers.privileges(),
        )
    except PermissionError:
        return sysuser.ourselves()
    return sysuser.ourselves() if tried.returncode else servers
