"""How the mail of everybody is doing, for whoever runs this place: times, states and reasons,
no contents and nobody's address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Min
from django.utils import timezone

from netvalue.outbox import heartbeat
from netvalue.outbox.models import Attempt, Email, Occurrence, PumpState
from netvalue.outbox.verdicts import Verdict, unnamed

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from netvalue.outbox.relay import Relay

LATELY = timedelta(days=30)
MOST_TROUBLES = 20
SKEW_IS_OVER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One try that did not end with the server's yes, without whom it was about."""

    at: datetime
    code: int | None
    said: str


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
    troubles: Sequence[Trouble]
    # Whether anything was tried lately, so that no trouble says something.
    tried: bool

    @property
    def is_paused(self) -> bool:
        until = self.state.paused_until
        return until is not None and until > timezone.now()

    @property
    def pause_reason(self) -> str:
        return unnamed(self.state.pause_reason)

    @property
    def skew(self) -> float | None:
        """By how many seconds a machine's clock and Postgres' differ, if that was seen a moment ago."""
        seen = self.state.skewed_at
        return abs(self.state.skew) if seen and seen > timezone.now() - SKEW_IS_OVER else None


def overview() -> Overview:
    now = timezone.now()
    # Each of a few among very many: an index knows them.
    (leaving, waiting) = (
        Email.objects.filter(state=state).aggregate(number=Count("pk"), oldest=Min("created_at"))
        for state in (Email.State.SENDING, Email.State.PENDING)
    )
    lately = Attempt.objects.filter(at__gt=now - LATELY).order_by("-id").values_list("at", "code", "reply")
    troubles = lately.exclude(verdict=Verdict.SENT)[:MOST_TROUBLES]
    last = Attempt.objects.order_by("-id").values_list("at", flat=True).first()
    return Overview(
        relay=settings.EMAIL_RELAY,
        ticks=heartbeat.ticks(),
        state=PumpState.objects.first() or PumpState(),
        oldest_waiting=min(filter(None, [leaving["oldest"], waiting["oldest"]]), default=None),
        waiting=leaving["number"] + waiting["number"],
        unknown=Email.objects.held().count(),
        failed=Email.objects.filter(state=Email.State.FAILED, created_at__gt=now - LATELY).count(),
        too_late=Occurrence.objects.too_late().filter(due_at__gt=now - LATELY).count(),
        troubles=[Trouble(at, code, unnamed(reply)) for at, code, reply in troubles],
        tried=last is not None and last > now - LATELY,
    )
