"""What we add for htmx: a typed request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import http

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from netvalue.accounts.models import User


class HttpRequest(http.HttpRequest):
    """A request as our views see it."""

    user: User
    htmx: HtmxDetails
