"""What a mail says about somebody beside its reason: enough to write or call at once.

How old they are, when and how one last talked, how many of one's own promises are open, a number and an
address. Of the dead nothing is counted and nothing can be dialled. One question for however many people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.db.models.functions import JSONObject
from django.utils.text import Truncator
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
FEW: Final = 5
# So much of a note.
LONGEST_NOTE: Final = 200


@dataclass(frozen=True, slots=True)
class About:
    """What is known about somebody on a day, in sentences; what is not known is not said."""

    age: str = ""
    last_talk: str = ""
    # What one wrote down of that talk: only for those who want such words in their mails.
    note: str = ""
    promises: str = ""
    reach: Sequence[Reach] = ()

    @property
    def facts(self) -> list[str]:
        return [said for said in (self.age, *self._others) if said]

    @property
    def facts_but_age(self) -> list[str]:
        """Where the reason itself says how old they turn."""
        return [said for said in self._others if said]

    @property
    def facts_but_promises(self) -> list[str]:
        """Where the reason is one of them."""
        return [said for said in (self.age, self.last_talk, self.note) if said]

    @property
    def _others(self) -> tuple[str, ...]:
        return self.last_talk, self.note, self.promises


NOTHING: Final = About()


def about(asked: Iterable[tuple[User, Contact, date]]) -> Mapping[tuple[int, date], About]:
    """What is known of each, by the person's id and the day on which their owner reads it."""
    asked = list(asked)
    known = _known({contact.pk for _owner, contact, _day in asked if not contact.deceased})
    return {
        (contact.pk, day): _in_words(owner, contact, known.get(contact.pk), day)
        for owner, contact, day in asked
    }


def _known(people: set[int]) -> dict[int, Mapping[str, Any]]:
    here = OuterRef("pk")
    talks = Interaction.objects.kept().personal().filter(parts__contact=here, first_on=OuterRef("last_on"))
    mine = Favour.objects.kept().open().filter(contact=here, kind=Kind.HELP, direction=Direction.GIVEN)
    rows = Contact.objects.filter(pk__in=people).order_by()
    found = rows.values(
        "pk",
        talk=Subquery(talks.newest_first().values(said=JSONObject(kind="kind", line="line"))[:1]),
        promises=ArraySubquery(mine.order_by().values("pk")),
        numbers=ArraySubquery(ContactPhone.objects.filter(contact=here).values("value")[:FEW]),
        letterboxes=ArraySubquery(ContactEmail.objects.filter(contact=here).values("value")[:FEW]),
    )
    return {row["pk"]: row for row in found}


def _in_words(owner: User, contact: Contact, known: Mapping[str, Any] | None, day: date) -> About:
    if known is None:
        return NOTHING
    last = contact.last_talked
    # Of a mail that is read again later: not what came after it.
    talk = known["talk"] if last and last.first <= day else None
    ways = [
        _first(known["numbers"], hrefs.dial),
        _first(known["letterboxes"], hrefs.write_to),
    ]
    return About(
        age=_age(contact, LeapDay(owner.leap_day), day),
        last_talk=_last_talk(talk["kind"], at_that_time(last, day)) if last and talk else "",
        note=_note(talk["line"]) if talk and owner.mail_words else "",
        promises=_promises(len(known["promises"])),
        reach=[way for way in ways if way],
    )


def _age(contact: Contact, leap_day: LeapDay, day: date) -> str:
    birthday = contact.birthday
    if birthday is None or birthday.year is None:
        return ""
    age = day.year - birthday.year - (day < birthday.in_year(day.year, leap_day))
    return ngettext("%(n)d year old.", "%(n)d years old.", age) % {"n": age} if age > 0 else ""


def _last_talk(kind: str, when: str) -> str:
    said = {
        Interaction.Kind.MEETING: gettext("You last met %(when)s."),
        Interaction.Kind.CALL: gettext("You last talked on the phone %(when)s."),
        Interaction.Kind.VIDEO: gettext("You last talked by video %(when)s."),
        Interaction.Kind.LETTER: gettext("You last wrote letters %(when)s."),
        Interaction.Kind.EMAIL: gettext("You last exchanged e-mails %(when)s."),
        Interaction.Kind.MESSAGE: gettext("You last exchanged messages %(when)s."),
    }
    return said[Interaction.Kind(kind)] % {"when": when}


def _note(line: str) -> str:
    words = Truncator(" ".join(line.split())).chars(LONGEST_NOTE)
    return gettext("You noted: “%(words)s”.") % {"words": words} if words else ""


def _promises(n: int) -> str:
    if n == 1:
        return gettext("One promise of yours is open.")
    return gettext("%(n)d promises of yours are open.") % {"n": n} if n else ""


def _first(values: Iterable[str], href: Callable[[str], str]) -> Reach | None:
    """The first that leads somewhere."""
    return next((Reach(value, link) for value in values if (link := href(value))), None)
