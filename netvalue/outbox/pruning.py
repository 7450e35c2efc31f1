"""What was told long ago goes: mails after 400 days, digests and letters about the account after 90.

That it was told is known for 400 days in any case, so that nothing is told again because it was corrected.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from netvalue.outbox.models import Email, Occurrence, PumpState

if TYPE_CHECKING:
    from datetime import datetime

A_DAY = timedelta(days=1)
BATCH = 5000
SHORT, LONG = timedelta(days=90), timedelta(days=400)
# Held mails wait for their owner's word however long that takes.
OVER = [Email.State.SENT, Email.State.FAILED, Email.State.CANCELLED, Email.State.EXPIRED]


def prune_daily(now: datetime, pruned_at: datetime | None) -> None:
    """Once a day, whoever comes first."""
    if pruned_at is None or pruned_at < now - A_DAY:
        due = PumpState.objects.filter(Q(pruned_at=None) | Q(pruned_at__lt=now - A_DAY))
        if due.update(pruned_at=now):
            prune(now)


def prune(now: datetime) -> int:
    """A batch at a time. Returns how many mails, and reminders that never were in one, went."""
    gone = 0
    while batch := _prune_batch(now):
        gone += batch
        if batch < BATCH:
            break
    return gone


@transaction.atomic
def _prune_batch(now: datetime) -> int:
    short_lived = Q(kind__in=[Email.ACCOUNT, Email.DIGEST], created_at__lt=now - SHORT)
    old = Email.objects.filter(short_lived | Q(created_at__lt=now - LONG), state__in=OVER)
    mails = list(old.order_by("id").values_list("pk", flat=True)[:BATCH])
    loose = Occurrence.objects.exclude(ended="").filter(due_at__lt=now - LONG)
    ended = list(loose.order_by("id").values_list("pk", flat=True)[: BATCH - len(mails)])
    # Occurrences are locked before e-mails, here and wherever both are. That something was told is known
    # longer than in which mail: it is not told again because somebody corrects it.
    inside = Occurrence.objects.filter(email__in=mails)
    inside.filter(due_at__gte=now - LONG).update(email=None, ended=Occurrence.Ended.TOLD)
    Occurrence.objects.filter(Q(email__in=mails) | Q(pk__in=ended)).delete()
    Email.objects.filter(pk__in=mails).delete()
    return len(mails) + len(ended)
