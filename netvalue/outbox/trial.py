"""The test reminder: goes the way of every reminder, at once, and says that it arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from netvalue.outbox import clock, planning
from netvalue.outbox.kinds import Kind, Line
from netvalue.outbox.localtime import DAY
from netvalue.outbox.models import Occurrence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from netvalue.accounts.models import User


MOST_A_DAY = 10


def ask(owner: User, press: int) -> bool:
    """Send one. The same press again sends nothing more; too many on one day are refused."""
    recent = Occurrence.objects.of(owner).filter(kind=TestReminder.name, due_at__gte=clock.now() - DAY)
    if recent.exclude(object_id=press).count() >= MOST_A_DAY:
        return False
    if not recent.filter(object_id=press).exists():
        planning.at_once(owner, TestReminder.name, press)
    return True


class TestReminder(Kind):
    """One per press of the button; the form's number is its object."""

    name = "test"
    label = _("Test reminder")
    at_once = True

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return due_on + 3 * DAY

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        return {occurrence.pk for occurrence in occurrences}

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        return {
            occurrence.pk: Line(
                who=gettext("It works"),
                what=gettext("Reminders reach you at this address."),
                subject=gettext("Your test reminder"),
                path=reverse("outbox:reminders"),
            )
            for occurrence, _day in asked
        }
