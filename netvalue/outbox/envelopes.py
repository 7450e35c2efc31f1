"""An envelope before it is written down: its name follows from its recipient, day and kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

from netvalue.outbox.mailid import message_id
from netvalue.outbox.models import Email

if TYPE_CHECKING:
    from datetime import date

    from netvalue.accounts.models import User
    from netvalue.outbox.addressing import Waiting
    from netvalue.outbox.models import Occurrence


def mail_domain() -> str:
    return urlsplit(settings.NETVALUE_URL).hostname or "localhost"


def topic(occurrence: Occurrence | Waiting) -> str:
    """Which of several single mails of a kind and day this occurrence has: one for all leads of an event."""
    return f"{occurrence.object_id}.{occurrence.occurrence_on}"


def name(recipient: str, day: date, kind: str, topic: str) -> str:
    """Its Message-ID."""
    return message_id(
        settings.MAIL_ID_KEY, recipient=recipient, day=day, kind=kind, topic=topic, domain=mail_domain()
    )


def new(*, owner: User | None, recipient: str, day: date, kind: str, topic: str = "", **fields: Any) -> Email:
    return Email(
        owner=owner,
        recipient=recipient,
        local_date=day,
        kind=kind,
        topic=topic,
        message_id=name(recipient, day, kind, topic),
        **fields,
    )
