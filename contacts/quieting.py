"""About whom one wants no reminders: of which kinds one may say so, and how that reads."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext

from contacts import deeds
from contacts.models import Quiet
from netvalue.outbox import choices, kinds
from netvalue.outbox.models import OptOut
from netvalue.outbox.quieted import Quieted

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from contacts.models import Contact
    from netvalue.accounts.models import User


def may_be_quiet(kind: str) -> bool:
    return kind == Quiet.EVERYTHING or kind in deeds.STOPPABLE


def choices_for(contact: Contact, quiet: Collection[str]) -> list[tuple[str, str]]:
    """What can still be stopped about somebody, by name and in words, beside what is."""
    if Quiet.EVERYTHING in quiet or not contact.is_in_view:
        return []
    stoppable = [Quiet.EVERYTHING, *deeds.stoppable(dead=contact.deceased)]
    return [(kind, label(kind)) for kind in stoppable if kind not in quiet]


def foremost(quiet: Collection[Quiet]) -> list[Quiet]:
    """Of whom one hears nothing at all, nothing else need be said; of kinds that nobody knows, nothing."""
    known = [one for one in quiet if may_be_quiet(one.kind)]
    return [one for one in known if one.kind == Quiet.EVERYTHING] or known


def label(kind: str) -> str:
    """Nothing for a kind that nobody knows."""
    if kind == Quiet.EVERYTHING:
        return gettext("All kinds")
    known = kinds.find(kind)
    return str(known.label) if known else ""


def now_quiet(who: str, kind: str) -> str:
    """What holds from now on."""
    if kind == Quiet.EVERYTHING:
        return gettext("No more reminders about %(who)s.") % {"who": who}
    words = {"who": who, "kind": label(kind)}
    return gettext("No more reminders of this kind about %(who)s: %(kind)s.") % words


def told_again(contact: Contact, kind: str, quiet: Collection[str]) -> str:
    """What holds once this kind is told again, beside what is not."""
    who = contact.display
    if Quiet.EVERYTHING in quiet:
        return gettext("You still get no reminders about %(who)s, of whatever kind.") % {"who": who}
    if not contact.is_in_view:
        words = gettext("You get reminders about %(who)s again once they are back among your contacts.")
        return words % {"who": who}
    others = ", ".join(filter(None, map(label, sorted(quiet))))
    if kind != Quiet.EVERYTHING:
        return _told_of_this_kind(contact.owner, kind) % {"who": who, "kind": label(kind)}
    if OptOut.objects.of(contact.owner).against(OptOut.EVERYTHING).exists():
        words = gettext("You get reminders about %(who)s again once you switch them on under Reminders.")
        return words % {"who": who}
    if others:
        words = gettext("You get reminders about %(who)s again, all but: %(kinds)s.")
        return words % {"who": who, "kinds": others}
    return gettext("You get reminders about %(who)s again.") % {"who": who}


def _told_of_this_kind(owner: User, kind: str) -> str:
    if choices.of(owner).on(kind):
        return gettext("You get reminders about %(who)s again: %(kind)s.")
    return gettext("You get reminders about %(who)s again once you switch them on under Reminders: %(kind)s.")


def quieted(owner: User) -> Sequence[Quieted]:
    """All that was stopped about those in view, by their names."""
    theirs = Quiet.objects.of(owner).in_view().select_related("contact")
    by_name = theirs.order_by("contact__sort_key", "contact", "kind")
    return [
        Quieted(
            who=quiet.contact.display,
            path=quiet.contact.get_absolute_url(),
            what=label(quiet.kind),
            back=reverse("contacts:remind", args=[quiet.contact.uid, quiet.kind]),
        )
        for _contact, their_own in groupby(by_name, attrgetter("contact_id"))
        for quiet in foremost(list(their_own))
    ]
