"""What the person in front of the page is told about mail: that none goes out, if none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext

from netvalue.outbox import heartbeat

if TYPE_CHECKING:
    from django.http import HttpRequest


def notices(request: HttpRequest) -> dict[str, object]:
    """Asks only where a page shows notices, and only for somebody signed in."""

    def site_notices() -> list[dict[str, str]]:
        if not request.user.is_authenticated or heartbeat.leaves():
            return []
        notice = {
            "kind": "warn",
            "title": gettext("No mails are leaving at the moment. Nothing is lost; they will follow."),
        }
        if request.user.is_staff:
            notice |= {"href": reverse("outbox:everybodys_mail"), "link": gettext("Why, and what to do")}
        elif request.path != reverse("outbox:mail"):
            notice |= {"href": reverse("outbox:mail"), "link": gettext("Read them under “Mail for you”")}
        return [notice]

    return {"site_notices": site_notices}
