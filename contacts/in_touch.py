"""With whom one wanted to talk again, and who drifts away: rows for Today, and a line for a person's page."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.utils.translation import gettext

from contacts.models import Contact
from contacts.talks import KINDS
from contacts.words import day_and_month, every, full, long_ago, roughly

if TYPE_CHECKING:
    from datetime import date

    from netvalue.accounts.models import User

# More would be a burden and no help.
MOST_DUE = 5
MOST_DRIFTING = 5


def today_in_touch(user: User, today: date) -> dict[str, Any]:
    """The closest of those that are due, and others every day of those who drift; two queries."""
    people = Contact.objects.of(user)
    closest = F("closeness").desc(nulls_last=True)
    due = list(people.due(today).order_by(closest, F("next_on").desc(), "id")[:MOST_DUE])
    rest = people.drifting(today).exclude(pk__in=[who.pk for who in due]).others_each_day(today)
    return {
        "rhythms": [as_row(who, user, today) for who in due],
        "drifting": [as_row(who, user, today) for who in rest[:MOST_DRIFTING]],
        "kinds": KINDS,
    }


def as_row(contact: Contact, user: User, today: date) -> dict[str, Any]:
    keeping = contact.keeping(user.zone)
    return {
        "uid": contact.uid,
        "name": contact.display,
        "bare": contact.name.bare,
        "photo": contact.photo,
        "url": contact.get_absolute_url(),
        "why": why(contact, today),
        "sleeps": keeping is not None and keeping.sleeps(today),
        "token": uuid.uuid4(),
    }


def why(contact: Contact, today: date) -> str:
    """What one wanted, and how it is."""
    words = {"often": every(contact.rhythm_days) if contact.rhythm_days else "", "day": ago(contact, today)}
    if words["often"] and words["day"]:
        return gettext("You wanted to talk %(often)s; last conversation: %(day)s.") % words
    if words["often"]:
        return gettext("You wanted to talk %(often)s; no conversation is noted yet.") % words
    if words["day"]:
        return gettext("Last conversation: %(day)s.") % words
    return gettext("No conversation is noted yet.")


def ago(contact: Contact, today: date) -> str:
    """When one last talked, counted back from today if the day is known."""
    last = contact.last_talked
    if last is None:
        return ""
    return long_ago(last.first, today) if last.is_a_day else roughly(last, today)


def line_about(contact: Contact, user: User, today: date) -> dict[str, str]:
    """When one last talked with somebody, and when next: what is read first on their page."""
    keeping = contact.keeping(user.zone)
    said = ago(contact, today)
    if keeping is None or keeping.next_on is None:
        return {"talked_ago": said, "talk_next": ""}
    if keeping.is_due(today):
        return {"talked_ago": said, "talk_next": gettext("now would be a good time")}
    day = keeping.next_on
    near = day_and_month(day.month, day.day) if day.year == today.year else full(day)
    return {"talked_ago": said, "talk_next": gettext("next: around %(day)s") % {"day": near}}
