"""Rare work that takes minutes: some of it at each tick, by one process at a time, never from the beginning.

What one step does and how far it has come are committed together.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from django.db import connection

from netvalue.outbox.models import Errand

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

SECONDS = 2.0


def some_of(step: Callable[[datetime], bool], now: datetime) -> None:
    """At least one step; no other is begun after so many seconds. A step tells whether there is another."""
    end = time.monotonic() + SECONDS
    while step(now) and time.monotonic() < end:
        pass


def in_hand(name: str) -> Errand | None:
    """How far it has come, ours until this transaction ends; None while another process has it in hand."""
    with connection.cursor() as cursor:
        # No row is locked for it: nobody waits, not even when there is none yet.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"errand {name}"])
        (ours,) = cursor.fetchone()
    return Errand.objects.get_or_create(name=name)[0] if ours else None
