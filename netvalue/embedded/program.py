"""What is started: a command with its environment, the account that runs it, and how it is asked to stop."""

from __future__ import annotations

import signal
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netvalue.embedded.sysuser import Account


@dataclass(frozen=True)
class Program:
    """One program of the product; in a session of its own, so that Ctrl-C reaches only the starter."""

    name: str
    command: tuple[str | Path, ...]
    environment: Mapping[str, str]
    account: Account
    directory: Path
    stop_signal: signal.Signals = signal.SIGTERM
    harder_signal: signal.Signals = signal.SIGKILL
    patience: float = 10
    # Files that must not outlive it: removed before every start.
    fresh: tuple[Path, ...] = ()

    def start(self, output: int) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command,
            env=dict(self.environment),
            cwd=self.directory,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            umask=0o077,
            **self.account.privileges(),
        )
