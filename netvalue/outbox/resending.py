"""A mail that may have been accepted goes once more where the relay knows it by its key (EMAIL_IDEMPOTENCY).

It is the same mail to the last byte: kept from the fence until its fate is known, because written anew it
would be another one. It stays in doubt whatever the relay says but that it has it; and once the relay may
have forgotten the key, or something in it is no longer to be told, it is held as without a key.
"""

from __future__ import annotations

import logging
import time
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from netvalue.outbox import choices, composing, envelopes, idempotency, kinds, pace
from netvalue.outbox.events import Events
from netvalue.outbox.fenced_smtp import FenceClosed
from netvalue.outbox.line import Line
from netvalue.outbox.localtime import after_the_night
from netvalue.outbox.models import Attempt, Email, Seat
from netvalue.outbox.verdicts import Verdict, verdict, wait_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from uuid import UUID

    from netvalue.outbox.fenced_smtp import FencedSMTP
    from netvalue.outbox.verdicts import Answer

    Fence = Callable[[Email, UUID, Sequence[str]], bool]

logger = logging.getLogger(__name__)


def keyed(email: Email, message: bytes) -> bytes:
    """As it leaves: with what its provider gives back, and with its key, where the relay knows them."""
    witness, known = settings.EMAIL_PROBE, settings.EMAIL_IDEMPOTENCY
    if isinstance(witness, Events):
        message = witness.marked(email.message_id, message)
    return known.keyed(email.message_id, message) if known else message


def kept(message: bytes) -> bytes | None:
    """What the fence keeps of it."""
    return zlib.compress(message) if settings.EMAIL_IDEMPOTENCY else None


def send_again(connect: Callable[[], FencedSMTP], fence: Fence, now: datetime, end: float) -> int:
    """What may go once more, one after the other. Returns how many the relay has now."""
    if settings.EMAIL_IDEMPOTENCY is None:
        return 0
    let_go()
    if not _anything():
        return 0
    Seat.objects.bulk_create([Seat(number=n + 1) for n in range(pace.senders())], ignore_conflicts=True)
    token, line, sent = uuid4(), Line(connect), 0
    try:
        while time.monotonic() < end and (email := _claim(token, _known_for())):
            # Nothing lies between the question what is still to be told and the mail.
            pace.wait_for_our_turn()
            if not _still_to_be_told(email, now):
                _back(email, token, as_sent=None)
            elif wait := _night(email, now):
                _back(email, token, next_try_at=Now() + wait)
            elif _send(email, token, line, fence):
                sent += 1
            else:
                break
    finally:
        line.close()
        Seat.objects.filter(token=token).update(token=None, lease_until=Now())
    return sent


def _known_for() -> float:
    """For how many seconds after its first try a mail may go again."""
    known = settings.EMAIL_IDEMPOTENCY
    return known.seconds - idempotency.margin(settings.EMAIL_TIMES) if known else 0


def let_go() -> None:
    """Of what cannot go again any more nothing is kept."""
    over = Email.objects.held().filter(data_at__lte=Now() - timedelta(seconds=_known_for()))
    over.exclude(as_sent=None).update(as_sent=None)


def _anything() -> bool:
    return Email.objects.held().filter(next_try_at__lte=Now()).exclude(as_sent=None).exists()


