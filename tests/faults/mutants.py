"""The engine with one guard taken out. With it the judge must find the fault; else the test proves nothing.

A mutant is put on in the worker's own process, and leaves a mark when it was really met there.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models.functions import Now
from redis import Redis

from contacts.models import FollowUp
from netvalue.celery import app
from netvalue.outbox import delivery, pace, planning, remembering, tasks, verdicts, verp, views_acting
from netvalue.outbox.models import Email
from netvalue.outbox.verdicts import Phase, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from types import ModuleType

    Met = Callable[[], None]

MUTANTS: dict[str, Callable[[Met], None]] = {}


def mutant(make: Callable[[Met], None]) -> Callable[[Met], None]:
    MUTANTS[make.__name__] = make
    return make


def instead(module: ModuleType, name: str, other: Any) -> None:
    """The module uses this instead of its own."""
    assert hasattr(module, name)
    setattr(module, name, other)


def apply(name: str, mark: Path) -> None:
    def met() -> None:
        mark.touch()

    MUTANTS[name](met)


@mutant
def fence_stands_open(met: Met) -> None:
    """A lease, but no fence: who was frozen sends what somebody else has sent meanwhile."""

    def fence(email: Email, token: Any, *rest: Any) -> bool:
        met()
        return True

    instead(delivery, "fence", fence)


@mutant
def marked_before_sent(met: Met) -> None:
    """Written down as sent as soon as it is claimed."""
    real = delivery.claim

    def claim(*asked: Any) -> Any:
        parcels = real(*asked)
        if parcels:
            met()
        Email.objects.filter(pk__in=[parcel.email.pk for parcel in parcels]).update(
            state="sent", sent_at=Now(), lease_until=None, lease_token=None
        )
        return parcels

    instead(delivery, "claim", claim)
    fence_stands_open(met)


@mutant
def reaper_is_blind(met: Met) -> None:
    """A lease that is over means unsent, whatever the fence says."""

    def reap() -> None:
        over = Email.objects.filter(state="sending", lease_until__lt=Now())
        if over.exclude(data_at=None).exists():
            met()
        over.release()

    instead(delivery, "reap", reap)


@mutant
def fence_asks_nobody(met: Met) -> None:
    """The fence is written by whoever comes, with or without the lease."""

    def fence(email: Email, token: Any, *rest: Any) -> bool:
        met()
        Email.objects.filter(pk=email.pk).update(
            state="sending", sent_at=None, data_at=Now(), lease_token=token, lease_until=Now()
        )
        return True

    instead(delivery, "fence", fence)


@mutant
def silence_is_no(met: Met) -> None:
    """A line that breaks after the body is taken for a refusal."""
    real = verdicts.verdict

    def verdict(answer: Any) -> Verdict:
        if answer.code is None and answer.phase is Phase.BODY:
            met()
            return Verdict.LATER
        return real(answer)

    instead(delivery, "verdict", verdict)


@mutant
def nobody_remembers(met: Met) -> None:
    """Nothing outside of Postgres tells how far the pump had come."""

    def highest(lineage: Any, count: int) -> int:
        met()
        return 0

    instead(remembering, "highest", highest)


@mutant
def no_patience(met: Met) -> None:
    """Who was told to come back comes back at once."""

    def wait_seconds(tries: int, code: int | None, chance: float) -> float:
        met()
        return 0

    instead(delivery, "wait_seconds", wait_seconds)


@mutant
def never_means_later(met: Met) -> None:
    """A refusal for good is tried again."""
    real = verdicts.verdict

    def verdict(answer: Any) -> Verdict:
        if real(answer) is Verdict.REFUSED:
            met()
            return Verdict.LATER
        return real(answer)

    instead(delivery, "verdict", verdict)


@mutant
def nobody_waits(met: Met) -> None:
    """A mail server that cannot be used is asked again and again."""

    def pause(reason: str) -> int:
        met()
        return 0

    instead(delivery, "_pause", pause)


@mutant
def away_is_a_try(met: Met) -> None:
    """That the mail server is away counts against each mail."""
    real = verdicts.verdict

    def verdict(answer: Any) -> Verdict:
        if real(answer) is Verdict.AWAY:
            met()
            return Verdict.LATER
        return real(answer)

    instead(delivery, "verdict", verdict)


@mutant
def queue_is_the_truth(met: Met) -> None:
    """What is to be sent is put into the queue once, and only who takes it from there sends it."""
    broker = Redis.from_url(settings.REDIS_URL)
    real_plan, real_claim = planning.plan, delivery.claim
    queued: set[int] = set()

    def plan(now: datetime) -> int:
        planned = real_plan(now)
        for pk in Email.objects.filter(state="pending").exclude(pk__in=queued).values_list("pk", flat=True):
            queued.add(pk)
            broker.rpush("to-be-sent", pk)
        return planned

    def claim(token: Any, now: datetime) -> Any:
        met()
        taken: Any = broker.lpop("to-be-sent")
        if taken is None:
            return []
        Email.objects.filter(state="pending").exclude(pk=int(taken)).update(
            next_try_at=now + timedelta(days=9)
        )
        Email.objects.filter(state="pending", pk=int(taken)).update(next_try_at=now - timedelta(days=9))
        return real_claim(token, now)

    instead(planning, "plan", plan)
    instead(delivery, "claim", claim)


@mutant
def queue_must_answer(met: Met) -> None:
    """A page waits for the queue, and breaks with it."""

    def send_tick() -> None:
        met()
        tasks.tick.apply_async(expires=25)

    instead(tasks, "_send_tick", send_tick)


def without(words: str, of: str, met: Met) -> None:
    """Each statement in which this stands is sent without these words."""

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        if re.search(of, str(sql)):
            sql, found = re.subn(words, "", str(sql))
            if found:
                met()
        return execute(sql, params, many, context)

    connection.execute_wrappers.append(wrapper)


@mutant
def claims_without_a_lock(met: Met) -> None:
    without("FOR UPDATE OF e SKIP LOCKED", "SET state = 'sending'", met)


@mutant
def plans_without_a_lock(met: Met) -> None:
    without("FOR UPDATE( OF s)? SKIP LOCKED", r"ORDER BY (s\.)?next_at, (s\.)?id LIMIT %s", met)


@mutant
def fence_is_written_later(met: Met) -> None:
    """The fence is committed, and Postgres may forget it if it stops at once."""
    real = delivery.fence

    def fence(email: Email, token: Any, *rest: Any) -> bool:
        met()
        with connection.cursor() as cursor:
            cursor.execute("SET synchronous_commit = off")
        try:
            return real(email, token, *rest)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("RESET synchronous_commit")

    instead(delivery, "fence", fence)


@mutant
def fence_swallows_errors(met: Met) -> None:
    """An error at the fence is no reason not to send."""
    real = delivery.fence

    def fence(email: Email, token: Any, *rest: Any) -> bool:
        try:
            return real(email, token, *rest)
        except DatabaseError:
            met()
            return True

    instead(delivery, "fence", fence)


@mutant
def pooler(met: Met) -> None:
    """Not a mutant but a machine: each transaction may have another session."""

    def wrapper(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        result = execute(sql, params, many, context)
        if not connection.in_atomic_block and connection.get_autocommit():
            met()
            # Behind the back of psycopg, which would forget what it has prepared.
            connection.connection.pgconn.exec_(b"DISCARD ALL")
        return result

    connection.execute_wrappers.append(wrapper)


@mutant
def pooler_and_prepared_statements(met: Met) -> None:
    """What is prepared on one session is asked for on another."""
    connection.settings_dict["OPTIONS"] |= {"server_side_binding": True, "prepare_threshold": 0}
    pooler(met)


@mutant
def task_has_a_new_name(met: Met) -> None:
    """A version whose worker knows the tick only by another name, and wants to be told what to do."""
    app.finalize()
    app.tasks.pop("outbox.tick")
    met()


@mutant
def nobody_counts_deaths(met: Met) -> None:
    """A mail that kills its sender is claimed again and again."""
    instead(delivery, "ALONE_FROM", 10_000)
    instead(delivery, "GIVE_UP_AT", 10_000)
    met()


@mutant
def nobody_waits_their_turn(met: Met) -> None:
    instead(pace, "wait_for_our_turn", met)


@mutant
def reading_acts(met: Met) -> None:
    """Whoever opens the link has done it."""
    real = views_acting.shown

    def shown(request: Any, opened: Any, *rest: Any) -> Any:
        met()
        FollowUp.objects.filter(pk=opened.occurrence.object_id).update(done_at=Now())
        return real(request, opened, *rest)

    instead(views_acting, "shown", shown)


@mutant
def every_seal_is_good(met: Met) -> None:
    """Whoever names a mail is believed about it."""

    def is_signed(*about: str) -> bool:
        met()
        return True

    instead(verp, "is_signed", is_signed)
