"""Ties as rows for a page: what somebody is to whom, from their side."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.urls import reverse

from contacts.models import Contact
from contacts.models.belongings import FEW_TIES
from contacts.models.ties import CLOSE, STRENGTHS, As, Tie

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from contacts.rounds import Asking


def ties_with(contact: Contact, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The first of somebody's ties, and whether there are more."""
    return {"ties": under_their_words(contact, rows[:FEW_TIES]), "has_more_ties": len(rows) > FEW_TIES}


def under_their_words(
    contact: Contact, rows: Iterable[dict[str, Any]]
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Under each word those of whom it is true; the rows come in the order of the words."""
    return [
        (str(As(role).label), [as_row(contact, row) for row in same])
        for role, same in groupby(rows, key=itemgetter("role"))
    ]


def as_row(contact: Contact, row: dict[str, Any]) -> dict[str, Any]:
    they = Contact(**row["they"])
    return {
        "name": they.display,
        "bare": they.name.bare,
        "photo": they.photo,
        "url": they.get_absolute_url(),
        "is_away": they.archived_at is not None,
        "change": reverse("contacts:tie", args=[contact.uid, row["id"]]),
    }


@dataclass
class Known:
    """What is written down of two: how strong their tie is, and what else they are to each other."""

    strength: As | None = None
    besides: list[str] = field(default_factory=list)

    @property
    def said(self) -> As | None:
        """Whoever is something to somebody knows them."""
        return self.strength or (As.KNOWS if self.besides else None)


def known_of(contact: Contact, others: Sequence[Contact]) -> dict[int, Known]:
    """What somebody is to each of these, by the other's id; one query, however many there are."""
    known = {who.pk: Known() for who in others}
    for tie in Tie.objects.filter(owner=contact.owner_id).kept().about(contact).with_any(others):
        theirs, role = known[tie.other_than(contact)], tie.role_of(contact)
        if role in STRENGTHS:
            theirs.strength = role
        else:
            theirs.besides.append(str(role.label))
    return known


def outcome(asking: Asking[Contact]) -> dict[str, Any]:
    """How many pairs a round has asked about, who of them know each other, and who is especially close."""
    people = [who for _place, who in asking.people]
    weights = {(low, high): weight for low, high, weight in Tie.objects.among(people).weighted_pairs()}
    asked = list(asking.pairs())
    known = [
        (one, {"who": other, "is_close": weight == CLOSE})
        for one, other in asked
        if (weight := weights.get((min(one.pk, other.pk), max(one.pk, other.pk))))
    ]
    return {
        "asked": len(asked),
        "known": len(known),
        "close": sum(other["is_close"] for _one, other in known),
        "pairs": [(one, [it for _one, it in theirs]) for one, theirs in groupby(known, key=itemgetter(0))],
    }
