"""When sessions and links are forgotten that let nobody in any more."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from netvalue.accounts import sessions
from netvalue.accounts.models import OneTimeLink


@shared_task
def forget_what_has_run_out() -> None:
    now = timezone.now()
    sessions.forget_ended(now)
    OneTimeLink.objects.filter(expires_at__lt=now).delete()
