"""`up`: Postgres and Valkey, what makes ready, then web, worker, beat, pump; and one clean stop for all."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
import urllib.request
import webbrowser
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from netvalue.embedded.child import Child
from netvalue.embedded.guard import Guard
from netvalue.embedded.place import Life, State
from netvalue.embedded.refusal import Refusal
from netvalue.embedded.servers import PATIENCE

if TYPE_CHECKING:
    from netvalue.embedded.address import Address
    from netvalue.embedded.application import Application
    from netvalue.embedded.journal import Journal
    from netvalue.embedded.place import Place
    from netvalue.embedded.postgres import Postgres
    from netvalue.embedded.program import Program
    from netvalue.embedded.servers import Servers
    from netvalue.embedded.valkey import Valkey

SERVERS = ("valkey", "postgres")
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """The children of one product, in their order."""

    def __init__(
        self, place: Place, servers: Servers, app: Application, address: Address, journal: Journal
    ) -> None:
        self.place = place
        self.servers = servers
        self.app = app
        self.address = address
        self.journal = journal
        self.guard = Guard()
        self.waiters = ThreadPoolExecutor(16)
        self.children: dict[str, Child] = {}
        self.keepers: list[asyncio.Task[None]] = []
        self.main: asyncio.Task[None] | None = None
        self.failure: BaseException | None = None
        self.ending = False
        self.hurry = 0
        self.ready = False

    async def run(self, *, browser: bool) -> None:
        """Until a signal comes, or a child cannot be kept alive."""
        began = time.monotonic()
        self.main = asyncio.current_task()
        self._listen()
        try:
            await self._start_servers()
            link = await self._make_ready()
            await self._start_application()
            self._greet(link, time.monotonic() - began)
            if browser:
                self._open_browser()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass  # our own doing: a signal, or a child that could not be kept
        finally:
            await self._stop()
        if self.failure:
            raise self.failure

    # --- in -------------------------------------------------------------------------------------------

    async def _start_servers(self) -> None:
        self.servers.prepare()
        for server in self.servers:
            await self._start(server.program())
        for server in self.servers:
            await self._wait(server)
            self._keep(server.program().name)
        if self.servers.postgres:
            self.servers.postgres.make_room()

    async def _wait(self, server: Postgres | Valkey) -> None:
        child = self.children[server.program().name]
        deadline, news = time.monotonic() + PATIENCE, time.monotonic() + 5
        while trouble := await asyncio.to_thread(server.trouble):
            if not child.runs:
                await child.end()
                raise child.failure("does not start")
            if time.monotonic() > deadline:
                raise child.failure(f"does not answer ({trouble})")
            if time.monotonic() > news:
                self.journal.say(f"waiting for {child.program.name} ({trouble})")
                news += 10
            await asyncio.sleep(0.02)

    async def _make_ready(self) -> str:
        """Migrated, with static files in place; the set-up link, while there is no user."""
        postgres = self.servers.postgres
        child = await self._start(self.app.make_ready(postgres.programs if postgres else None))
        if await child.end():
            raise Refusal(
                f"{child.last_line or 'It could not be made ready'}\n(The log is {self.journal.path}.)"
            )
        del self.children["ready"]
        link = self.app.link
        return link.read_text().strip() if link.exists() else ""

    async def _start_application(self) -> None:
        """The web server first: people wait for it, for the others nobody does."""
        await self._start_and_keep(self.app.web(self.address))
        deadline = time.monotonic() + PATIENCE
        while not await asyncio.to_thread(self._answers):
            if time.monotonic() > deadline:
                raise self.children["web"].failure("does not answer")
            await asyncio.sleep(0.05)
        for program in self.app.in_the_background():
            await self._start_and_keep(program)
        self.ready = True
        self._write_state()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address.local_url}/healthz", timeout=5) as answer:  # noqa: S310 (ours)
                return bool(answer.status == 200)
        except OSError:
            return False

    def _greet(self, link: str, seconds: float) -> None:
        self.journal.say(f"ready after {seconds:.1f} s; the log is {self.journal.path}")
        if not self.address.is_private:
            self.journal.tell("Everybody on this network can reach it, and the way is not encrypted.")
        self.journal.tell(f"NetValue runs at {self.address.url} (Ctrl-C stops it)")
        if link:
            self.journal.show(f"Nobody uses it yet. Set up your account: {link}")

    def _open_browser(self) -> None:
        if sys.stdout.isatty() and (
            sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
        ):
            self.waiters.submit(webbrowser.open, self.address.url)

    # --- children -------------------------------------------------------------------------------------

    async def _start(self, program: Program) -> Child:
        child = self.children[program.name] = Child(program, self.journal, self.guard, self.waiters)
        await child.start()
        self._write_state()
        return child

    async def _start_and_keep(self, program: Program) -> None:
        await self._start(program)
        self._keep(program.name)

    def _keep(self, name: str) -> None:
        keeper = asyncio.create_task(self.children[name].keep(self._write_state, excused=self._excused))
        keeper.add_done_callback(self._lost)
        self.keepers.append(keeper)

    def _excused(self, child: Child) -> bool:
        """Whether a program may have died because a server did; such deaths are not held against it."""
        others = [self.children[name] for name in SERVERS if name in self.children]
        return child not in others and any(other.came_back_lately for other in others)

    def _lost(self, keeper: asyncio.Task[None]) -> None:
        if not keeper.cancelled() and (failure := keeper.exception()):
            self.failure = self.failure or failure
            self._end()

    def _write_state(self) -> None:
        state = State(
            supervisor=Life.of(os.getpid()),
            url=self.address.url,
            sockets=str(self.servers.sockets),
            ready=self.ready,
            children={name: child.life for name, child in self.children.items() if child.runs and child.life},
            environment=dict(self.app.variables),
        )
        try:
            self.place.write_state(state)
        except OSError as error:
            if not self.ready:
                raise
            self.journal.say(f"{self.place.state_file} cannot be written ({error.strerror})")

    # --- out ------------------------------------------------------------------------------------------

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            if signal.getsignal(number) is not signal.SIG_IGN:  # nohup
                loop.add_signal_handler(number, self._on_signal, number)

    def _on_signal(self, number: signal.Signals) -> None:
        if self.ending:
            self.hurry += 1
        else:
            self.journal.say(f"{number.name}: stopping (once more to hurry)")
            self._end()

    def _end(self) -> None:
        if self.main and not self.ending:
            self.ending = True
            self.main.cancel()

    async def _stop(self) -> None:
        began, self.ending = time.monotonic(), True
        for keeper in self.keepers:
            keeper.cancel()
        await asyncio.gather(*self.keepers, return_exceptions=True)
        await asyncio.gather(
            *(child.stop(lambda: self.hurry) for name, child in self.children.items() if name not in SERVERS)
        )
        for name in SERVERS:
            if name in self.children:
                await self.children[name].stop(lambda: self.hurry)
        self.guard.dismiss()
        self.waiters.shutdown(wait=False)
        with contextlib.suppress(OSError):
            self.place.write_state(State(sockets=str(self.servers.sockets)))
        self.journal.say(f"everything stopped after {time.monotonic() - began:.1f} s")
