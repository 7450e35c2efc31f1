"""Conversations as rows for a page: with whom, when, and what it was about."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contacts.models import Contact, Interaction
from contacts.words import roughly

if TYPE_CHECKING:
    from datetime import date

# So many stand on a person's own page.
FEW = 5
ICONS = {
    Interaction.Kind.MEETING: "coffee",
    Interaction.Kind.CALL: "phone",
    Interaction.Kind.VIDEO: "monitor",
    Interaction.Kind.LETTER: "mail-open",
    Interaction.Kind.EMAIL: "mail",
    Interaction.Kind.MESSAGE: "message-circle",
}
# By its name in an address, its word and its picture.
KINDS = [(kind.value, kind.label, icon) for kind, icon in ICONS.items()]


def talks_with(contact: Contact, today: date) -> dict[str, Any]:
    """The newest with somebody, and when one last talked; one query, however many there are."""
    newest = Interaction.objects.between(contact).kept().newest_first().with_people()
    talks = list(newest[: FEW + 1])
    last = contact.last_talked
    return {
        "talks": [as_row(talk, contact, today) for talk in talks[:FEW]],
        "has_more": len(talks) > FEW,
        "last_talked": roughly(last, today) if last else "",
        "kinds": KINDS,
    }


def as_row(talk: Interaction, contact: Contact, today: date) -> dict[str, Any]:
    """One conversation in words, and who else took part."""
    people = [Contact(**name) for name in talk.who]
    return {
        "uid": talk.uid,
        "url": talk.get_absolute_url(),
        "kind": talk.get_kind_display(),
        "icon": ICONS[Interaction.Kind(talk.kind)],
        "day": roughly(talk.when, today),
        "iso": talk.first_on.isoformat() if talk.when.is_a_day else "",
        "line": talk.line,
        "one_way": not talk.is_personal,
        "others": [who for who in people if str(who.uid) != str(contact.uid)],
    }
