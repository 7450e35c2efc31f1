"""When checks are forgotten that nobody has claimed."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assessments.models import Assessment


@shared_task
def forget_unclaimed_checks() -> None:
    Assessment.objects.all().forget_unclaimed(timezone.now())
