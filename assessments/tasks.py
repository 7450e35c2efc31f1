"""When things are forgotten: checks that nobody has claimed, and what was removed from a guide."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from assessments.models import Assessment, GuideAnswer


@shared_task
def forget_unclaimed_checks() -> None:
    Assessment.objects.all().forget_unclaimed(timezone.now())


@shared_task
def forget_removed_guide_answers() -> None:
    GuideAnswer.objects.all().forget_removed(timezone.now())
