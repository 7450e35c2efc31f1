"""When things are forgotten, such as what was removed, and when changes of many people go on."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from contacts import bin as the_bin
from contacts.models import BulkChange

logger = logging.getLogger(__name__)


@shared_task
def forget_removed() -> None:
    now = timezone.now()
    the_bin.forget_removed(now)
    BulkChange.objects.all().forget_old(now)


# A lost message costs one tick, a stale one is noise: what there is to do stands in Postgres.
@shared_task(acks_late=False, max_retries=0)
def go_on_with_bulk_changes() -> None:
    BulkChange.objects.all().work()


def wake() -> None:
    """Have a worker look now instead of at the next tick. Without a broker the tick comes all the same."""
    transaction.on_commit(_wake)


def _wake() -> None:
    try:
        go_on_with_bulk_changes.apply_async(expires=25)
    except OperationalError:
        logger.warning("the queue cannot be reached; a change of many waits for the next tick")
