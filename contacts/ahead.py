"""Whose birthday comes in the days ahead."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from contacts.birthdays import Birthday, LeapDay
from contacts.models import Contact
from contacts.words import in_days, with_weekday

if TYPE_CHECKING:
    from netvalue.accounts.models import User

# A birthday within so many days is worth a word.
SOON = 14
LEAPLING = Birthday(2, 29)


def birthdays_ahead(user: User, today: date) -> list[dict[str, Any]]:
    """Rows for a page, the next one first."""
    days = [today + timedelta(days=n) for n in range(SOON + 1)]
    leap_day = LeapDay(user.leap_day)
    born = {(day.month, day.day) for day in days}
    # Whoever keeps it elsewhere than everybody else is sorted out with the others.
    if any(LEAPLING.on_or_after(today, kept) in days for kept in LeapDay):
        born.add((LEAPLING.month, LEAPLING.day))
    people = Contact.objects.of(user).in_view().born_on(born)
    kept = [(contact.next_birthday(today, leap_day), contact) for contact in people]
    ahead = [(day, contact) for day, contact in kept if day and day in days]
    return [as_row(contact, day, today) for day, contact in sorted(ahead, key=lambda pair: pair[0])]


def as_row(contact: Contact, day: date, today: date) -> dict[str, Any]:
    return {
        "name": contact.display,
        "bare": contact.name.bare,
        "photo": contact.photo,
        "url": contact.get_absolute_url(),
        "day": with_weekday(day),
        "away": in_days((day - today).days),
        "turns": contact.turns(day),
        "today": day == today,
    }