@transaction.atomic
def _claim(token: UUID, known_for: float) -> Email | None:
    """The next one, if the relay still knows its key and there is a seat free at it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH mail AS MATERIALIZED (
                SELECT id FROM outbox_email
                 WHERE state = 'unknown' AND next_try_at <= statement_timestamp() AND as_sent IS NOT NULL
                   AND data_at > clock_timestamp() - make_interval(secs => %(known)s)
                   AND NOT EXISTS (SELECT FROM outbox_pumpstate WHERE paused_until > clock_timestamp())
                 ORDER BY next_try_at, id LIMIT 1 FOR UPDATE SKIP LOCKED),
            free AS MATERIALIZED (
                SELECT number FROM outbox_seat
                 WHERE number <= %(senders)s AND EXISTS (SELECT FROM mail)
                   AND (token IS NULL OR token = %(token)s OR lease_until < clock_timestamp())
                 ORDER BY token IS DISTINCT FROM %(token)s, number LIMIT 1 FOR UPDATE SKIP LOCKED),
            seat AS (
                UPDATE outbox_seat s SET token = %(token)s,
                       lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
                  FROM free WHERE s.number = free.number
                RETURNING s.number)
            UPDATE outbox_email e SET state = 'sending', lease_token = %(token)s,
                   lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
              FROM mail, seat WHERE e.id = mail.id
            RETURNING e.id
            """,
            {
                "token": token,
                "lease": settings.EMAIL_TIMES.lease,
                "senders": pace.senders(),
                "known": known_for,
            },
        )
        claimed = cursor.fetchone()
    return Email.objects.select_related("owner").get(pk=claimed[0]) if claimed else None


def _still_to_be_told(email: Email, now: datetime) -> bool:
    """All of it, since nothing can be taken out. A letter about the account says when it is worth nothing."""
    if email.kind == Email.ACCOUNT:
        return email.expires_at is None or email.expires_at > now
    inside = list(email.occurrences.select_related("owner"))
    if not email.reader.is_active or email.reader.email != email.recipient:
        return False
    if not inside or any(it.expires_at <= now or kinds.find(it.kind) is None for it in inside):
        return False
    return composing.told(inside, choices.of_many([email.reader])) == {it.pk for it in inside}


def _night(email: Email, now: datetime) -> timedelta | None:
    """How long it is until the morning if it waits for that."""
    inside = list(email.occurrences.all())
    if not inside or kinds.get(inside[0].kind).at_once:
        return None
    reader = email.reader
    digest = email.kind == Email.DIGEST
    hour = int(email.topic or reader.reminder_hour) if digest else choices.of(reader).hour(email.kind)
    morning = after_the_night(now, reader.zone, hour, max(it.expires_at for it in inside))
    return morning - now if morning > now else None


def _send(email: Email, token: UUID, line: Line, fence: Fence) -> bool:
    """Whether the relay has it now."""
    assert email.as_sent is not None
    message = zlib.decompress(email.as_sent)
    try:
        answer = line.hand_over(
            envelopes.returns_to(email),
            envelopes.recipients(email),
            message,
            lambda to: fence(email, token, to),
        )
    except FenceClosed:
        # It took too long, or is no longer to be told: the next turn knows.
        logger.info("mail %s did not leave this time", email.message_id)
        _back(email, token, next_try_at=Now() + timedelta(seconds=60))
        return False
    _record(email, token, answer)
    return verdict(answer) is Verdict.SENT


def _back(email: Email, token: UUID, **changes: object) -> None:
    """Nothing is known that was not known before."""
    ours = Email.objects.leased(token).filter(pk=email.pk)
    ours.update(**{"state": Email.State.UNKNOWN, "lease_until": None} | changes)


@transaction.atomic
def _record(email: Email, token: UUID, answer: Answer) -> None:
    ours = Email.objects.leased(token).filter(pk=email.pk)
    outcome, said = verdict(answer), answer.said
    if outcome is Verdict.SENT:
        ours.settle_as_sent(reply=said)
    elif outcome is Verdict.REFUSED:
        # It is not to come again; that says nothing about the first time.
        _back(email, token, as_sent=None, reply=said)
    else:
        wait = wait_seconds(email.tries + 1, answer.code, 0.5)
        _back(email, token, next_try_at=Now() + timedelta(seconds=wait), tries=F("tries") + 1, reply=said)
    Attempt.objects.note(email, answer, Verdict.SENT if outcome is Verdict.SENT else Verdict.UNKNOWN)
