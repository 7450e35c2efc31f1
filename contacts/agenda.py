"""What is to come back to, as rows for a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contacts.words import seen_from

if TYPE_CHECKING:
    from datetime import date

    from contacts.models import FollowUp


def as_row(follow_up: FollowUp, today: date, page: str) -> dict[str, Any]:
    """One follow-up in words. Whom it is about is said everywhere but on that person's own page."""
    contact = follow_up.contact
    home = contact.get_absolute_url() if contact else ""
    return {
        "pk": follow_up.pk,
        "what": follow_up.what,
        "done": follow_up.done_at is not None,
        "day": seen_from(today, follow_up.day),
        "iso": follow_up.day.isoformat(),
        "late": follow_up.day < today,
        "due": follow_up.day <= today,
        "contact": contact.display if contact and home != page else "",
        "url": home,
        "page": page,
    }
