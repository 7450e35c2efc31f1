"""Who is reminded of the next check, and when: writes the schedule; the outbox sends.

Called whenever a check is finished, claimed or deleted and when the choice changes, in that transaction. How
the reminder reads stands in `assessments/reminder_kinds.py`.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from django.utils import timezone

from netvalue.outbox import planning
from netvalue.outbox.localtime import local_day
from netvalue.outbox.models import Occurrence

if TYPE_CHECKING:
    from datetime import datetime

    from assessments.models import Retake

RETAKE = "retake"


def retake_changed(retake: Retake, last_finished_at: datetime | None) -> None:
    """Another check is the last one now, or the choice about the next was changed."""
    owner = retake.owner
    last = local_day(last_finished_at, owner.zone) if last_finished_at else None
    due = retake.choice.due_on(last)
    if due is None or (due <= local_day(timezone.now(), owner.zone) and _told_since(retake, last)):
        planning.forget(owner, RETAKE, retake.pk)
    else:
        planning.once(owner, RETAKE, retake.pk, due)


def _told_since(retake: Retake, last: date | None) -> bool:
    """Whether a reminder left, or is about to, since the last check: one is enough."""
    told = Occurrence.objects.of(retake.owner).filter(kind=RETAKE, object_id=retake.pk, ended="")
    return told.filter(occurrence_on__gt=last or date.min).exists()
