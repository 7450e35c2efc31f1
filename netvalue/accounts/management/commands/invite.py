"""`manage.py invite [ADDRESS]`: a link with which somebody may sign up."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.urls import reverse

from netvalue.accounts.models import OneTimeLink


class Command(BaseCommand):
    """Opens the door to one more person."""

    help = "Prints a link, good for seven days and one sign-up: for ADDRESS alone, or for anybody."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("address", nargs="?", default="")

    def handle(self, *args: Any, address: str, **options: Any) -> str:
        if settings.SIGN_UP != "invite":
            self.stderr.write(f"SIGN_UP is {settings.SIGN_UP}; invitations count while it is invite.")
        try:
            if address:
                validate_email(address)
        except ValidationError as error:
            raise CommandError(f"{address} is not an e-mail address.") from error
        token = OneTimeLink.objects.issue(OneTimeLink.Purpose.INVITATION, email=address)
        return settings.NETVALUE_URL + reverse("accounts:invitation", args=[token])
