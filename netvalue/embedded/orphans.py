"""What a dead supervisor left running: known by number and time of birth, never by the number alone."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

import psutil

from netvalue.embedded.refusal import Refusal

if TYPE_CHECKING:
    from pathlib import Path

    from netvalue.embedded.journal import Journal
    from netvalue.embedded.place import Place, State

PATIENCE = 30
# Postgres last, so that the others may still finish their work.
ORDER = ("web", "beat", "worker", "pump", "valkey", "postgres")


def clear(here: Place, journal: Journal) -> None:
    """For whoever holds the claim, and so is alone: nothing of an earlier run may still be there."""
    stop_all(here.state(), journal)
    stop_postgres_on(here.postgres, journal)


def stop_all(state: State, journal: Journal) -> None:
    for name in sorted(state.children, key=lambda name: ORDER.index(name) if name in ORDER else 0):
        if process := state.children[name].process():
            journal.say(f"stopping {name} (process {process.pid}), left over from an earlier run")
            _stop(process, signal.SIGINT if name == "postgres" else signal.SIGTERM)


def stop_postgres_on(data: Path, journal: Journal) -> None:
    """A pid file is believed only if that process is a Postgres on these very files."""
    file = data / "postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ValueError, IndexError, psutil.NoSuchProcess):
        process = psutil.Process(int(file.read_text().splitlines()[0]))
        if process.name().startswith("postgres") and str(data) in process.cmdline():
            journal.say(f"stopping a Postgres (process {process.pid}), left over from an earlier run")
            _stop(process, signal.SIGINT)
    file.unlink(missing_ok=True)


def _stop(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
        try:
            process.wait(PATIENCE)
        except psutil.TimeoutExpired:
            process.kill()
            process.wait(PATIENCE)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    except psutil.NoSuchProcess:
        return
    except (psutil.AccessDenied, psutil.TimeoutExpired):
        raise Refusal(f"Process {process.pid} of an earlier run cannot be stopped; stop it first.") from None
