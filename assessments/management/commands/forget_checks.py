"""Forgets, at once, unclaimed checks and what was removed: `manage.py forget_checks`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assessments.models import Assessment, GuideAnswer
from contacts import bin as the_bin


class Command(BaseCommand):
    """The same that the hourly tasks do, for sites without Celery."""

    help = (
        "Deletes what is 30 days old: untouched checks without an account, removed versions of guides,"
        " and what else was removed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        checks = Assessment.objects.all().forget_unclaimed(now)
        versions = GuideAnswer.objects.all().forget_removed(now)
        removed = the_bin.forget_removed(now)
        self.stdout.write(f"forgotten checks: {checks}, removed versions: {versions}, of contacts: {removed}")
