"""When what was removed is forgotten."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from contacts import bin as the_bin


@shared_task
def forget_removed() -> None:
    the_bin.forget_removed(timezone.now())
