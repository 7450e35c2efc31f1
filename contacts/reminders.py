"""Who is reminded of what, and when: writes the schedule; the outbox sends.

Called by the verbs of contacts and follow-ups, in their transaction. How these reminders read stands in
`contacts/reminder_kinds.py`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from django.apps import apps
from django.db.models import Q

from contacts.birthdays import LeapDay
from netvalue.outbox import choices, choosing, planning
from netvalue.outbox.acts import and_again

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from contacts.birthdays import Birthday
    from contacts.models import Contact, Favour, FollowUp, ImportantDate
    from netvalue.accounts.models import User

BIRTHDAY = "birthday"
FOLLOW_UP = "followup"
DATE = "date"
RHYTHM = "rhythm"
PROMISE = "promise"
REMEMBRANCE = "remembrance"
WEEK = "week"
# By its kind of reminder, what hangs on a contact and is reminded of; the others are the contact's own.
HANGING: Final = {DATE: "ImportantDate", FOLLOW_UP: "FollowUp", PROMISE: "Favour"}
THEIR_OWN: Final = (BIRTHDAY, RHYTHM, REMEMBRANCE)
MONDAY: Final = 0
# Nobody is reminded in a year that a calendar may not have.
LAST_YEAR = 9000


def birthday_changed(contact: Contact) -> None:
    """The birthday was set, corrected or removed, or they have died."""
    owner = contact.owner
    birthday = contact.birthday
    if birthday is None or contact.deceased:
        planning.forget(owner, BIRTHDAY, contact.pk)
        return
    leads = leads_of(owner, {contact.pk: contact.birthday_leads})[contact.pk]
    planning.repeat(owner, BIRTHDAY, contact.pk, leads, rule(owner, birthday))


def birthday_leads_changed(
    owner: User, born: Mapping[int, Birthday], own: Mapping[int, Sequence[int] | None]
) -> None:
    """Other days ahead were chosen for the birthdays of all who have none of their own."""
    leads = leads_of(owner, {pk: own[pk] for pk in born})
    choosing.ahead(owner, BIRTHDAY, leads, lambda pk, day: rule(owner, born[pk])(day))


def leads_of(owner: User, own: Mapping[int, Sequence[int] | None]) -> dict[int, Sequence[int]]:
    """So many days ahead of the birthday of each of these people: as for them, or as for all, and that stays
    so until what follows is committed."""
    usual = choices.held(owner).leads(BIRTHDAY)
    return {pk: leads or usual for pk, leads in own.items()}


def remembrance_changed(contact: Contact) -> None:
    """They died, or not after all, on another day, or one wants to be reminded of it or not."""
    owner, day = contact.owner, contact.remembrance
    if day is None:
        planning.forget(owner, REMEMBRANCE, contact.pk)
        return
    planning.repeat(owner, REMEMBRANCE, contact.pk, (0,), rule(owner, day))


def leap_day_changed(contact: Contact) -> None:
    """Their days on 29 February are kept on another day in other years."""
    dates = contact.dates.order_by().values_list("pk", flat=True)
    for kind, ids in ((BIRTHDAY, [contact.pk]), (REMEMBRANCE, [contact.pk]), (DATE, list(dates))):
        planning.kept_elsewhere(contact.owner, kind, ids)


def rule(owner: User, yearly: Birthday) -> Callable[[date], date | None]:
    """Its first day on or after a day, by the choice for leap days that holds when that is asked."""
    return lambda day: yearly.on_or_after(day, LeapDay(owner.leap_day))


def week_chosen(owner: User) -> None:
    """The look ahead was asked for, or refused."""
    if choices.of(owner).on(WEEK):
        planning.repeat(owner, WEEK, owner.pk, (0,), next_monday)
    else:
        planning.forget(owner, WEEK, owner.pk)


def next_monday(day: date) -> date:
    """The next one, today included."""
    return day + timedelta(days=(MONDAY - day.weekday()) % 7)


def date_changed(date: ImportantDate) -> None:
    """An important date was written down, corrected, removed or brought back."""
    owner, yearly = date.owner, date.yearly
    if yearly is None or date.removed_at:
        planning.forget(owner, DATE, date.pk)
        return
    planning.repeat(owner, DATE, date.pk, date.leads, rule(owner, yearly))


def follow_up_changed(follow_up: FollowUp) -> None:
    """A follow-up was made, moved, snoozed, done, let go or reopened."""
    if not follow_up.is_open or follow_up.day.year > LAST_YEAR:
        planning.forget(follow_up.owner, FOLLOW_UP, follow_up.pk)
    else:
        planning.once(follow_up.owner, FOLLOW_UP, follow_up.pk, follow_up.day)


def follow_up_deleted(follow_up: FollowUp) -> None:
    """Called before the row goes."""
    planning.forget(follow_up.owner, FOLLOW_UP, follow_up.pk)


def rhythm_changed(owner: User, people: Collection[int]) -> None:
    """One talked with these people or did not after all, or how often one wants to, or whether that rests.

    Whoever calls this holds them. Also for those who were put away: they may come back.
    """
    contact: Any = apps.get_model("contacts", "Contact")
    found = contact.objects.filter(pk__in=people).going_by_a_rhythm()
    goes = {who.pk: who.goes_by(owner.zone) for who in found}
    days: dict[int, date | None] = dict.fromkeys(people)
    days |= {pk: keeping.next_on for pk, keeping in goes.items()}
    planning.each_once(owner, RHYTHM, days, {pk: keeping.since for pk, keeping in goes.items()})


def talks_changed(owner: User, people: Collection[int]) -> None:
    """The same, after a conversation: it says nothing to those without a rhythm."""
    contact: Any = apps.get_model("contacts", "Contact")
    found = contact.objects.filter(pk__in=people).exclude(rhythm_days=None)
    if ids := list(found.values_list("pk", flat=True)):
        rhythm_changed(owner, ids)


def promise_changed(favour: Favour) -> None:
    """Something was promised, lent, kept, brought back, corrected, removed, or is open after all."""
    planning.each_once(favour.owner, PROMISE, {favour.pk: favour.comes_up_on})


def put_away(owner: User, people: Collection[int]) -> None:
    """These contacts were archived, hidden or removed: nothing is told of them, and all stays planned."""
    planning.silence(owner, about(people))


def taken_back(owner: User, people: Collection[int]) -> None:
    """These contacts are back: what was due meanwhile and is not too late is told after all."""
    planning.wake(owner, about(people))


def people_deleted(owner: User, people: Collection[int]) -> None:
    """Called before the rows go."""
    # Whoever changes a follow-up holds it before its schedule; so do we.
    for name in HANGING.values():
        theirs = hanging(name, people).select_for_update().order_by("id")
        list(theirs.values_list("pk"))
    planning.forget_many(owner, about(people))


def about(people: Collection[int]) -> Q:
    """What is reminded of because of these contacts; the same number of questions for any number of them."""
    sources = Q(kind__in=THEIR_OWN, object_id__in=people)
    for kind, name in HANGING.items():
        sources |= Q(kind=kind, object_id__in=hanging(name, people).values("pk"))
    return and_again(sources)


def hanging(name: str, people: Collection[int]) -> QuerySet[Any]:
    model: Any = apps.get_model("contacts", name)
    found: QuerySet[Any] = model.objects.filter(contact__in=people)
    return found
