"""How fast mails leave: at most EMAIL_RATE a second over all processes, each in the order in which it asks.

Every sender takes the next slot from the one row in Postgres just before it hands over a mail, and waits.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.db import connection


def at_once(most: int) -> int:
    """How many mails to claim: no more than leave within half a lease if every seat is taken."""
    if not settings.EMAIL_RATE:
        return most
    ours = settings.EMAIL_RATE / senders()
    return max(1, min(most, int(ours * settings.EMAIL_TIMES.lease / 2)))


def senders() -> int:
    """How many may send at once: so few that each gets its turn within half a lease."""
    most: int = settings.EMAIL_SENDERS
    if not settings.EMAIL_RATE:
        return most
    return max(1, min(most, int(settings.EMAIL_RATE * settings.EMAIL_TIMES.lease / 2)))


def wait_for_our_turn() -> None:
    if not settings.EMAIL_RATE:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE outbox_pumpstate
               SET next_slot_at = greatest(next_slot_at, clock_timestamp()) + make_interval(secs => %s)
            RETURNING extract(epoch FROM next_slot_at - clock_timestamp())::float
            """,
            [1 / settings.EMAIL_RATE],
        )
        (seconds,) = cursor.fetchone()
    # The slot begins where the one before ends.
    time.sleep(max(0.0, seconds - 1 / settings.EMAIL_RATE))
