"""Where a request comes from: the address that limits count by. A proxy is believed only if it is ours."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from django.http import HttpRequest

NOWHERE = "0.0.0.0"  # noqa: S104 (not bound to: it stands for "no address known")


def address(request: HttpRequest) -> str:
    """The visitor's address: the one our outermost proxy saw, else the one that connected."""
    hops = request.headers.get("X-Forwarded-For", "").split(",")
    if settings.TRUSTED_PROXIES and len(hops) >= settings.TRUSTED_PROXIES:
        seen = hops[-settings.TRUSTED_PROXIES]
    else:
        seen = request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(seen.strip()))
    except ValueError:
        return NOWHERE
