"""After a backup was put back: mails may have left that this database knows nothing of. Somebody decides.

Until then the pump plans as ever and sends nothing (`netvalue.outbox.heartbeat` notices by itself). Whatever
was due until then counts as told, or is sent although some of it may arrive twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from django.db import transaction
from django.db.models.functions import Now

from netvalue.outbox import planning, remembering
from netvalue.outbox.models import Email, Occurrence, PumpState

if TYPE_CHECKING:
    from datetime import datetime


def hold() -> None:
    """An operator says that a backup was put back, where nothing noticed it."""
    PumpState.objects.filter(went_back_at=None).update(went_back_at=Now())


@transaction.atomic
def count_as_told() -> int:
    """What was due when it was noticed is told nobody again. Returns how many reminders that is."""
    at = _undecided()
    if at is None:
        return 0
    # Whoever was sending when the backup was made is not there any more.
    Email.objects.filter(state=Email.State.SENDING, data_at=None).release()
    # What comes again and again may have been due several times.
    while planning.plan(at):
        pass
    told = Occurrence.objects.filter(email=None, ended="", due_at__lte=at)
    number = told.update(ended=Occurrence.Ended.TOLD)
    mails = Email.objects.filter(state=Email.State.PENDING, created_at__lte=at)
    mails.update(state=Email.State.EXPIRED, text="", html="")
    _go_on()
    return number


@transaction.atomic
def send_after_all() -> None:
    """What is due leaves, though it may have left before."""
    if _undecided() is not None:
        _go_on()


def _undecided() -> datetime | None:
    """Since when nothing leaves; of two who decide at once the second finds it decided."""
    state = PumpState.objects.select_for_update().first()
    return state.went_back_at if state else None


def _go_on() -> None:
    """As a database of its own, of which nobody remembers more than it knows."""
    lineage = uuid4()
    PumpState.objects.update(went_back_at=None, lineage=lineage, ticks=0)
    transaction.on_commit(lambda: remembering.begin(lineage))
