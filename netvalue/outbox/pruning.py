"""What was told long ago goes: mails after 400 days, digests and letters about the account after 90.

That it was told is known for 400 days in any case, so that nothing is told again because it was corrected.
Once a day all that has become old since is walked through, oldest first, a few steps at each tick. Nothing is
searched for: what is older has the smaller number.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q

from netvalue.outbox import errands
from netvalue.outbox.models import Email, Errand, Occurrence, PumpState

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet

A_DAY = timedelta(days=1)
BATCH = 2000
SHORT, LONG = timedelta(days=90), timedelta(days=400)
SHORT_LIVED = Q(kind__in=[Email.ACCOUNT, Email.DIGEST])
# Held mails wait for their owner's word however long that takes.
OVER = [Email.State.SENT, Email.State.FAILED, Email.State.CANCELLED, Email.State.EXPIRED]
# How far each walk has come. The first passes by what stays for long and goes on where it was the day before;
# the others begin anew each day, since next to nothing is left where they were.
DIGESTS, MAILS, REMINDERS = "prune digests", "prune mails", "prune reminders"


def is_due(now: datetime, pruned_at: datetime | None) -> bool:
    """Once a day."""
    return pruned_at is None or pruned_at < now - A_DAY


@transaction.atomic
def step(now: datetime) -> bool:
    """At most a batch. Whether there may be more to do."""
    if errands.in_hand("prune") is None:
        return False
    return (
        _mails(DIGESTS, now, SHORT, SHORT_LIVED)
        or _mails(MAILS, now, LONG, Q())
        or _reminders_in_no_mail(now)
        or _finished(now)
    )


def _mails(walk: str, now: datetime, keep: timedelta, which: Q) -> bool:
    old = _walk(walk, Email.objects.order_by("pk").values_list("pk", "created_at"), now - keep)
    mails = list(Email.objects.filter(which, pk__in=old, state__in=OVER).values_list("pk", flat=True))
    # Occurrences are locked before e-mails, here and wherever both are. That something was told is known
    # longer than in which mail: it is not told again because somebody corrects it.
    inside = Occurrence.objects.filter(email__in=mails)
    inside.filter(due_at__gte=now - LONG).update(email=None, ended=Occurrence.Ended.TOLD)
    inside.delete()
    Email.objects.filter(pk__in=mails).delete()
    return bool(old)


def _reminders_in_no_mail(now: datetime) -> bool:
    old = _walk(REMINDERS, Occurrence.objects.order_by("pk").values_list("pk", "due_at"), now - LONG)
    Occurrence.objects.filter(pk__in=old).exclude(ended="").delete()
    return bool(old)


def _walk(name: str, rows: QuerySet[Any, tuple[int, datetime]], before: datetime) -> list[int]:
    """The next rows that are as old as that. One that is not, by a wrong clock, hides none behind it."""
    errand = errands.in_hand(name)
    assert errand is not None
    old = [pk for pk, at in rows.filter(pk__gt=errand.row)[:BATCH] if at < before]
    if old:
        errand.row = old[-1]
        errand.save(update_fields=["row"])
    return old


def _finished(now: datetime) -> bool:
    Errand.objects.filter(pk__in=[MAILS, REMINDERS]).update(row=0)
    PumpState.objects.update(pruned_at=now)
    return False
