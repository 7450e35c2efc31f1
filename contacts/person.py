"""Everything that is known about somebody, ready for their page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contacts.agenda import as_row
from contacts.ahead import SOON
from contacts.birthdays import LeapDay
from contacts.models.rows import rows_of
from contacts.names import detail
from contacts.words import born, in_days, with_weekday

if TYPE_CHECKING:
    from datetime import date

    from contacts.models import Contact
    from netvalue.accounts.models import User

MOST_DONE = 20


def about(contact: Contact, user: User, today: date) -> dict[str, Any]:
    page = contact.get_absolute_url()
    follow_ups = contact.follow_ups.all()
    done = follow_ups.done().order_by("-done_at", "-id")[:MOST_DONE]
    rows = rows_of(contact)
    told = (
        contact.nickname,
        contact.how_met,
        contact.closeness is not None,
        contact.birth_month or contact.birth_year,
    )
    return {
        "contact": contact,
        "detail": detail(contact.name, contact.role, contact.organisation),
        **rows,
        "has_facts": any((*rows.values(), *told)),
        "circles": contact.circles.all(),
        "born": born(contact),
        "birthday": birthday(contact, user, today),
        "open": [as_row(item, today, page) for item in follow_ups.open()],
        "done": [as_row(item, today, page) for item in done],
    }


def birthday(contact: Contact, user: User, today: date) -> dict[str, Any] | None:
    """When it is next, and, where the year is known, how old they turn."""
    day = contact.next_birthday(today, LeapDay(user.leap_day))
    if day is None:
        return None
    away = (day - today).days
    return {
        "day": with_weekday(day),
        "away": in_days(away) if away <= SOON else "",
        "turns": contact.turns(day),
    }
