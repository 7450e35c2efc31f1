"""`manage.py demo`: a person with forty contacts, for looking around."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from netvalue.accounts.models import User
from netvalue.demo.life import live

ADDRESS = "demo@example.org"


class Command(BaseCommand):
    """Fills a database nobody uses yet."""

    help = "Makes a person with forty contacts, three checks and follow-ups; never where somebody signs in."

    def handle(self, *args: Any, **options: Any) -> str:
        password = secrets.token_urlsafe(12)
        with transaction.atomic():
            if User.objects.exists():
                raise CommandError("Somebody signs in here already. The demo needs a database without users.")
            user = User.objects.create_user(ADDRESS, password, name="Mara Vogt", time_zone="Europe/Berlin")
            EmailAddress.objects.create(user=user, email=ADDRESS, primary=True, verified=True)
            live(user, timezone.localdate(timezone=user.zone))
        return f"{settings.NETVALUE_URL}\nSign in as {ADDRESS} with the password {password}"
