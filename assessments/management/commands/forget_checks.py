"""Forgets, at once, the checks that nobody has claimed in time: `manage.py forget_checks`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from assessments.models import Assessment


class Command(BaseCommand):
    """The same that the hourly task does, for sites without Celery."""

    help = "Deletes checks without an account that nobody has touched for 30 days."

    def handle(self, *args: Any, **options: Any) -> None:
        forgotten = Assessment.objects.all().forget_unclaimed(timezone.now())
        self.stdout.write(f"{forgotten} forgotten")
