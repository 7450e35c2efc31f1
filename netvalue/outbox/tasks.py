"""The door for Celery: "wake up", without arguments. What there is to do stands in Postgres."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import transaction
from kombu.exceptions import OperationalError

from netvalue.outbox import delivery

logger = logging.getLogger(__name__)


# A lost tick costs twenty seconds, a stale one is noise: it is acknowledged early and expires.
@shared_task(name="outbox.tick", acks_late=False, ignore_result=True, max_retries=0, time_limit=900)
def tick() -> None:
    delivery.pump()


def wake() -> None:
    """Have the pump look now instead of at its next tick. Without a broker the tick comes all the same."""
    transaction.on_commit(_send_tick)


def _send_tick() -> None:
    try:
        tick.apply_async(expires=25)
    except OperationalError:
        logger.warning("the queue cannot be reached; mail leaves at the pump's next tick")
