"""What a request costs, next to what the least request of its kind costs, in the same run.

Two requests are sent in turns through the whole middleware stack, in this process, against a real
Postgres. CPU seconds of this process count (waiting does not), the best of several rounds of each is
taken, and the ratio of the two is the figure: a busy machine slows both alike.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from django.db import connection


@dataclass(frozen=True)
class Figure:
    """CPU microseconds per call of the floor and of what is measured."""

    name: str
    floor_us: float
    page_us: float

    @property
    def ratio(self) -> float:
        return self.page_us / self.floor_us

    def line(self, goal: float) -> str:
        verdict = "reached" if self.ratio <= goal else "not reached"
        return (
            f"{self.name}: {self.ratio:.2f} × floor (goal {goal:g}, {verdict};"
            f" page {self.page_us:.0f} µs, floor {self.floor_us:.0f} µs of CPU)"
        )


def cpu_us(call: Callable[[], object], times: int) -> float:
    """CPU microseconds of one call, from `times` calls in a row."""
    gc.collect()
    before = time.process_time()
    for _ in range(times):
        call()
    return (time.process_time() - before) / times * 1e6


def compare(
    name: str, floor: Callable[[], object], page: Callable[[], object], *, rounds: int = 12, times: int = 40
) -> Figure:
    """Both in turns, after one round to warm up; the best round of each."""
    for call in (floor, page):
        cpu_us(call, times)
    best_floor, best_page = float("inf"), float("inf")
    for _ in range(rounds):
        best_floor = min(best_floor, cpu_us(floor, times))
        best_page = min(best_page, cpu_us(page, times))
    return Figure(name, best_floor, best_page)


def seconds(call: Callable[[], object], times: int = 30) -> float:
    """The median of what somebody waits for an answer, on this machine as busy as it is."""
    waited = []
    for _ in range(times):
        before = time.perf_counter()
        call()
        waited.append(time.perf_counter() - before)
    return median(waited)


class Work:
    """CPU seconds of this process and of the server process that answers it; where that cannot be read, the
    seconds that pass."""

    def __init__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            (server,) = cursor.fetchone()
        self.server = Path(f"/proc/{server}/schedstat")
        self.counts = self.server.exists()

    def now(self) -> float:
        if not self.counts:
            return time.perf_counter()
        return time.process_time() + int(self.server.read_text().split()[0]) / 1e9

    def of(self, call: Callable[[], object], times: int = 1) -> float:
        """Of one call, from so many in a row."""
        gc.collect()
        before = self.now()
        for _ in range(times):
            call()
        return (self.now() - before) / times


def verdict(name: str, ratio: float, goal: float, said: str = "") -> str:
    """What was reached of a goal that is a most."""
    reached = "reached" if ratio <= goal else "not reached"
    return f"{name}: {ratio:.2f} × (goal ≤ {goal:g}, {reached}{said})"
