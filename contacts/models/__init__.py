"""What is kept about people."""

from __future__ import annotations

from contacts.models.follow_ups import FollowUp, FollowUpQuerySet
from contacts.models.people import (
    Circle,
    CircleQuerySet,
    Contact,
    ContactEmail,
    ContactPhone,
    ContactQuerySet,
    Membership,
)

__all__ = [
    "Circle",
    "CircleQuerySet",
    "Contact",
    "ContactEmail",
    "ContactPhone",
    "ContactQuerySet",
    "FollowUp",
    "FollowUpQuerySet",
    "Membership",
]
