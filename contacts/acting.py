"""What the buttons of reminders about people do: tick off, write down a conversation, put off, be silent.

One class for each way in which a reminder hangs on somebody; a kind is a line in `register`. Whoever acts
holds the person first, as everybody does.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from django.utils.translation import gettext

from contacts import deeds, quieting
from contacts.around import Around
from contacts.giving import Kind, State
from contacts.models import Contact, Favour, FollowUp, ImportantDate, Interaction, Quiet
from contacts.reminders import BIRTHDAY, DATE, FOLLOW_UP, PROMISE, REMEMBRANCE, RHYTHM
from contacts.talks import ICONS
from contacts.words import full, seen_from
from netvalue.outbox import acts, quieted
from netvalue.outbox.acts import Acts, Answer, Question
from netvalue.outbox.deeds import Deed
from netvalue.outbox.localtime import local_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from contacts.models import InteractionQuerySet
    from netvalue.outbox.acted import Acted
    from netvalue.outbox.acts import Answered
    from netvalue.outbox.kinds import Line
    from netvalue.outbox.models import Occurrence

YEARLY = frozenset({BIRTHDAY, DATE, REMEMBRANCE})
# Shown first: how one mostly talks.
WAYS = [Interaction.Kind.CALL, Interaction.Kind.MEETING, Interaction.Kind.MESSAGE, *Interaction.Kind]


Thing = Contact | ImportantDate | FollowUp | Favour
Row = TypeVar("Row", bound=Thing)
Hanging = TypeVar("Hanging", ImportantDate, FollowUp, Favour)


class AboutSomebody(Acts, ABC, Generic[Row]):
    """Reminders that hang on a contact, or on something noted about one."""

    def __init__(self, kind: str) -> None:
        super().__init__(*deeds.offered(kind))
        self.kind = kind
        self.has_its_day = kind in YEARLY

    @abstractmethod
    def things(self, ids: Iterable[int]) -> Mapping[int, Row]:
        """What these are about, by the object's id; what is in the bin is left out."""

    def offered(self, occurrences: Sequence[Occurrence]) -> Mapping[int, Sequence[Deed]]:
        things = self.things(it.object_id for it in occurrences)
        return {
            it.pk: self._offered(thing)
            for it in occurrences
            if (thing := things.get(it.object_id))
            and thing.owner_id == it.owner_id
            and self._may_be_named(thing)
        }

    def _may_be_named(self, thing: Thing) -> bool:
        who = who_of(thing)
        return who is None or who.may_be_named

    def _offered(self, thing: Thing) -> Sequence[Deed]:
        who = who_of(thing)
        if who and not who.is_in_view:
            return ()
        return deeds.offered(
            self.kind,
            about_somebody=who is not None,
            dead=who is not None and who.deceased,
            settled=is_settled(thing),
        )

    def unwanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        people = {
            pk: who.pk
            for pk, thing in self.things(it.object_id for it in occurrences).items()
            if (who := who_of(thing))
        }
        quiet = set(
            Quiet.objects.against(self.kind)
            .filter(contact__in=set(people.values()))
            .values_list("contact", flat=True)
        )
        return {it.pk for it in occurrences if people.get(it.object_id) in quiet}

    # ---- the page

    def ask(self, occurrence: Occurrence, deed: Deed, line: Line) -> Question:
        if deed is Deed.TALKED:
            return Question(
                title=gettext("I talked to them"),
                says=gettext("One tap writes it down for today. Likes and mass mails do not count."),
                answers=[Answer(way.value, str(way.label), ICONS[way]) for way in dict.fromkeys(WAYS)],
                also=self.also(),
            )
        if deed is Deed.STOP:
            return Question(
                title=gettext("No reminders about %(who)s") % {"who": line.who},
                says=gettext(
                    "Nothing else changes. You can take this back here, or later on their page in NetValue."
                ),
                answers=[
                    Answer(
                        self.kind,
                        gettext("None of this kind: %(kind)s") % {"kind": quieting.label(self.kind)},
                        "bell-off",
                    ),
                    Answer(Quiet.EVERYTHING, gettext("None of any kind"), "bell-off"),
                ],
            )
        return super().ask(occurrence, deed, line)

    def also(self) -> str:
        """What a conversation may settle, too."""
        return ""

    def says(self, occurrence: Occurrence, acted: Acted, line: Line) -> str:
        if acted.deed == Deed.TALKED:
            day = local_day(acted.at, occurrence.owner.zone)
            way = dict(Interaction.Kind.choices).get(acted.choice, "")
            return gettext("Written down: %(kind)s, %(day)s.") % {"kind": way, "day": full(day)}
        if acted.deed == Deed.STOP:
            return quieting.now_quiet(line.who, acted.choice)
        return super().says(occurrence, acted, line)

    # ---- doing

    def held(self, occurrence: Occurrence) -> Row | None:
        """What it is about, held after the person it is about."""
        thing = self.things([occurrence.object_id]).get(occurrence.object_id)
        if thing and (who := who_of(thing)):
            Contact.objects.filter(pk=who.pk).hold()
        return self.holding(occurrence.object_id)

    def holding(self, pk: int) -> Row | None:
        return self.things([pk]).get(pk)

    def do(self, occurrence: Occurrence, acted: Acted, answered: Answered, today: date) -> bool:
        thing = self.held(occurrence)
        if thing is None:
            return False
        who = who_of(thing)
        if acted.deed == Deed.TALKED and who:
            talk = Interaction.objects.note(
                occurrence.owner, [who], acted.press, when=Around.on(today), kind=acted.choice
            )
            acted.made_id = talk.pk
            return True
        if acted.deed == Deed.STOP and who:
            Quiet.objects.begin(who, acted.choice)
            return True
        return super().do(occurrence, acted, answered, today)

    def holds(self, occurrence: Occurrence, acted: Acted, today: date) -> bool:
        if acted.deed == Deed.TALKED:
            return self._talks(occurrence, acted).exists()
        if acted.deed == Deed.STOP:
            who = who_of(self.things([occurrence.object_id]).get(occurrence.object_id))
            return who is not None and who.quiets.filter(kind=acted.choice).exists()
        return super().holds(occurrence, acted, today)

    def undo(self, occurrence: Occurrence, acted: Acted, today: date) -> None:
        thing = self.held(occurrence)
        who = who_of(thing)
        if acted.deed == Deed.TALKED:
            for talk in self._talks(occurrence, acted):
                talk.hold()
                talk.remove()
        elif acted.deed != Deed.STOP:
            super().undo(occurrence, acted, today)
        elif who:
            Quiet.objects.of(occurrence.owner).end(who, acted.choice)

    def _talks(self, occurrence: Occurrence, acted: Acted) -> InteractionQuerySet:
        """The conversation that it wrote down, while nobody removed it."""
        ids = [acted.made_id] if acted.made_id else []
        return Interaction.objects.of(occurrence.owner).kept().filter(pk__in=ids)


