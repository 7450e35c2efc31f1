"""When things are forgotten: follow-ups that were let go."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from contacts.models import FollowUp


@shared_task
def forget_let_go_follow_ups() -> None:
    FollowUp.objects.all().forget_let_go(timezone.now())
