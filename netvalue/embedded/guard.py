"""How a starter keeps a sentinel that knows each process group, so that kill -9 leaves nothing running."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SENTINEL = Path(__file__).with_name("sentinel.py")


class Guard:
    """The starter's end of the line to its sentinel."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-S", SENTINEL], stdin=subprocess.PIPE, cwd="/", start_new_session=True
        )

    def add(self, group: int, stop_signal: int) -> None:
        self._tell(f"add {group} {int(stop_signal)}")

    def forget(self, group: int) -> None:
        self._tell(f"forget {group}")

    def remove_at_death(self, directory: Path) -> None:
        self._tell(f"remove {directory}")

    def dismiss(self) -> None:
        """All is stopped: the sentinel has nothing left to do."""
        self._tell("bye")
        if self.process.stdin:
            self.process.stdin.close()
        self.process.wait()

    def _tell(self, line: str) -> None:
        if self.process.stdin and not self.process.stdin.closed:
            try:
                self.process.stdin.write(line.encode() + b"\n")
                self.process.stdin.flush()
            except BrokenPipeError:  # somebody killed the sentinel: its work is to be had at the next start
                self.process.stdin.close()
