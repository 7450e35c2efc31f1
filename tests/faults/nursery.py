"""A process that has loaded the product and forks a worker for each order: a start takes milliseconds.

`python -m tests.faults.nursery`. Each line on its standard input is an order (tests/faults/workers.py); it
answers `born NUMBER PID` and, when that process is over, `dead PID STATUS`. A child is alone in its own
session, so that it can be killed with everything it started. It holds no connection and no thread of its
parent: that one never opens any.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import traceback
from typing import Any

import django

django.setup()

from tests.faults import child  # noqa: E402 -- after setup


def tell(line: str) -> None:
    os.write(1, f"{line}\n".encode())


def bury() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        tell(f"dead {pid} {os.waitstatus_to_exitcode(status)}")


def bear(order: dict[str, Any], wakers: tuple[int, int]) -> None:
    pid = os.fork()
    if pid:
        tell(f"born {order['number']} {pid}")
        return
    code = 1
    try:
        os.setsid()
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for fd in wakers:
            os.close(fd)
        log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (log, 1), (log, 2)):
            os.dup2(source, target)
        child.live(order)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 -- its last door: it is written down, and the process ends
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    hears, speaks = os.pipe()
    for fd in (hears, speaks):
        os.set_blocking(fd, False)
    signal.set_wakeup_fd(speaks)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    rest = b""
    while True:
        ready, _, _ = select.select([0, hears], [], [], 1.0)
        if hears in ready:
            os.read(hears, 4096)
        bury()
        if 0 not in ready:
            continue
        read = os.read(0, 65536)
        if not read:
            return
        *orders, rest = (rest + read).split(b"\n")
        for order in orders:
            bear(json.loads(order), (hears, speaks))


if __name__ == "__main__":
    main()
