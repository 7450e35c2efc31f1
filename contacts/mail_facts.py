"""What a mail says about somebody beside its reason: enough to write or call at once.

How old they are, when and how one last talked, how many of one's own promises are open, a number and an
address. Of the dead nothing is counted and nothing can be dialled. One question for however many people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext, ngettext

from contacts import hrefs
from contacts.birthdays import LeapDay
from contacts.giving import Direction, Kind
from contacts.models import Contact, ContactEmail, ContactPhone, Favour, Interaction
from contacts.words import at_that_time
from netvalue.outbox.kinds import Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from netvalue.accounts.models import User

# So many numbers are looked at for one that can be dialled.
FEW = 5


@dataclass(frozen=True, slots=True)
class About:
    """What is known about somebody on a day, in sentences; what is not known is not said."""

    age: str = ""
    last_talk: str = ""
    promises: str = ""
    reach: Sequence[Reach] = ()

    @property
    def facts(self) -> list[str]:
        return [said for said in (self.age, self.last_talk, self.promises) if said]

    @property
    def facts_but_age(self) -> list[str]:
        """Where the reason itself says how old they turn."""
        return [said for said in (self.last_talk, self.promises) if said]


NOTHING: Final = About()


def about(asked: Iterable[tuple[User, Contact, date]]) -> Mapping[tuple[int, date], About]:
    """What is known of each, by the person's id and the day on which their owner reads it."""
    asked = list(asked)
    known = _known({contact.pk for _owner, contact, _day in asked if not contact.deceased})
    return {
        (contact.pk, day): _in_words(contact, known.get(contact.pk), LeapDay(owner.leap_day), day)
        for owner, contact, day in asked
    }


def _known(people: set[int]) -> dict[int, Mapping[str, Any]]:
    here = OuterRef("pk")
    talks = Interaction.objects.kept().personal().filter(parts__contact=here, first_on=OuterRef("last_on"))
    mine = Favour.objects.kept().open().filter(contact=here, kind=Kind.HELP, direction=Direction.GIVEN)
    rows = Contact.objects.filter(pk__in=people).order_by()
    found = rows.values(
        "pk",
        talked=Subquery(talks.newest_first().values("kind")[:1]),
        promises=ArraySubquery(mine.order_by().values("pk")),
        numbers=ArraySubquery(ContactPhone.objects.filter(contact=here).values("value")[:FEW]),
        letterboxes=ArraySubquery(ContactEmail.objects.filter(contact=here).values("value")[:FEW]),
    )
    return {row["pk"]: row for row in found}


def _in_words(contact: Contact, known: Mapping[str, Any] | None, leap_day: LeapDay, day: date) -> About:
    if known is None:
        return NOTHING
    ways = [
        _first(known["numbers"], hrefs.dial),
        _first(known["letterboxes"], hrefs.write_to),
    ]
    return About(
        age=_age(contact, leap_day, day),
        last_talk=_last_talk(contact, known["talked"], day),
        promises=_promises(len(known["promises"])),
        reach=[way for way in ways if way],
    )


def _age(contact: Contact, leap_day: LeapDay, day: date) -> str:
    birthday = contact.birthday
    if birthday is None or birthday.year is None:
        return ""
    age = day.year - birthday.year - (day < birthday.in_year(day.year, leap_day))
    return ngettext("%(n)d year old.", "%(n)d years old.", age) % {"n": age} if age > 0 else ""


def _last_talk(contact: Contact, kind: str | None, day: date) -> str:
    """Of a mail that is read again later: not what came after it."""
    last = contact.last_talked
    if last is None or last.first > day:
        return ""
    said = {
        Interaction.Kind.MEETING: gettext("You last met %(when)s."),
        Interaction.Kind.CALL: gettext("You last talked on the phone %(when)s."),
        Interaction.Kind.VIDEO: gettext("You last talked by video %(when)s."),
        Interaction.Kind.LETTER: gettext("You last wrote letters %(when)s."),
        Interaction.Kind.EMAIL: gettext("You last exchanged e-mails %(when)s."),
        Interaction.Kind.MESSAGE: gettext("You last exchanged messages %(when)s."),
    }
    words = said[Interaction.Kind(kind)] if kind else gettext("You last talked %(when)s.")
    return words % {"when": at_that_time(last, day)}


def _promises(n: int) -> str:
    if n == 1:
        return gettext("One promise of yours is open.")
    return gettext("%(n)d promises of yours are open.") % {"n": n} if n else ""


def _first(values: Iterable[str], href: Callable[[str], str]) -> Reach | None:
    """The first that leads somewhere."""
    return next((Reach(value, link) for value in values if (link := href(value))), None)