class AboutAContact(AboutSomebody[Contact]):
    """Reminders whose object is a contact."""

    def things(self, ids: Iterable[int]) -> Mapping[int, Contact]:
        return {who.pk: who for who in Contact.objects.kept().filter(pk__in=set(ids))}


class AboutADate(AboutSomebody[ImportantDate]):
    """Reminders of days that were noted for somebody."""

    def things(self, ids: Iterable[int]) -> Mapping[int, ImportantDate]:
        return with_their_people(ImportantDate.objects.kept(), ids)


class AboutAFollowUp(AboutSomebody[FollowUp]):
    """Follow-ups have a day of their own, which moves, and are ticked off for good."""

    of_mails = frozenset[Deed]()

    def things(self, ids: Iterable[int]) -> Mapping[int, FollowUp]:
        return with_their_people(FollowUp.objects.outside_the_bin().kept(), ids)

    def also(self) -> str:
        return gettext("The follow-up is done with it")

    def ask(self, occurrence: Occurrence, deed: Deed, line: Line) -> Question:
        if deed is Deed.DONE:
            return Question(
                title=gettext("Done"),
                says=gettext("The follow-up is ticked off."),
                answers=[Answer("done", gettext("Done"), "check")],
            )
        if deed is Deed.LATER:
            asked = super().ask(occurrence, deed, line)
            return Question(
                title=gettext("When should it come back?"),
                says=gettext("The follow-up moves to that day."),
                answers=asked.answers,
                asks_day=True,
            )
        return super().ask(occurrence, deed, line)

    def holding(self, pk: int) -> FollowUp | None:
        return FollowUp.objects.kept().select_for_update(of=("self",)).filter(pk=pk).first()

    def do(self, occurrence: Occurrence, acted: Acted, answered: Answered, today: date) -> bool:
        follow_up = self.held(occurrence)
        if follow_up is None:
            return False
        if acted.deed == Deed.DONE:
            was_open = follow_up.is_open
            follow_up.complete(at=acted.at)
            return bool(was_open)
        if acted.deed == Deed.LATER and acted.day:
            acted.day_before, acted.day = follow_up.snoozed_until, max(acted.day, follow_up.due_on)
            if follow_up.is_open:
                follow_up.snooze(acted.day)
            return bool(follow_up.is_open)
        done = super().do(occurrence, acted, answered, today)
        if acted.deed == Deed.TALKED and answered.also:
            follow_up.complete(at=acted.at)
        return done

    def holds(self, occurrence: Occurrence, acted: Acted, today: date) -> bool:
        if acted.deed not in {Deed.DONE, Deed.LATER}:
            return super().holds(occurrence, acted, today)
        follow_up = self.things([occurrence.object_id]).get(occurrence.object_id)
        if acted.deed == Deed.DONE:
            return follow_up is not None and follow_up.done_at == acted.at
        return (
            follow_up is not None
            and follow_up.is_open
            and follow_up.snoozed_until == acted.day
            and super().holds(occurrence, acted, today)
        )

    def undo(self, occurrence: Occurrence, acted: Acted, today: date) -> None:
        follow_up = self.held(occurrence)
        if follow_up and acted.deed == Deed.LATER:
            follow_up.unsnooze(acted.day_before)
        elif follow_up and follow_up.done_at == acted.at:
            follow_up.reopen()
        if acted.deed not in {Deed.DONE, Deed.LATER}:
            super().undo(occurrence, acted, today)

    def says(self, occurrence: Occurrence, acted: Acted, line: Line) -> str:
        if acted.deed == Deed.DONE:
            return gettext("Done: the follow-up is ticked off.")
        if acted.deed == Deed.LATER and acted.day:
            today = local_day(acted.at, occurrence.owner.zone)
            return gettext("The follow-up comes back: %(day)s.") % {"day": seen_from(today, acted.day)}
        said = super().says(occurrence, acted, line)
        follow_up = self.things([occurrence.object_id]).get(occurrence.object_id)
        if acted.deed == Deed.TALKED and follow_up and follow_up.done_at == acted.at:
            said += " " + gettext("The follow-up is ticked off, too.")
        return said


