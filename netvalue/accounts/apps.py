from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import Tags, register

from netvalue.accounts.checks import signing_in


class AccountsConfig(AppConfig):
    name = "netvalue.accounts"
    label = "accounts"

    def ready(self) -> None:
        register(signing_in, Tags.security)
