"""What `./netvalue.sh up`, `down`, `status` and `manage` do, each from its options on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from netvalue.embedded import address, environment, keys, orphans, place, servers
from netvalue.embedded.application import Application, who_runs
from netvalue.embedded.borrowing import borrowed
from netvalue.embedded.journal import Journal
from netvalue.embedded.place import CHECKOUT
from netvalue.embedded.refusal import Code, Refusal
from netvalue.embedded.supervisor import Supervisor
from netvalue.embedded.sysuser import acting_as

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from netvalue.embedded.place import Place

STOPPED = 3
LONGEST_STOP = 120


def up(options: argparse.Namespace) -> int:
    here = place.chosen(options.data)
    with here.claimed():
        journal = Journal(here.logs / "netvalue.log", quiet=options.quiet, verbose=options.verbose)
        orphans.clear(here, journal)
        secrets = keys.load_or_make(here.keys)
        run = servers.of(here, secrets["VALKEY_PASSWORD"])
        account = who_runs(run.account)
        if not (run.account.is_us or account == run.account):
            journal.tell(
                f"The application runs as root: user {run.account.name} cannot read {CHECKOUT} or its Python."
            )
        for directory in (here.scratch, here.static, here.media, here.backups):
            directory.mkdir(mode=0o700, exist_ok=True)
            account.own(directory)
        with acting_as(account):
            listening = address.take(options.host, options.port)
        variables = environment.ours(here, secrets, run.environment) | environment.public(listening)
        journal.say(f"starting on {here.data}")
        app = Application(here, account, variables)
        asyncio.run(Supervisor(here, run, app, listening, journal).run(browser=not options.no_browser))
    return 0


def down(options: argparse.Namespace) -> int:
    here = place.chosen(options.data)
    state = here.state()
    if not state.supervisor or not state.runs:
        print(f"NetValue does not run on {here.data}.")
        return 0
    try:
        os.kill(state.supervisor.pid, signal.SIGTERM)
    except PermissionError:
        raise Refusal(f"NetValue on {here.data} belongs to another user.", Code.FOREIGN) from None
    deadline = time.monotonic() + LONGEST_STOP
    while state.supervisor.process():
        if time.monotonic() > deadline:
            raise Refusal(f"NetValue has not stopped within {LONGEST_STOP} s; the log is in {here.logs}.")
        time.sleep(0.05)
    print(f"NetValue on {here.data} is stopped.")
    return 0


def status(options: argparse.Namespace) -> int:
    here = place.chosen(options.data)
    state = here.state()
    supervisor = state.supervisor.process() if state.supervisor else None
    if supervisor is None:
        print(f"NetValue does not run on {here.data}.")
        return STOPPED
    since = time.strftime("%Y-%m-%d %H:%M", time.localtime(supervisor.create_time()))
    print(f"NetValue {'runs' if state.ready else 'starts'} at {state.url} since {since}, on {here.data}")
    for name, life in state.children.items():
        print(f"  {name:<9}{f'process {life.pid}' if life.process() else 'is being started again'}")
    return 0


def manage(options: argparse.Namespace) -> int:
    """A command of Django on the product that runs; if none does, on its database, started for the time."""
    here = place.chosen(options.data)
    with _reachable(here) as variables:
        command = [sys.executable, CHECKOUT / "manage.py", *options.command]
        called = subprocess.run(command, env=environment.of_a_program(variables), check=False)
    return called.returncode


@contextmanager
def _reachable(here: Place) -> Iterator[dict[str, str]]:
    state = here.state()
    if state.runs:
        if not state.ready:
            raise Refusal(f"NetValue is still starting on {here.data}; try again in a moment.", Code.RUNNING)
        yield state.environment | {"DATABASE_POOL": "0"}
        return
    with borrowed(here) as (run, secrets):
        yield environment.ours(here, secrets, run.environment) | {"DATABASE_POOL": "0"}
