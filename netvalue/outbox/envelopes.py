"""An envelope before it is written down: its name follows from its recipient, day and kind."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings

from netvalue.outbox import verp
from netvalue.outbox.localtime import instant
from netvalue.outbox.mailid import message_id
from netvalue.outbox.models import Email

if TYPE_CHECKING:
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from netvalue.accounts.models import User
    from netvalue.outbox.addressing import Waiting
    from netvalue.outbox.choices import Choices
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


def leaves_at(due_at: datetime, day: date, hour: int, zone: ZoneInfo) -> datetime:
    """When it leaves if it does so on this day: at its kind's hour, or as soon as it is due after that."""
    return max(due_at, instant(day, hour, zone))


def hour_of(due_at: datetime, day: date, hour: int, usual: int, zone: ZoneInfo) -> str:
    """Names the mail of this day in which it leaves: by its hour; empty for the one at the usual hour."""
    at = leaves_at(due_at, day, hour, zone)
    return "" if at == instant(day, usual, zone) else str(at.astimezone(zone).hour)


def fits(occurrence: Occurrence, email: Email, chosen: Choices) -> bool:
    """Whether it belongs into this mail of several things: by when it leaves on that day, or by its hour."""
    owner, hour = occurrence.owner, chosen.hour(occurrence.kind)
    then = hour_of(occurrence.due_at, email.local_date, hour, owner.reminder_hour, owner.zone)
    return email.topic in {chosen.own_hour(occurrence.kind), then}


def returns_to(email: Email) -> str:
    """Whom to tell if it cannot be delivered."""
    if not settings.MAIL_BOUNCE_DOMAIN:
        return parseaddr(settings.MAIL_FROM)[1]
    return verp.address(settings.MAIL_ID_KEY, email.pk, email.message_id, settings.MAIL_BOUNCE_DOMAIN)


def recipients(email: Email) -> list[str]:
    """Its own, and whoever gets a copy of everything."""
    copy_to = settings.EMAIL_PROBE.copy_to if settings.EMAIL_PROBE else ""
    return [email.recipient, copy_to] if copy_to else [email.recipient]


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
