"""Who may sign up by invitation: whoever opened a link that `manage.py invite` printed.

It stays in their session until they sign up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from netvalue.accounts.models import OneTimeLink

if TYPE_CHECKING:
    from django.http import HttpRequest

SESSION_KEY = "invitation"


def accept(request: HttpRequest, token: str) -> bool:
    """Remembers a good invitation for the sign-up page. It is used up by signing up, not by looking."""
    if OneTimeLink.objects.find(OneTimeLink.Purpose.INVITATION, token) is None:
        return False
    request.session[SESSION_KEY] = token
    return True


def of(request: HttpRequest) -> OneTimeLink | None:
    token = request.session.get(SESSION_KEY)
    return OneTimeLink.objects.find(OneTimeLink.Purpose.INVITATION, token) if token else None
