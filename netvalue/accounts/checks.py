"""Which settings do not go together, as far as signing in is concerned."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.exceptions import ImproperlyConfigured

NO_SECRET = checks.Error(
    "SECRET_KEY is empty: nobody could be signed in, and no link could be trusted.",
    hint="`./netvalue.sh up` makes one by itself. Elsewhere set SECRET_KEY to 50 random characters:"
    ' python3 -c "import secrets; print(secrets.token_urlsafe(50))"',
    id="netvalue.E001",
)
NO_MAIL = checks.Warning(
    "NETVALUE_URL is an https address, but EMAIL_URL is empty: no address can be confirmed, no forgotten"
    " password replaced and no reminder sent.",
    hint="Set EMAIL_URL, for example smtps://user:password@mail.example.org",
    id="netvalue.W001",
)
OPEN_WITHOUT_HTTPS = checks.Warning(
    "SIGN_UP is open at a public address without https: passwords can be read on their way.",
    hint="Set NETVALUE_URL to an https address with a proxy in front, or SIGN_UP to invite or closed.",
    id="netvalue.W002",
)
NO_PROXY = checks.Warning(
    "NETVALUE_URL is an https address, but TRUSTED_PROXIES is 0: all visitors seem to come from one address,"
    " and none of them over https.",
    hint="Set TRUSTED_PROXIES to the number of proxies in front, most often 1.",
    id="netvalue.W003",
)


def signing_in(app_configs: object, **kwargs: Any) -> list[checks.CheckMessage]:
    found = [
        (NO_SECRET, not has_secret()),
        (NO_MAIL, settings.HTTPS and not settings.EMAIL_URL),
        (OPEN_WITHOUT_HTTPS, settings.SIGN_UP == "open" and not settings.HTTPS and not settings.LOOPBACK),
        (NO_PROXY, settings.HTTPS and not settings.TRUSTED_PROXIES),
    ]
    return [message for message, applies in found if applies]


def has_secret() -> bool:
    try:
        return bool(settings.SECRET_KEY)
    except ImproperlyConfigured:
        return False
