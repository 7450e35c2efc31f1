"""What a dead supervisor left running: known by number and time of birth, or by the files it works on."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from netvalue.embedded import postgres
from netvalue.embedded.refusal import Code, Refusal

if TYPE_CHECKING:
    from netvalue.embedded.journal import Journal
    from netvalue.embedded.place import Place, State

PATIENCE = 30
# Postgres last, so that the others may still finish their work.
ORDER = ("web", "beat", "worker", "pump", "valkey", "postgres")


def clear(here: Place, journal: Journal) -> None:
    """For whoever holds the claim, and so is alone: nothing of an earlier run may still be there."""
    state = here.state()
    stop_all(state, journal)
    stop_postgres_on(here.postgres, journal)
    # Postgres believes these files as long as anybody has the number in them. Nobody works here any more.
    sockets = Path(state.sockets or here.run)
    for leftover in (
        here.postgres / "postmaster.pid",
        sockets / postgres.SOCKET,
        sockets / f"{postgres.SOCKET}.lock",
    ):
        leftover.unlink(missing_ok=True)


def stop_all(state: State, journal: Journal) -> None:
    for name in sorted(state.children, key=lambda name: ORDER.index(name) if name in ORDER else 0):
        if process := state.children[name].process():
            journal.say(f"stopping {name} (process {process.pid}), left over from an earlier run")
            _stop(process, signal.SIGINT if name == "postgres" else signal.SIGTERM)


def stop_postgres_on(data: Path, journal: Journal) -> None:
    """The server, or those of its processes that have outlived it for a moment and still write."""
    working = [process for process in psutil.process_iter() if _works_in(process, data)]
    for process in sorted(working, key=lambda each: each.pid):
        journal.say(f"stopping a Postgres (process {process.pid}), left over from an earlier run")
        _stop(process, signal.SIGINT)


def _works_in(process: psutil.Process, directory: Path) -> bool:
    try:
        return process.name().startswith("postgres") and process.cwd() == str(directory)
    except (psutil.Error, OSError):
        return False


def _stop(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
        if not _ended(process):
            process.kill()
            if not _ended(process):
                raise Refusal(f"Process {process.pid} of an earlier run does not end; end it first.")
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied:
        raise Refusal(
            f"Process {process.pid} of an earlier run belongs to another user.", Code.FOREIGN
        ) from None


def _ended(process: psutil.Process) -> bool:
    """Wait for its end; one that nobody has buried yet has ended, too."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False
