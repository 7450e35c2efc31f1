"""Who is reminded of what, and when: writes the schedule; the outbox sends.

Called by the verbs of contacts and follow-ups, in their transaction. How these reminders read stands in
`contacts/reminder_kinds.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contacts.birthdays import LeapDay
from netvalue.outbox import planning

if TYPE_CHECKING:
    from contacts.models import Contact, FollowUp, ImportantDate

BIRTHDAY = "birthday"
FOLLOW_UP = "followup"
DATE = "date"
# On the day, and a week ahead.
LEADS = (0, 7)
# Nobody is reminded in a year that a calendar may not have.
LAST_YEAR = 9000


def birthday_changed(contact: Contact) -> None:
    """The birthday was set, corrected or removed, the contact put away or taken back, or they have died."""
    owner = contact.owner
    birthday = contact.birthday
    if birthday is None or contact.deceased or not contact.is_in_view:
        planning.forget(owner, BIRTHDAY, contact.pk)
        return
    leap_day = LeapDay(owner.leap_day)
    planning.repeat(owner, BIRTHDAY, contact.pk, LEADS, lambda day: birthday.on_or_after(day, leap_day))


def date_changed(date: ImportantDate) -> None:
    """An important date was written down or corrected, or its contact was taken back."""
    owner, yearly = date.owner, date.yearly
    if yearly is None:
        planning.forget(owner, DATE, date.pk)
        return
    leap_day = LeapDay(owner.leap_day)
    planning.repeat(owner, DATE, date.pk, date.leads, lambda day: yearly.on_or_after(day, leap_day))


def date_deleted(date: ImportantDate) -> None:
    """Called before the row goes."""
    planning.forget(date.owner, DATE, date.pk)


def follow_up_changed(follow_up: FollowUp) -> None:
    """A follow-up was made, moved, snoozed, done, let go or reopened."""
    if not follow_up.is_open or follow_up.day.year > LAST_YEAR:
        planning.forget(follow_up.owner, FOLLOW_UP, follow_up.pk)
    else:
        planning.once(follow_up.owner, FOLLOW_UP, follow_up.pk, follow_up.day)


def follow_up_deleted(follow_up: FollowUp) -> None:
    """Called before the row goes."""
    planning.forget(follow_up.owner, FOLLOW_UP, follow_up.pk)


def contact_deleted(contact: Contact) -> None:
    """Called before the row goes."""
    # Whoever changes a follow-up holds it before its schedule; so do we.
    follow_ups = list(contact.follow_ups.select_for_update().order_by("id"))
    planning.forget(contact.owner, BIRTHDAY, contact.pk)
    for follow_up in follow_ups:
        planning.forget(contact.owner, FOLLOW_UP, follow_up.pk)
    for date in contact.dates.all():
        date_deleted(date)
