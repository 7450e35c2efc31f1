"""Mail about an account: sign-in links, verification. It leaves at once and never in a digest.

It carries live tokens, so its body is shown to nobody and erased as soon as it was sent or has expired.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from netvalue.outbox import clock, envelopes
from netvalue.outbox.models import Email
from netvalue.outbox.tasks import wake

if TYPE_CHECKING:
    from netvalue.accounts.models import User

A_DAY = timedelta(days=1)


def queue(
    *, to: str, user: User | None, subject: str, text: str, html: str = "", valid_for: timedelta = A_DAY
) -> Email:
    """Write it down in the caller's transaction; the pump is woken when that commits."""
    now = clock.now()
    email = envelopes.new(
        owner=user,
        recipient=to,
        day=now.date(),
        kind=Email.ACCOUNT,
        topic=uuid4().hex,
        subject=" ".join(subject.split())[:250],
        text=text,
        html=html,
        expires_at=now + valid_for,
    )
    email.save(force_insert=True)
    wake()
    return email
