"""What pages say about the next check: when it is due, when its reminder comes, and why none does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from assessments.forms.retakes import RetakeForm
from assessments.models import Assessment, Retake
from assessments.reminders import RETAKE
from assessments.timeline import day_of
from contacts.words import full
from netvalue.outbox.localtime import local_day
from netvalue.outbox.models import OptOut, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from django.http import QueryDict

    from netvalue.accounts.models import User


@dataclass(frozen=True, slots=True)
class Next:
    """The choice about the next check, as a form, and what follows from it."""

    form: RetakeForm
    says: str
    # A reminder is to come, and mails about it are not wanted or cannot leave.
    is_refused: bool
    has_no_server: bool


@dataclass(frozen=True, slots=True)
class Due:
    """A check that may be taken again by now, and the last one, if there is one."""

    perspective: Assessment.Perspective
    last: Assessment | None


def next_check(owner: User, perspective: str, posted: QueryDict | None = None) -> Next:
    today = timezone.localdate(timezone=owner.zone)
    retake = _retakes(owner)[perspective]
    finished = Assessment.objects.of(owner).last_finished().get((owner.pk, perspective))
    last = local_day(finished, owner.zone) if finished else None
    coming = Schedule.objects.of(owner).source(RETAKE, retake.pk or 0).first()
    return Next(
        form=RetakeForm(posted, choice=retake.choice.after(last), today=today),
        says=_when(retake, coming, retake.choice.due_on(last), today),
        is_refused=coming is not None and OptOut.objects.of(owner).against(RETAKE).exists(),
        has_no_server=coming is not None and settings.EMAIL_RELAY is None,
    )


def _when(retake: Retake, coming: Schedule | None, due: date | None, today: date) -> str:
    if coming:
        return _("The next reminder comes on %(day)s, at %(hour)d:00.") % {
            # Translators: a date format of Django: Monday, 22 February 2027.
            "day": date_format(local_day(coming.next_at, retake.owner.zone), _("l, j F Y")),
            "hour": retake.owner.reminder_hour,
        }
    if due is None:
        return _("No reminder will come.")
    if due <= today:
        return _("The next check has been due since %(day)s. One reminder of it is enough.") % {
            "day": full(due)
        }
    return ""


def due(owner: User, latest: Iterable[Assessment], today: date) -> Due | None:
    """What has been due longest, by its owner's choice; `latest` are their last checks, one a perspective."""
    last = {check.perspective: check for check in latest}
    last_day = {perspective: day_of(check) for perspective, check in last.items()}
    days = {
        perspective: day
        for perspective, retake in _retakes(owner).items()
        if (day := retake.choice.due_on(last_day.get(perspective))) and day <= today
    }
    if not days:
        return None
    longest = min(days, key=lambda perspective: days[perspective])
    return Due(Assessment.Perspective(longest), last.get(longest))


def _retakes(owner: User) -> dict[str, Retake]:
    """The choice of each perspective; the usual one where none was made."""
    made = {retake.perspective: retake for retake in Retake.objects.of(owner)}
    return {it: made.get(it) or Retake(owner=owner, perspective=it) for it in Assessment.Perspective.values}
