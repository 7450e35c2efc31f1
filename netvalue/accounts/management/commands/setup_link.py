"""`manage.py setup_link`: the link that makes the first account, or nothing when somebody is there."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.urls import reverse

from netvalue.accounts.models import OneTimeLink, User


class Command(BaseCommand):
    """Says how the first account is made."""

    help = "Prints a link, good for one hour, that makes the first account. Prints nothing once there is one."

    def handle(self, *args: Any, **options: Any) -> str | None:
        if User.objects.exists():
            return None
        token = OneTimeLink.objects.issue(OneTimeLink.Purpose.SETUP)
        return settings.NETVALUE_URL + reverse("accounts:setup", args=[token])
