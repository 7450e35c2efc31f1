"""Outlives its starter by seconds: when that one is killed, stops every process group it was told of.

Run as a program of its own: its standard input is the line to its starter, and the end of that line the news.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time

PATIENCE = 30.0


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: dict[int, int] = {}
    rubbish: list[str] = []
    for line in sys.stdin:
        verb, _, rest = line.rstrip("\n").partition(" ")
        if verb == "add":
            group, stop_signal = rest.split()
            groups[int(group)] = int(stop_signal)
        elif verb == "forget":
            groups.pop(int(rest), None)
        elif verb == "remove":
            rubbish.append(rest)
        elif verb == "bye":
            return
    stop(groups)
    for path in rubbish:
        shutil.rmtree(path, ignore_errors=True)


def stop(groups: dict[int, int]) -> None:
    alive = {group for group, number in groups.items() if send(group, number)}
    deadline = time.monotonic() + PATIENCE
    while alive and time.monotonic() < deadline:
        time.sleep(0.1)
        alive = {group for group in alive if send(group, 0)}
    for group in alive:
        send(group, signal.SIGKILL)


def send(group: int, number: int) -> bool:
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True


if __name__ == "__main__":
    main()
