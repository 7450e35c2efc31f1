"""Mails that may have been accepted are settled: sent if a witness saw them, to be sent if it must have.

Without a witness they stay held and shown, and only their owner decides.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Now

from netvalue.outbox.doubts import Doubt, Word
from netvalue.outbox.events import Events
from netvalue.outbox.models import Attempt, Email
from netvalue.outbox.verdicts import Phase, Verdict

if TYPE_CHECKING:
    from netvalue.outbox.doubts import Finding, Witness

logger = logging.getLogger(__name__)

AT_ONCE = 100
# Nobody keeps a log, and nobody waits for a reminder, longer than that.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Held:
    """A mail in doubt; whether its absence would be known to this witness, and counts by now.

    Each time that it went it may have been accepted: its absence counts from the last, its presence from
    the first.
    """

    pk: int
    message_id: str
    data_at: datetime
    last_data_at: datetime
    absence_counts: bool
    asked_at: datetime


def settle() -> int:
    """Ask about some of them. Returns how many are settled now."""
    witness = settings.EMAIL_PROBE
    if witness is None or not (held := _some(witness)):
        return 0
    try:
        found = witness.ask([_doubt(mail, witness) for mail in held])
    except OSError as error:
        logger.warning("nobody can be asked about %s mails that may have arrived: %s", len(held), error)
        return 0
    return sum(_apply(mail, found[mail.message_id]) for mail in held)


def _some(witness: Witness) -> list[Held]:
    """Whose turn it is: often while they are fresh, then ever more rarely. Never two processes at once."""
    grace = settings.EMAIL_TIMES.grace
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH turn AS MATERIALIZED (
                SELECT id, coalesce(last_data_at, data_at) AS last_at FROM outbox_email
                 WHERE state = 'unknown' AND next_try_at <= clock_timestamp()
                   AND coalesce(last_data_at, data_at) > clock_timestamp() - make_interval(days => %(days)s)
                 ORDER BY next_try_at, id LIMIT %(most)s FOR UPDATE SKIP LOCKED)
            UPDATE outbox_email e
               SET next_try_at = clock_timestamp() + greatest(make_interval(secs => %(step)s),
                   CASE WHEN last_at < clock_timestamp() - make_interval(secs => %(grace)s)
                        THEN least((clock_timestamp() - last_at) / 4, interval '6 hours') END)
              FROM turn
             WHERE e.id = turn.id
            RETURNING e.id, message_id, data_at, last_at,
                   witness = %(witness)s AND last_at < clock_timestamp() - make_interval(secs => %(grace)s),
                   clock_timestamp()
            """,
            {
                "step": grace / 15,
                "grace": grace,
                "days": DAYS,
                "most": AT_ONCE,
                "witness": witness.name,
            },
        )
        return [Held(*row) for row in cursor.fetchall()]


def _doubt(mail: Held, witness: Witness) -> Doubt:
    if not (witness.copy_to or isinstance(witness, Events)) or not mail.absence_counts:
        return Doubt(mail.message_id, mail.data_at, last_data_at=mail.last_data_at)
    # The next one that was accepted after this one may have been, with the same witness.
    later = Email.objects.filter(
        pk__gt=mail.pk, state=Email.State.SENT, witness=witness.name, data_at__gt=mail.last_data_at
    )
    if isinstance(witness, Events):
        # What could not be told when that one was is told again by now.
        later = later.filter(taken_at__lte=mail.asked_at - timedelta(seconds=settings.EMAIL_TIMES.events))
    name = later.order_by("pk").values_list("message_id", flat=True).first() or ""
    there_by = mail.asked_at - timedelta(seconds=settings.EMAIL_TIMES.copies)
    return Doubt(mail.message_id, mail.data_at, name, there_by, mail.last_data_at)


def _apply(mail: Held, finding: Finding) -> bool:
    if finding.word is Word.UNSAID or (finding.word is Word.ABSENT and not mail.absence_counts):
        return False
    with transaction.atomic():
        # Not if it went again while others were asked.
        went_last = Q(last_data_at=mail.last_data_at) | Q(last_data_at=None, data_at=mail.last_data_at)
        ours = Email.objects.held().filter(went_last, pk=mail.pk)
        email = ours.select_related("owner").first()
        if email is None:
            return False
        if finding.word is Word.ACCEPTED:
            ours.settle_as_sent()
        elif email.kind == Email.ACCOUNT:
            # Its body is gone, and whoever waited for it has asked for another one.
            ours.update(state=Email.State.FAILED, reply=finding.because, as_sent=None)
        else:
            ours.release(reply=finding.because)
        Attempt.objects.create(
            owner=email.owner,
            email=email,
            at=Now(),
            phase=Phase.PROBE,
            reply=finding.because,
            verdict=Verdict.SENT if finding.word is Word.ACCEPTED else Verdict.LATER,
        )
    logger.info("mail %s is settled: %s", mail.message_id, finding.because)
    return True