class AboutTheRhythm(AboutAContact):
    """Keeping in touch: put off, it rests until that day."""

    # Nothing is left to put off once one has talked, or while it rests.
    of_mails = frozenset({Deed.LATER})

    def do(self, occurrence: Occurrence, acted: Acted, answered: Answered, today: date) -> bool:
        if acted.deed != Deed.LATER:
            return super().do(occurrence, acted, answered, today)
        who = self.held(occurrence)
        if who is None or acted.day is None or who.is_paused(today):
            return False
        who.rest(acted.day)
        return True

    def holds(self, occurrence: Occurrence, acted: Acted, today: date) -> bool:
        if acted.deed != Deed.LATER:
            return super().holds(occurrence, acted, today)
        who = who_of(self.things([occurrence.object_id]).get(occurrence.object_id))
        return who is not None and who.is_paused(today) and who.paused_until == acted.day

    def undo(self, occurrence: Occurrence, acted: Acted, today: date) -> None:
        if acted.deed != Deed.LATER:
            super().undo(occurrence, acted, today)
        elif who := self.held(occurrence):
            who.go_on()

    def says(self, occurrence: Occurrence, acted: Acted, line: Line) -> str:
        if acted.deed == Deed.LATER and acted.day:
            return gettext("We will not remind you of it before %(day)s.") % {"day": full(acted.day)}
        return super().says(occurrence, acted, line)


