"""Who is reminded of what, and when: writes the schedule; the outbox sends.

Called by the verbs of contacts and follow-ups, in their transaction. How these reminders read stands in
`contacts/reminder_kinds.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db.models import Q

from contacts.birthdays import LeapDay
from netvalue.outbox import planning

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet

    from contacts.models import Contact, FollowUp, ImportantDate
    from netvalue.accounts.models import User

BIRTHDAY = "birthday"
FOLLOW_UP = "followup"
DATE = "date"
# By its kind of reminder, what hangs on a contact and is reminded of; birthdays are the contact's own.
HANGING: Final = {DATE: "ImportantDate", FOLLOW_UP: "FollowUp"}
# On the day, and a week ahead.
LEADS = (0, 7)
# Nobody is reminded in a year that a calendar may not have.
LAST_YEAR = 9000


def birthday_changed(contact: Contact) -> None:
    """The birthday was set, corrected or removed, or they have died."""
    owner = contact.owner
    birthday = contact.birthday
    if birthday is None or contact.deceased:
        planning.forget(owner, BIRTHDAY, contact.pk)
        return
    leap_day = LeapDay(owner.leap_day)
    planning.repeat(owner, BIRTHDAY, contact.pk, LEADS, lambda day: birthday.on_or_after(day, leap_day))


def date_changed(date: ImportantDate) -> None:
    """An important date was written down, corrected, removed or brought back."""
    owner, yearly = date.owner, date.yearly
    if yearly is None or date.removed_at:
        planning.forget(owner, DATE, date.pk)
        return
    leap_day = LeapDay(owner.leap_day)
    planning.repeat(owner, DATE, date.pk, date.leads, lambda day: yearly.on_or_after(day, leap_day))


def follow_up_changed(follow_up: FollowUp) -> None:
    """A follow-up was made, moved, snoozed, done, let go or reopened."""
    if not follow_up.is_open or follow_up.day.year > LAST_YEAR:
        planning.forget(follow_up.owner, FOLLOW_UP, follow_up.pk)
    else:
        planning.once(follow_up.owner, FOLLOW_UP, follow_up.pk, follow_up.day)


def follow_up_deleted(follow_up: FollowUp) -> None:
    """Called before the row goes."""
    planning.forget(follow_up.owner, FOLLOW_UP, follow_up.pk)


def put_away(owner: User, people: Collection[int]) -> None:
    """These contacts were archived, hidden or removed: nothing is told of them, and all stays planned."""
    planning.silence(owner, about(people))


def taken_back(owner: User, people: Collection[int]) -> None:
    """These contacts are back: what was due meanwhile and is not too late is told after all."""
    planning.wake(owner, about(people))


def people_deleted(owner: User, people: Collection[int]) -> None:
    """Called before the rows go."""
    # Whoever changes a follow-up holds it before its schedule; so do we.
    for name in HANGING.values():
        theirs = hanging(name, people).select_for_update().order_by("id")
        list(theirs.values_list("pk"))
    planning.forget_many(owner, about(people))


def about(people: Collection[int]) -> Q:
    """What is reminded of because of these contacts; the same number of questions for any number of them."""
    sources = Q(kind=BIRTHDAY, object_id__in=people)
    for kind, name in HANGING.items():
        sources |= Q(kind=kind, object_id__in=hanging(name, people).values("pk"))
    return sources


def hanging(name: str, people: Collection[int]) -> QuerySet[Any]:
    model: Any = apps.get_model("contacts", name)
    found: QuerySet[Any] = model.objects.filter(contact__in=people)
    return found
