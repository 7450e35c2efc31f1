"""Waiting for what must come, with a limit that a busy machine does not reach."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psycopg

if TYPE_CHECKING:
    from collections.abc import Callable

PATIENCE = 240.0


def until(holds: Callable[[], object], otherwise: str, patience: float = PATIENCE) -> None:
    """Until it holds; a Postgres that is away meanwhile says nothing about it."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            if holds():
                return
        except psycopg.OperationalError:
            pass
        time.sleep(0.03)
    raise AssertionError(f"waited {patience:.0f} s: {otherwise}")
