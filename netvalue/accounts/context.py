"""What the pages around signing in need to know about this place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from django.conf import settings

from netvalue.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest


def signing_in(request: HttpRequest) -> dict[str, Any]:
    """The database is asked only by the templates that use these."""
    return {
        "may_sign_up": lambda: get_adapter(request).is_open_for_signup(request),
        "nobody_yet": lambda: not User.objects.exists(),
        "can_mail": bool(settings.EMAIL_URL),
    }
