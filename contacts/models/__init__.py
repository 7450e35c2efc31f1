"""What is kept about people."""

from __future__ import annotations

from contacts.models.bulk import BulkChange, BulkChangeQuerySet, BulkItem
from contacts.models.circles import Circle, CircleQuerySet, Membership
from contacts.models.days import ImportantDate, LifeEvent
from contacts.models.finding import ContactQuerySet
from contacts.models.follow_ups import FollowUp, FollowUpQuerySet
from contacts.models.giving import Ask, AskQuerySet, Favour, FavourQuerySet
from contacts.models.interactions import Interaction, InteractionPerson, InteractionQuerySet
from contacts.models.people import Contact
from contacts.models.photos import Photo, PhotoQuerySet
from contacts.models.quiet import Quiet, QuietQuerySet
from contacts.models.rows import (
    ContactAddress,
    ContactEmail,
    ContactLink,
    ContactMessenger,
    ContactPhone,
    ContactRow,
)
from contacts.models.saved_views import SavedView, SavedViewQuerySet
from contacts.models.ties import Tie, TieQuerySet, TieRound, TieRoundPerson

__all__ = [
    "Ask",
    "AskQuerySet",
    "BulkChange",
    "BulkChangeQuerySet",
    "BulkItem",
    "Circle",
    "CircleQuerySet",
    "Contact",
    "ContactAddress",
    "ContactEmail",
    "ContactLink",
    "ContactMessenger",
    "ContactPhone",
    "ContactQuerySet",
    "ContactRow",
    "Favour",
    "FavourQuerySet",
    "FollowUp",
    "FollowUpQuerySet",
    "ImportantDate",
    "Interaction",
    "InteractionPerson",
    "InteractionQuerySet",
    "LifeEvent",
    "Membership",
    "Photo",
    "PhotoQuerySet",
    "Quiet",
    "QuietQuerySet",
    "SavedView",
    "SavedViewQuerySet",
    "Tie",
    "TieQuerySet",
    "TieRound",
    "TieRoundPerson",
]
