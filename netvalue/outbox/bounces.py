"""What came back is written beside the mail it was: the mail stays sent, and the address is counted.

Only an address that we have signed is believed, so nobody can have somebody else's mail stopped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from netvalue.outbox import addresses, dsn, verp
from netvalue.outbox.models import Attempt, Email
from netvalue.outbox.verdicts import Phase, Verdict

if TYPE_CHECKING:
    from netvalue.outbox.dsn import Report


def take(raw: bytes, delivered_to: str = "") -> str:
    """Read one message that was sent to a bounce address. Says what it was, for the log."""
    bounce = dsn.read(raw)
    named = [delivered_to, *bounce.addressed]
    copy_to = settings.EMAIL_PROBE.copy_to.lower() if settings.EMAIL_PROBE else ""
    failed = [one for one in bounce.reports if one.failed and one.recipient.lower() != copy_to]
    with transaction.atomic():
        email = next((mail for address in named if (mail := _signed(address))), None)
        if email is None:
            return "not addressed to a mail of ours"
        if not failed:
            return f"nothing final about mail {email.pk}"
        return came_back(email, failed[0])


def _signed(address: str) -> Email | None:
    pk = verp.mail_of(address, settings.MAIL_BOUNCE_DOMAIN)
    email = Email.objects.filter(pk=pk).select_for_update(of=("self",)).first() if pk else None
    return email if email and verp.is_signed(address, settings.MAIL_ID_KEY, email.message_id) else None


def came_back(email: Email, report: Report) -> str:
    """By a letter or by word of the provider; the mail is locked."""
    words = report.words or Email.UNEXPLAINED
    if email.bounce == words or email.ended_mails:
        return f"mail {email.pk} was known to have come back"
    # Silence takes no words away.
    email.bounce = report.words or email.bounce or words
    email.nobody_there = email.nobody_there or report.nobody or addresses.nobody_there(report.status)
    if email.state == Email.State.UNKNOWN:
        # What came back had been accepted.
        email.state, email.sent_at, email.as_sent = Email.State.SENT, email.data_at, None
    email.save(update_fields=["bounce", "nobody_there", "state", "sent_at", "as_sent"])
    Attempt.objects.create(
        owner_id=email.owner_id,
        email=email,
        at=Now(),
        phase=Phase.BOUNCE,
        reply=words,
        verdict=Verdict.REFUSED,
    )
    # The words name the recipient: they are for the owner alone.
    return f"mail {email.pk} came back: {report.status}"
