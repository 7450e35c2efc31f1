"""One program of the product while it runs: heard, started again when it dies, stopped when asked."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from typing import TYPE_CHECKING

from netvalue.embedded.place import Life
from netvalue.embedded.refusal import Code, Refusal

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from concurrent.futures import Executor

    from netvalue.embedded.guard import Guard
    from netvalue.embedded.journal import Journal
    from netvalue.embedded.program import Program

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
STARTS, WITHIN = 6, 60.0
LONGEST_LINE = 16_384


class Child:
    """A program, its process and its last words."""

    def __init__(self, program: Program, journal: Journal, guard: Guard, waiters: Executor) -> None:
        self.program = program
        self.journal = journal
        self.guard = guard
        self.waiters = waiters
        self.process: subprocess.Popen[bytes] | None = None
        self.life: Life | None = None
        self.last_words: deque[bytes] = deque(maxlen=15)
        self.starts: deque[float] = deque(maxlen=STARTS)
        self.ended: asyncio.Future[int] | None = None
        self.hearing: asyncio.Task[None] | None = None

    @property
    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None

    async def start(self) -> None:
        for leftover in self.program.fresh:
            leftover.unlink(missing_ok=True)
        ours, theirs = os.pipe()
        try:
            self.process = self.program.start(theirs)
        except OSError:
            os.close(ours)
            raise
        finally:
            os.close(theirs)
        self.life = Life.of(self.process.pid)
        self.guard.add(self.process.pid, self.program.stop_signal)
        self.starts.append(time.monotonic())
        loop = asyncio.get_running_loop()
        # A thread waits: asyncio's own waiting hangs as long as a grandchild holds the pipe.
        self.ended = loop.run_in_executor(self.waiters, self.process.wait)
        reader = asyncio.StreamReader(limit=LONGEST_LINE)
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(ours, "rb", 0))
        self.hearing = asyncio.create_task(self._hear(reader))

    @property
    def came_back_lately(self) -> bool:
        return len(self.starts) > 1 and time.monotonic() - self.starts[-1] < WITHIN

    @property
    def last_line(self) -> str:
        lines = [line for line in self.last_words if line.strip()]
        return lines[-1].decode("utf-8", "replace") if lines else ""

    async def keep(self, started_again: Callable[[], None], excused: Callable[[Child], bool]) -> None:
        """Start it again whenever it ends; refuse when that happens too often."""
        pause = FIRST_PAUSE
        while True:
            code = await self.end()
            lasted = time.monotonic() - self.starts[-1]
            if lasted > WITHIN:
                pause = FIRST_PAUSE
            often = len(self.starts) == STARTS and time.monotonic() - self.starts[0] < WITHIN
            if often and not excused(self):
                raise self.failure(f"ended {STARTS} times within a minute")
            name = self.program.name
            self.journal.say(f"{name} ended with {code} after {lasted:.0f} s; starting it again")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            await self.start()
            started_again()

    def failure(self, what: str) -> Refusal:
        words = b"\n  ".join(self.last_words).decode("utf-8", "replace")
        return Refusal(f"{self.program.name} {what}. Its last lines:\n  {words}", Code.CRASHED)

    async def stop(self, hurried: Callable[[], int]) -> None:
        """Ask, ask harder when its patience or ours is over, then end the whole group."""
        if self.process is None:
            return
        began, asked_harder = time.monotonic(), False
        self._signal(self.program.stop_signal)
        while self.process.poll() is None:
            late = time.monotonic() - began - self.program.patience
            if (late > 0 or hurried() > 0) and not asked_harder:
                self.journal.say(f"{self.program.name} is slow to stop; asking harder")
                self._signal(self.program.harder_signal)
                asked_harder = True
            if late > 5 or hurried() > 1:
                self._end_group()
            await asyncio.sleep(0.05)
        await self.end()
        self.journal.say(f"{self.program.name} stopped after {time.monotonic() - began:.1f} s")

    async def end(self) -> int:
        """Wait for the end, then end what it left behind: a web server's or a worker's own children."""
        assert self.ended
        assert self.process
        code = await asyncio.shield(self.ended)
        self._end_group()
        self.guard.forget(self.process.pid)
        if self.hearing:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.hearing, 1)
        return code

    def _end_group(self) -> None:
        assert self.process
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        assert self.process
        if self.process.poll() is None:
            self.process.send_signal(number)

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        while line := await self._line(reader):
            self.last_words.append(line.rstrip())
            self.journal.hear(self.program.name, line)

    async def _line(self, reader: asyncio.StreamReader) -> bytes:
        try:
            return await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError as rest:
            return rest.partial
        except asyncio.LimitOverrunError as overrun:
            return await reader.readexactly(min(overrun.consumed, LONGEST_LINE) or LONGEST_LINE)
