"""`manage.py login_link ADDRESS`: a link that signs somebody in who cannot do so otherwise."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from netvalue.accounts.models import OneTimeLink, User


class Command(BaseCommand):
    """Lets somebody in who has no password or no mail."""

    help = "Prints a link that signs ADDRESS in, once, within 15 minutes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address")

    def handle(self, *args: Any, address: str, **options: Any) -> str:
        user = User.objects.filter(email=address.strip().lower(), is_active=True).first()
        if user is None:
            raise CommandError(f"Nobody here signs in as {address}.")
        token = OneTimeLink.objects.issue(OneTimeLink.Purpose.SIGN_IN, user=user)
        return settings.NETVALUE_URL + reverse("accounts:login_link", args=[token])
