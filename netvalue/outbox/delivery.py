"""How a mail leaves: claimed with a lease, composed, handed to the relay, fenced before its body.

`pump()` is the only path. A crash before the fence is surely unsent and tried again; after it the mail is
`unknown`, held, shown to its owner and sent again only if they say so. Every lease is counted by Postgres'
clock.
"""

from __future__ import annotations

import logging
import secrets
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, Exists, F, OuterRef, When
from django.db.models.functions import Greatest, Now

from netvalue.outbox import (
    addresses,
    composing,
    envelopes,
    errands,
    fenced_smtp,
    heartbeat,
    kinds,
    letters,
    pace,
    planning,
    pruning,
    resending,
    settling,
    zone_rules,
)
from netvalue.outbox.fenced_smtp import FenceClosed
from netvalue.outbox.line import Line
from netvalue.outbox.localtime import after_the_night
from netvalue.outbox.models import Attempt, Email, Occurrence, PumpState, Seat
from netvalue.outbox.verdicts import Answer, Phase, Verdict, pause_seconds, unnamed, verdict, wait_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netvalue.outbox.composing import Tellable
    from netvalue.outbox.fenced_smtp import FencedSMTP
    from netvalue.outbox.heartbeat import Tick
    from netvalue.outbox.relay import Relay
    from netvalue.outbox.times import Times

    Connect = Callable[[Relay, Times, str], FencedSMTP]

logger = logging.getLogger(__name__)

CLAIM = 50
# A mail whose sender dies each time is claimed alone, then set aside.
ALONE_FROM = 3
GIVE_UP_AT = 8
CHANCE = secrets.SystemRandom()


@dataclass(slots=True)
class Parcel:
    """A claimed envelope and what is in it."""

    email: Email
    occurrences: list[Occurrence] = field(default_factory=list)


def pump(budget: float = 25, *, now: datetime | None = None, connect: Connect = fenced_smtp.connect) -> int:
    """Plan, clean up, send for at most `budget` seconds. Returns how many mails were sent."""
    tick = heartbeat.tick(now, GIVE_UP_AT)
    now = now or tick.now
    relay = settings.EMAIL_RELAY if tick.may_send else None
    sent = _plan_and_send(tick, now, time.monotonic() + budget, _opening(relay, connect) if relay else None)
    # Nobody's mail waits for what is rare and takes long.
    zone_rules.follow(now, tick.zone_rules)
    if pruning.is_due(now, tick.pruned_at):
        resending.let_go()
        errands.some_of(pruning.step, now)
    return sent


def _opening(relay: Relay, connect: Connect) -> Callable[[], FencedSMTP]:
    return lambda: connect(relay, settings.EMAIL_TIMES, envelopes.mail_domain())


def _plan_and_send(tick: Tick, now: datetime, end: float, connect: Callable[[], FencedSMTP] | None) -> int:
    """Nothing leaves if there is no way to the relay."""
    kinds.stand_up()
    waiting = tick.to_send
    if tick.to_plan:
        planning.plan(now)
        waiting = _anything(now)
    if not (waiting or tick.in_doubt):
        return 0
    if waiting:
        reap()
        expire_account_mail(now)
    # Before others are asked: they come to what could not go again.
    again = resending.send_again(connect, fence, now, end) if connect else 0
    settled = settling.settle()
    if connect is None or not (waiting or settled):
        return again
    return again + _send_all(connect, now, end)


