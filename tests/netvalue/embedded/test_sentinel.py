"""A starter that is killed leaves nothing: proven with one of our own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

from netvalue.embedded.place import CHECKOUT, Life
from tests.netvalue.embedded.product import clean_environment, until

if TYPE_CHECKING:
    from pathlib import Path

STARTER = """
import pathlib, signal, subprocess, sys
from netvalue.embedded.guard import Guard
guard = Guard()
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
guard.add(child.pid, signal.SIGTERM)
print(child.pid, flush=True)
guard.remove_at_death(pathlib.Path(sys.argv[1]))
print("done", flush=True)
signal.pause()
"""


def test_when_its_starter_is_killed_everything_ends(tmp_path: Path) -> None:
    rubbish = tmp_path / "rubbish"
    rubbish.mkdir()
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, rubbish],
        cwd=CHECKOUT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert starter.stdout
    child = Life.of(int(starter.stdout.readline()))
    assert starter.stdout.readline() == "done\n"
    assert child
    assert child.process()
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()
    starter.stdout.close()
    assert until(lambda: child.process() is None)
    assert until(lambda: not rubbish.exists())
