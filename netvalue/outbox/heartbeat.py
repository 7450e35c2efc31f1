"""Whether the pump is alive: each tick leaves its time, and an outage is seen by whoever asks.

A tick also notices two things that could make mail leave twice or at the wrong time: a database that was put
back to an older state, and a machine whose clock differs from Postgres'.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection
from django.db.models.functions import Now

from netvalue.outbox import remembering, settling
from netvalue.outbox.models import PumpState
from netvalue.prepared import ANYBODY, Prepared

logger = logging.getLogger(__name__)

SILENCE = 120
# Clocks that are set by the network differ by milliseconds.
SKEW = 2.0
SKEW_IS_NEWS = timedelta(hours=1)


# The one row.
PUMP = 1


@dataclass(frozen=True, slots=True)
class Tick:
    """What a pump knows when it begins: the time by Postgres' clock, and whether mail may leave."""

    now: datetime
    may_send: bool
    pruned_at: datetime | None
    # By which all moments to come were reckoned.
    zone_rules: str
    # Whether anything is due, any mail may leave or lost its sender, any in doubt is to be asked about.
    to_plan: bool
    to_send: bool
    in_doubt: bool


def tick(now: datetime | None = None, give_up_at: int = 1) -> Tick:
    """One statement leaves its trace and asks whether there is anything to do, which mostly there is not.

    `now` is business time, Postgres' clock unless somebody says; a mail claimed `give_up_at` times counts.
    """
    here = time.time()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT * FROM outbox_tick(%s, %s, %s, %s, %s)",
            # Of mails in doubt only those count that a witness may still have seen, or that may go again by
            # their key: nothing moves the others but their owner.
            [
                now,
                uuid4(),
                give_up_at,
                settling.DAYS if settings.EMAIL_PROBE else 0,
                settings.EMAIL_IDEMPOTENCY is not None,
            ],
        )
        lineage, ticks, at, went_back_at, pruned_at, zone_rules, to_plan, to_send, in_doubt = (
            cursor.fetchone()
        )
    _look_at_the_clock(here, at)
    if went_back_at is None and remembering.is_due(busy=to_plan or to_send or in_doubt):
        went_back_at = _found_older(lineage, remembering.highest(lineage, ticks), ticks)
    return Tick(at, went_back_at is None, pruned_at, zone_rules, to_plan, to_send, in_doubt)


def _found_older(lineage: UUID, remembered: int, ticks: int) -> datetime | None:
    """When it was noticed that this database knows less than is remembered about it; None if it does not."""
    if remembered < ticks:
        return None
    # Another pump may have ticked, and remembered that, between our tick and our look.
    older = PumpState.objects.filter(went_back_at=None, lineage=lineage, ticks__lt=remembered)
    if older.update(went_back_at=Now()):
        logger.error("this database was put back to an older state: no mail leaves until somebody decides")
    return PumpState.objects.values_list("went_back_at", flat=True).first()


def _look_at_the_clock(here: float, now: datetime) -> None:
    """`here` was read before Postgres was asked, so the way there and back lies between the two."""
    took = time.time() - here
    skew = here + took / 2 - now.timestamp()
    if abs(skew) <= SKEW + took:
        return
    known = PumpState.objects.filter(skewed_at__gt=Now() - SKEW_IS_NEWS)
    if not known.update(skew=skew, skewed_at=Now()):
        PumpState.objects.update(skew=skew, skewed_at=Now())
        logger.error("the clock of this machine and Postgres' differ by %.1f seconds", skew)


def ticks() -> bool:
    """By Postgres' clock, so that no machine's own clock matters."""
    return bool(ticked.about(PUMP))


def leaves() -> bool:
    """Whether mail can leave: the pump is alive, and nothing has to be decided first."""
    return any(went_back_at is None for (went_back_at,) in ticked.about(PUMP))


@Prepared
def ticked() -> Any:
    """Every page asks this."""
    lately = PumpState.objects.filter(pk=ANYBODY, ticked_at__gt=Now() - timedelta(seconds=SILENCE))
    return lately.values_list("went_back_at")
