"""How the mail of everybody is doing, for whoever runs this place: times, states and reasons, no contents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from netvalue.outbox import heartbeat
from netvalue.outbox.models import Attempt, Email, Occurrence, PumpState
from netvalue.outbox.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netvalue.outbox.relay import Relay

LATELY = timedelta(days=30)
MOST_TROUBLES = 20
SKEW_IS_OVER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything on the page about the mail of this place."""

    relay: Relay | None
    ticks: bool
    state: PumpState
    # When the mail that waits longest was to leave; a test of patience, five minutes are fine.
    oldest_waiting: datetime | None
    waiting: int
    unknown: int
    failed: int
    too_late: int
    troubles: Sequence[Attempt]

    @property
    def is_paused(self) -> bool:
        until = self.state.paused_until
        return until is not None and until > timezone.now()

    @property
    def skew(self) -> float | None:
        """By how many seconds a machine's clock and Postgres' differ, if that was seen a moment ago."""
        seen = self.state.skewed_at
        return abs(self.state.skew) if seen and seen > timezone.now() - SKEW_IS_OVER else None


def overview() -> Overview:
    now = timezone.now()
    mails = Email.objects.aggregate(
        waiting=Count("pk", Q(state__in=[Email.State.PENDING, Email.State.SENDING])),
        oldest=Min("created_at", filter=Q(state__in=[Email.State.PENDING, Email.State.SENDING])),
        unknown=Count("pk", Q(state=Email.State.UNKNOWN)),
        failed=Count("pk", Q(state=Email.State.FAILED, created_at__gt=now - LATELY)),
    )
    troubles = Attempt.objects.exclude(verdict=Verdict.SENT).filter(at__gt=now - LATELY).order_by("-id")
    return Overview(
        relay=settings.EMAIL_RELAY,
        ticks=heartbeat.ticks(),
        state=PumpState.objects.first() or PumpState(),
        oldest_waiting=mails["oldest"],
        waiting=mails["waiting"],
        unknown=mails["unknown"],
        failed=mails["failed"],
        too_late=Occurrence.objects.too_late().filter(due_at__gt=now - LATELY).count(),
        troubles=list(troubles[:MOST_TROUBLES]),
    )