def _anything(now: datetime) -> bool:
    """Whether some mail may leave, lost its sender or is not worth sending any more; mostly none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT outbox_anything_to_send(%s, %s)", [now, GIVE_UP_AT])
        return bool(cursor.fetchone()[0])


# --- What became of mails whose sender died ----------------------------------------------------------


def reap() -> None:
    """A lease that ran out before the fence: wait again. After it: unknown."""
    over = Email.objects.filter(state=Email.State.SENDING, lease_until__lt=Now())
    over.filter(data_at=None).release()
    over.exclude(data_at=None).update(
        state=Email.State.UNKNOWN, lease_until=None, next_try_at=Now(), text="", html=""
    )
    Email.objects.filter(state=Email.State.PENDING, claims__gte=GIVE_UP_AT).update(
        state=Email.State.FAILED, text="", html="", reply="set aside: its sender died again and again"
    )


def expire_account_mail(now: datetime) -> None:
    """A link that no longer works is not worth sending; its body goes."""
    Email.objects.filter(state=Email.State.PENDING, expires_at__lte=now).update(
        state=Email.State.EXPIRED, text="", html=""
    )


# --- Claim and compose -------------------------------------------------------------------------------


def claim(token: UUID, now: datetime) -> list[Parcel]:
    """The next mails to send. Those that are empty or wait for the morning keep no others back."""
    while (parcels := _claim(token, now)) == []:
        pass
    return parcels or []


@transaction.atomic
def _claim(token: UUID, now: datetime) -> list[Parcel] | None:
    """Take a seat at the relay, lease some envelopes, and put into them what is due and still wanted.

    Empty ones are closed. Without a free seat nothing is claimed: others are sending.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH ready AS (
                SELECT FROM outbox_email
                 WHERE state = 'pending' AND next_try_at <= statement_timestamp() LIMIT 1),
            steady AS (
                SELECT FROM outbox_email
                 WHERE state = 'pending' AND claims < %(alone)s AND next_try_at <= statement_timestamp()
                 LIMIT 1),
            behind AS MATERIALIZED (
                SELECT owner_id FROM outbox_schedule WHERE next_at <= %(now)s AND kind = ANY(%(kinds)s)),
            free AS (
                SELECT number FROM outbox_seat
                 WHERE number <= %(senders)s
                   AND (token IS NULL OR token = %(token)s OR lease_until < clock_timestamp())
                   AND EXISTS (SELECT FROM ready)
                 ORDER BY token IS DISTINCT FROM %(token)s, number
                 LIMIT 1 FOR UPDATE SKIP LOCKED),
            new AS (
                INSERT INTO outbox_seat (number, token, lease_until)
                SELECT number, %(token)s, clock_timestamp() + make_interval(secs => %(lease)s)
                  FROM generate_series(1, %(senders)s) AS wanted (number)
                 WHERE EXISTS (SELECT FROM ready) AND NOT EXISTS (SELECT FROM free)
                   AND NOT EXISTS (SELECT FROM outbox_seat s WHERE s.number = wanted.number)
                 ORDER BY number LIMIT 1
                ON CONFLICT DO NOTHING RETURNING number),
            seat AS (
                UPDATE outbox_seat SET token = %(token)s,
                       lease_until = clock_timestamp() + make_interval(secs => %(lease)s)
                  FROM free WHERE outbox_seat.number = free.number
                RETURNING outbox_seat.number),
            chosen AS MATERIALIZED (
                SELECT e.id FROM outbox_email e
                 WHERE e.state = 'pending' AND e.next_try_at <= statement_timestamp()
                   AND (e.claims < %(alone)s) = EXISTS (SELECT FROM steady)
                   AND EXISTS (SELECT FROM seat UNION ALL SELECT FROM new)
                   AND NOT EXISTS (SELECT FROM outbox_pumpstate WHERE paused_until > clock_timestamp())
                   -- Nothing leaves while something of the same owner is still to be planned.
                   AND (e.kind = 'account' OR e.owner_id NOT IN (SELECT owner_id FROM behind))
                   -- What a pump that began later has planned since is not due by our time, but soon is.
                   AND (e.kind = 'account' OR NOT EXISTS (
                        SELECT FROM outbox_occurrence o
                         WHERE o.owner_id = e.owner_id AND o.due_at > %(now)s
                           AND o.email_id IS NULL AND o.ended = ''))
                 ORDER BY e.next_try_at, e.id
                 LIMIT CASE WHEN EXISTS (SELECT FROM steady) THEN %(most)s ELSE 1 END
                   FOR UPDATE OF e SKIP LOCKED)
            UPDATE outbox_email e SET state = 'sending', claims = claims + 1, lease_token = %(token)s,
                   lease_until = clock_timestamp() + make_interval(secs => %(lease)s),
                   first_try_at = coalesce(first_try_at, clock_timestamp())
              FROM chosen WHERE e.id = chosen.id
            RETURNING e.id
            """,
            {
                "token": token,
                "lease": settings.EMAIL_TIMES.lease,
                "now": now,
                "alone": ALONE_FROM,
                "most": pace.at_once(CLAIM),
                "senders": pace.senders(),
                "kinds": kinds.steady(),
            },
        )
        claimed = [row[0] for row in cursor.fetchall()]
    emails = Email.objects.filter(pk__in=claimed).select_related("owner").order_by("next_try_at", "id")
    return _compose(list(emails), now) if claimed else None


def _compose(emails: list[Email], now: datetime) -> list[Parcel]:
    parcels = {email.pk: Parcel(email) for email in emails}
    reminders = [email for email in emails if email.kind != Email.ACCOUNT]
    readers = {email.reader for email in reminders}
    open_ = Occurrence.objects.open().filter(owner__in=readers).select_for_update(of=("self",))
    tellable = composing.tellable(open_, now)
    Occurrence.objects.filter(pk__in=tellable.expired).update(ended=Occurrence.Ended.EXPIRED)
    Occurrence.objects.filter(pk__in=tellable.cancelled).update(ended=Occurrence.Ended.CANCELLED)
    for email in reminders:
        if email.recipient == email.reader.email:
            parcels[email.pk].occurrences = list(composing.take(email, tellable))
    parcels = {pk: parcel for pk, parcel in parcels.items() if not _rests(parcel, tellable, now)}
    reminders = [email for email in reminders if email.pk in parcels]
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE outbox_occurrence o SET email_id = v.email FROM unnest(%s::bigint[], %s::bigint[])"
            " AS v(id, email) WHERE o.id = v.id",
            [
                [o.pk for parcel in parcels.values() for o in parcel.occurrences],
                [parcel.email.pk for parcel in parcels.values() for _ in parcel.occurrences],
            ],
        )
    empty = [email.pk for email in reminders if not parcels[email.pk].occurrences]
    Email.objects.filter(pk__in=empty).update(
        state=Email.State.CANCELLED, lease_token=None, lease_until=None, claims=0
    )
    # Of kinds that stumbled nothing is known: they are asked again at the next tick.
    Occurrence.objects.open().filter(owner__in=readers, kind__in=kinds.stumbling()).update(look_at=now)
    # Whoever changed their address gets an envelope for the new one.
    moved = [email.reader for email in reminders if email.recipient != email.reader.email]
    Occurrence.objects.open().filter(owner__in=moved).update(look_at=now)
    return [parcel for pk, parcel in parcels.items() if pk not in empty]


def _rests(parcel: Parcel, tellable: Tellable, now: datetime) -> bool:
    """Whether it is put back until the morning, as if it had not been claimed."""
    email, inside = parcel.email, parcel.occurrences
    if not inside or kinds.get(inside[0].kind).at_once:
        return False
    chosen = tellable.chosen[email.reader.pk]
    digest = email.kind == Email.DIGEST
    hour = int(email.topic or email.reader.reminder_hour) if digest else chosen.hour(email.kind)
    useless_from = max(occurrence.expires_at for occurrence in inside)
    morning = after_the_night(now, email.reader.zone, hour, useless_from)
    if morning > now:
        tried = Attempt.objects.filter(email=OuterRef("pk"))
        Email.objects.filter(pk=email.pk).release(
            wait=(morning - now).total_seconds(),
            claims=Greatest(F("claims") - 1, 0),
            first_try_at=Case(When(Exists(tried), then=F("first_try_at"))),
        )
    return morning > now


# --- Send --------------------------------------------------------------------------------------------


def _send_all(connect: Callable[[], FencedSMTP], now: datetime, end: float) -> int:
    sent = 0
    line = Line(connect)
    token = uuid4()
    in_hand = 0
    ticked = time.monotonic()
    try:
        while time.monotonic() < end:
            half_the_lease = _awake() + settings.EMAIL_TIMES.lease / 2
            parcels = claim(token, now)
            if not parcels:
                break
            drafts = _drafts(parcels, now)
            for parcel in parcels:
                # A slow server leaves no time for the rest of them.
                if _awake() > half_the_lease:
                    _put_back(token)
                    break
                if time.monotonic() - ticked > heartbeat.SILENCE / 4:
                    ticked = time.monotonic()
                    if not heartbeat.tick().may_send:
                        return sent
                in_hand = parcel.email.pk
                pace.wait_for_our_turn()
                outcome = _send_or_set_aside(parcel, drafts.get(in_hand), token, line, now)
                sent += outcome is Verdict.SENT
                if outcome is Verdict.AWAY:
                    return sent
    finally:
        line.close()
        Seat.objects.filter(token=token).update(token=None, lease_until=Now())
        # One during which Postgres or the sender went away is counted and waits: it stops nobody else.
        Email.objects.leased(token).filter(pk=in_hand, data_at=None).release(wait=60)
        _put_back(token)
    return sent


def _awake() -> float:
    """Seconds that go on while the machine sleeps, as Postgres' do."""
    return time.clock_gettime(fenced_smtp.AWAKE_OR_NOT)