class AboutAPromise(AboutSomebody[Favour]):
    """What one promised: done is kept."""

    of_mails = frozenset({Deed.LATER})

    def things(self, ids: Iterable[int]) -> Mapping[int, Favour]:
        return with_their_people(Favour.objects.kept(), ids)

    def ask(self, occurrence: Occurrence, deed: Deed, line: Line) -> Question:
        if deed is not Deed.DONE:
            return super().ask(occurrence, deed, line)
        words = gettext("Given back") if self._is_loan(occurrence) else gettext("Kept")
        return Question(
            title=words,
            says=gettext("It is noted as of today."),
            answers=[Answer("done", words, "check")],
        )

    def _is_loan(self, occurrence: Occurrence) -> bool:
        favour = self.things([occurrence.object_id]).get(occurrence.object_id)
        return favour is not None and favour.kind == Kind.LOAN

    def holding(self, pk: int) -> Favour | None:
        return Favour.objects.kept().select_for_update(of=("self",)).filter(pk=pk).first()

    def do(self, occurrence: Occurrence, acted: Acted, answered: Answered, today: date) -> bool:
        if acted.deed != Deed.DONE:
            return super().do(occurrence, acted, answered, today)
        favour = self.held(occurrence)
        if favour is None or not favour.is_open:
            return False
        acted.state_before = favour.state
        favour.stand(State.CLOSED, today)
        return True

    def holds(self, occurrence: Occurrence, acted: Acted, today: date) -> bool:
        if acted.deed != Deed.DONE:
            return super().holds(occurrence, acted, today)
        favour = self.things([occurrence.object_id]).get(occurrence.object_id)
        return favour is not None and not favour.is_open

    def undo(self, occurrence: Occurrence, acted: Acted, today: date) -> None:
        if acted.deed != Deed.DONE:
            super().undo(occurrence, acted, today)
        elif favour := self.held(occurrence):
            favour.stand(State(acted.state_before), today)

    def says(self, occurrence: Occurrence, acted: Acted, line: Line) -> str:
        if acted.deed == Deed.DONE:
            if self._is_loan(occurrence):
                return gettext("Noted: you gave it back.")
            return gettext("Noted: you kept it.")
        return super().says(occurrence, acted, line)


def who_of(thing: Thing | None) -> Contact | None:
    """Whom it is about."""
    return thing if thing is None or isinstance(thing, Contact) else thing.contact


def is_settled(thing: Thing) -> bool:
    """Whether there is nothing more to do or to put off."""
    return isinstance(thing, FollowUp | Favour) and not thing.is_open


def with_their_people(rows: QuerySet[Hanging], ids: Iterable[int]) -> Mapping[int, Hanging]:
    """Those of these rows whose person is not in the bin, by id."""
    found = rows.filter(pk__in=set(ids)).select_related("contact")
    return {row.pk: row for row in found if row.contact is None or row.contact.removed_at is None}


def register() -> None:
    quieted.register(quieting.quieted)
    acts.register(BIRTHDAY, AboutAContact(BIRTHDAY))
    acts.register(REMEMBRANCE, AboutAContact(REMEMBRANCE))
    acts.register(DATE, AboutADate(DATE))
    acts.register(FOLLOW_UP, AboutAFollowUp(FOLLOW_UP))
    acts.register(RHYTHM, AboutTheRhythm(RHYTHM))
    acts.register(PROMISE, AboutAPromise(PROMISE))
