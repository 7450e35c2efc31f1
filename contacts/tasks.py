"""When things are forgotten: follow-ups that were let go, and what was removed."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from contacts import bin as the_bin
from contacts.models import FollowUp


@shared_task
def forget_let_go_follow_ups() -> None:
    FollowUp.objects.all().forget_let_go(timezone.now())


@shared_task
def forget_removed() -> None:
    the_bin.forget_removed(timezone.now())
