"""What each kind of reminder lets its owner do at once. Apps register it beside their kinds.

Whatever a kind does not say otherwise: Done is the end of this event, so that none of its other mails is
told; Later tells it once more on another day (`netvalue.outbox.again`). Both stand in `Acted` alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext

from netvalue.outbox import kinds, planning
from netvalue.outbox.acted import Acted
from netvalue.outbox.deeds import Deed
from netvalue.outbox.localtime import local_day
from netvalue.outbox.planning import AGAIN

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from netvalue.outbox.kinds import Line
    from netvalue.outbox.models import Occurrence


@dataclass(frozen=True, slots=True)
class Answer:
    """A button on the page of a link."""

    value: str
    label: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """What the page asks before anything is done."""

    title: str
    says: str
    answers: Sequence[Answer]
    # A tick beside the answers, and what it says.
    also: str = ""
    asks_day: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """What was chosen on the page, and by which form."""

    press: UUID
    choice: str
    # Until when it waits.
    day: date | None = None
    # Whether the tick beside the answers was set.
    also: bool = False


class Acts:
    """What can be done about reminders of one kind; a kind with more to it says so in a class of its own."""

    # Whether it has a day of its own, which may be over before it is told once more.
    has_its_day: bool = False
    # What changes nothing but mails to come, kept in `Acted` alone. Nobody is offered it who gets none.
    of_mails: ClassVar[Collection[Deed]] = frozenset({Deed.DONE, Deed.LATER})

    def __init__(self, *offered: Deed) -> None:
        self.deeds = offered

    def offered(self, occurrences: Sequence[Occurrence]) -> Mapping[int, Sequence[Deed]]:
        """What can be done now, by the occurrence's id; what is left out is about something that is gone."""
        return {occurrence.pk: self.deeds for occurrence in occurrences}

    def unwanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        """The ids of those about somebody of whom their owner wants no such reminders."""
        return set()

    def ask(self, occurrence: Occurrence, deed: Deed, line: Line) -> Question:
        if deed is Deed.LATER:
            return Question(
                title=gettext("When should we remind you again?"),
                says=gettext("Once, at your usual hour."),
                answers=[
                    Answer("tomorrow", gettext("Tomorrow"), "sun"),
                    Answer("week", gettext("In a week"), "calendar-days"),
                ],
                asks_day=True,
            )
        return Question(
            title=gettext("Done"),
            says=gettext("Then you hear no more of it this time."),
            answers=[Answer("done", gettext("Done"), "check")],
        )

    def do(self, occurrence: Occurrence, acted: Acted, answered: Answered, today: date) -> bool:
        """Do it; False if there was nothing left to do. `acted` is stored before and once more after."""
        if acted.deed == Deed.LATER and acted.day:
            planning.once(occurrence.owner, AGAIN, acted.pk, acted.day)
        else:
            planning.silence(occurrence.owner, of_event(occurrence))
        return True

    def holds(self, occurrence: Occurrence, acted: Acted, today: date) -> bool:
        """Whether it is still as this deed left it: what was changed since in the app is not taken back."""
        return acted.deed != Deed.LATER or (acted.day is not None and acted.day > today)

    def undo(self, occurrence: Occurrence, acted: Acted, today: date) -> None:
        """As it was before. Called while `acted` holds."""
        if acted.deed == Deed.LATER:
            planning.forget(occurrence.owner, AGAIN, acted.pk)
        else:
            planning.wake(occurrence.owner, of_event(occurrence))

    def says(self, occurrence: Occurrence, acted: Acted, line: Line) -> str:
        """What happened, in words."""
        if acted.deed == Deed.LATER and acted.day:
            said = gettext("We remind you again on %(day)s.") % {"day": long(acted.day)}
            today, on = local_day(acted.at, occurrence.owner.zone), occurrence.occurrence_on
            if self.has_its_day and today <= on < acted.day:
                said += " " + gettext("The day itself, %(day)s, will be over by then.") % {"day": long(on)}
            return said
        return gettext("Done. You hear no more of it this time.")


def long(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def of_event(occurrence: Occurrence) -> Q:
    """All that is told of the same event, on every lead."""
    return and_again(
        Q(
            owner=occurrence.owner_id,
            kind=occurrence.kind,
            object_id=occurrence.object_id,
            occurrence_on=occurrence.occurrence_on,
        )
    )


def and_again(sources: Q) -> Q:
    """These, and what of them is to be told once more."""
    later = Acted.objects.filter(sources, deed=Deed.LATER)
    return sources | Q(kind=AGAIN, object_id__in=later.values("pk"))


_acts: dict[str, Acts] = {}


def register(kind: str, acts: Acts) -> None:
    _acts[kind] = acts


def find(kind: str) -> Acts | None:
    """None for a kind about which there is nothing to do."""
    return _acts.get(kind)


def stopped(occurrences: Sequence[Occurrence]) -> set[int]:
    """The ids of those that a button ended: this event is done, or they are not wanted for this person."""
    known = {kind: acts for kind in {it.kind for it in occurrences} if (acts := find(kind))}
    ending = [kind for kind, acts in known.items() if Deed.DONE in acts.of_mails]
    done = Acted.objects.standing().filter(
        deed=Deed.DONE,
        kind__in=ending,
        owner__in={it.owner_id for it in occurrences},
        object_id__in={it.object_id for it in occurrences},
    )
    events = set(done.values_list("owner_id", "kind", "object_id", "occurrence_on")) if ending else set()
    found = {it.pk for it in occurrences if (it.owner_id, it.kind, it.object_id, it.occurrence_on) in events}
    for kind, ours in kinds.by_kind(occurrences).items():
        if kind in known:
            found |= known[kind].unwanted(ours)
    return found