def _put_back(token: UUID) -> None:
    """What was claimed and not tried goes back to its place in the line, as if nothing had been."""
    left = Email.objects.leased(token).filter(data_at=None)
    left.release(claims=Greatest(F("claims") - 1, 0), next_try_at=F("next_try_at"))


def _drafts(parcels: list[Parcel], now: datetime) -> dict[int, letters.Draft]:
    """What is in all of them, asked for at once; nothing if somebody stumbles over one of them."""
    try:
        return letters.drafts(((parcel.email, parcel.occurrences) for parcel in parcels), now)
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        # Whatever an app's sentences raise keeps nobody else's mail back: each is asked for by itself then.
        logger.exception("mails cannot be written together")
        return {}


def _send_or_set_aside(
    parcel: Parcel, draft: letters.Draft | None, token: UUID, line: Line, now: datetime
) -> Verdict:
    """One that cannot be written is counted and waits a minute; the others' mail goes on."""
    try:
        return _send(parcel, draft, token, line, now)
    except (InterfaceError, OperationalError):
        raise
    except Exception:  # whatever an app's sentences raise: it is logged, and this mail alone waits
        logger.exception("mail %s cannot be written", parcel.email.message_id)
        # Nobody knows how far their conversation went.
        line.drop()
        Email.objects.leased(token).filter(pk=parcel.email.pk, data_at=None).release(wait=60)
        return Verdict.LATER


def _send(parcel: Parcel, draft: letters.Draft | None, token: UUID, line: Line, now: datetime) -> Verdict:
    email = parcel.email
    letter = draft.written() if draft else letters.write(email, parcel.occurrences, now)
    message = resending.keyed(email, letters.message(email, letter))
    try:
        answer = line.hand_over(
            envelopes.returns_to(email),
            envelopes.recipients(email),
            message,
            lambda to: fence(email, token, to, resending.kept(message)),
        )
    except FenceClosed:
        logger.info("mail %s is no longer ours to send", email.message_id)
        Email.objects.leased(token).filter(pk=email.pk).release()
        return Verdict.LATER
    outcome = verdict(answer)
    if outcome is Verdict.SENT:
        _record_sent(email, token, answer)
    else:
        _record(email, token, answer, outcome)
    return outcome


def _witness(recipients: Sequence[str]) -> str:
    """Who will have seen the mail if it is accepted now; without its copy an archive has not."""
    probe = settings.EMAIL_PROBE
    return probe.name if probe and (not probe.copy_to or probe.copy_to in recipients[1:]) else ""


def fence(email: Email, token: UUID, recipients: Sequence[str] = (), kept: bytes | None = None) -> bool:
    """May the body leave? Committed before its first byte does.

    What goes once more has passed before: when first and as what stays as it was.
    """
    # Within a transaction it would be committed too late.
    assert not connection.in_atomic_block
    asked_for = [Email.ACCOUNT, *(kind.name for kind in kinds.every() if kind.at_once)]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outbox_pass_the_fence(%s, %s, %s, %s, %s, %s)",
            [email.pk, token, settings.EMAIL_TIMES.body_lease, _witness(recipients), kept, asked_for],
        )
        return bool(cursor.fetchone()[0])


def _record_sent(email: Email, token: UUID, answer: Answer) -> None:
    """Written down by one statement, because most mails end here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outbox_was_sent(%s, %s, %s, %s, %s, %s, %s)",
            [
                email.pk,
                token,
                answer.phase,
                answer.code,
                answer.reply[:500],
                Verdict.SENT,
                answer.said,
            ],
        )


@transaction.atomic
def _record(email: Email, token: UUID, answer: Answer, outcome: Verdict) -> None:
    """What is known now; and only whoever holds the lease may say so, even after it ran out."""
    ours = Email.objects.leased(token).filter(pk=email.pk)
    said = answer.said
    match outcome:
        case Verdict.UNKNOWN:
            ours.update(
                state=Email.State.UNKNOWN, lease_until=None, next_try_at=Now(), reply=said, text="", html=""
            )
        case Verdict.REFUSED:
            nobody = addresses.nobody_there(said)
            ours.release(state=Email.State.FAILED, reply=said, text="", html="", nobody_there=nobody)
        case Verdict.LATER:
            wait = wait_seconds(email.tries + 1, answer.code, CHANCE.random())
            ours.release(wait=wait, reply=said, tries=F("tries") + 1, claims=0)
        case Verdict.AWAY if answer.phase in {Phase.RCPT, Phase.DATA}:
            # The server took our address and hung up over this mail: it may be the mail's fault.
            wait = max(_pause(said), wait_seconds(email.tries + 1, answer.code, CHANCE.random()))
            ours.release(wait=wait, reply=said, tries=F("tries") + 1, claims=0)
        case Verdict.AWAY:
            ours.release(wait=_pause(said), reply=said, claims=0)
    Attempt.objects.note(email, answer, outcome)


def _pause(reason: str) -> int:
    """The relay cannot be used: nobody tries it for a while. Returns for how many seconds."""
    state = PumpState.objects.select_for_update().get()
    # Of several senders who meet the same outage one counts it.
    if not PumpState.objects.filter(paused_until__gt=Now()).exists():
        state.pauses = min(state.pauses + 1, 100)
    seconds = pause_seconds(state.pauses)
    state.pause_reason = reason
    state.save(update_fields=["pauses", "pause_reason"])
    PumpState.objects.update(paused_until=Now() + timedelta(seconds=seconds))
    logger.warning("the mail server cannot be used, next try in %s seconds: %s", seconds, unnamed(reason))
    return seconds
