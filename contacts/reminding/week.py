"""What the coming week brings, on Mondays, for those who asked for it; one that brings nothing is not told.

Birthdays, other dates, follow-ups, what was promised for a day, and with whom it will be time to talk again:
that there is something, and never a note's words. What one would not be told by itself is not in it. Of who
died there is what one noted, and neither a birthday nor the day of their death.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contacts.birthdays import LeapDay
from contacts.giving import Kind as Sort
from contacts.models import Contact, Favour, FollowUp, ImportantDate
from contacts.reminders import BIRTHDAY, DATE, FOLLOW_UP, PROMISE, RHYTHM, WEEK, week_chosen
from contacts.words import with_weekday
from netvalue.outbox import acts, choices, clock
from netvalue.outbox.kinds import Kind, Line
from netvalue.outbox.localtime import local_day
from netvalue.outbox.models import Occurrence, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from contacts.models import ContactQuerySet
    from netvalue.accounts.models import User
    from netvalue.outbox.kinds import Due

DAYS = 7
# More than this nobody reads; the page of all reminders has the rest.
MOST = 20


class Coming(NamedTuple):
    """Something on a day, and what will tell it then."""

    day: date
    who: str
    what: str
    kind: str
    object_id: int


class Weeks(Kind):
    """On Mondays; late until Thursday."""

    name = WEEK
    label = _("What the week brings")
    hint = _("on Mondays, if there is something")
    on_at_first = False

    def switched(self, owner: User) -> None:
        week_chosen(owner)

    def following(self, planned: Sequence[Due]) -> Mapping[int, date]:
        return {row.pk: row.occurrence_on + timedelta(days=DAYS) for row in planned}

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return occurrence_on + timedelta(days=4)

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        """Those that bring something from now on: what is left on a Wednesday may be nothing."""
        now = clock.now()
        found = ahead([(it, local_day(now, it.owner.zone)) for it in occurrences])
        return {pk for pk, coming in found.items() if coming}

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        found = ahead(asked)
        return {
            occurrence.pk: week_line(occurrence.occurrence_on, coming, day)
            for occurrence, day in asked
            if (coming := found[occurrence.pk])
        }


def ahead(asked: Sequence[tuple[Occurrence, date]]) -> dict[int, list[Coming]]:
    """By occurrence, what its week still brings from that day on; one question per source for all of them."""
    owners = {occurrence.owner_id: occurrence.owner for occurrence, _day in asked}
    weeks = {
        (occurrence.owner_id, occurrence.occurrence_on + timedelta(days=n))
        for occurrence, _day in asked
        for n in range(DAYS)
    }
    days = {day for _owner, day in weeks}
    brings: dict[int, list[Coming]] = defaultdict(list)
    sources = (birthdays, dates, follow_ups, promises, rhythms)
    found = [it for source in sources for it in source(owners, days)]
    for owner, coming in to_be_told(owners, found):
        brings[owner].append(coming)
    return {
        it.pk: sorted(
            coming
            for coming in brings[it.owner_id]
            if max(day, it.occurrence_on) <= coming.day < it.occurrence_on + timedelta(days=DAYS)
        )
        for it, day in asked
    }


def to_be_told(
    owners: Mapping[int, User], found: Sequence[tuple[int, Coming]]
) -> Iterator[tuple[int, Coming]]:
    """What a mail of its own would tell: neither switched off nor ended by a button."""
    chosen = choices.of_many(owners.values())
    told = [
        Occurrence(
            pk=n, owner=owners[owner], kind=it.kind, object_id=it.object_id, occurrence_on=it.day, lead=0
        )
        for n, (owner, it) in enumerate(found)
        if chosen[owner].on(it.kind)
    ]
    stopped = acts.stopped(told)
    return (found[it.pk] for it in told if it.pk not in stopped)


def in_view(owners: Iterable[int]) -> ContactQuerySet:
    return Contact.objects.filter(owner__in=owners).in_view()


def birthdays(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    for who in in_view(owners).living().born_on(yearly(days)):
        for day in days:
            born = who.birthday
            if born and born.in_year(day.year, LeapDay(owners[who.owner_id].leap_day)) == day:
                age = born.age_on(day)
                said = gettext("turns %(age)d") if age else gettext("has a birthday")
                yield who.owner_id, Coming(day, who.display, said % {"age": age}, BIRTHDAY, who.pk)


def dates(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    theirs = ImportantDate.objects.kept().filter(contact__in=in_view(owners), owner__in=owners)
    on = yearly(days)
    found = theirs.filter(on_month__in={month for month, _day in on}, on_day__in={day for _month, day in on})
    for row in found.select_related("contact"):
        for day in days:
            kept = row.yearly
            if kept and kept.in_year(day.year, LeapDay(owners[row.owner_id].leap_day)) == day:
                yield row.owner_id, Coming(day, row.contact.display, gettext("a day you noted"), DATE, row.pk)


def yearly(days: Iterable[date]) -> set[tuple[int, int]]:
    """Months and days; 29 February wherever it may be kept."""
    found = {(day.month, day.day) for day in days}
    return found | {(2, 29)} if found & {(2, 28), (3, 1)} else found


def follow_ups(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    theirs = FollowUp.objects.wanted().filter(owner__in=owners, day__in=days)
    for it in theirs.select_related("contact"):
        who = it.contact.display if it.contact else gettext("Something to come back to")
        yield it.owner_id, Coming(it.day, who, gettext("follow-up"), FOLLOW_UP, it.pk)


def promises(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    theirs = Favour.objects.kept().open().mine().filter(owner__in=owners, due_on__in=days)
    for it in theirs.filter(contact__in=in_view(owners).living()).select_related("contact"):
        said = gettext("what you borrowed") if it.kind == Sort.LOAN else gettext("something you promised")
        if it.due_on:
            yield it.owner_id, Coming(it.due_on, it.contact.display, said, PROMISE, it.pk)


def rhythms(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    rows = Schedule.objects.filter(owner__in=owners, kind=RHYTHM, next_on__in=days)
    due = dict(rows.values_list("object_id", "next_on"))
    for who in in_view(owners).living().filter(pk__in=due):
        yield who.owner_id, Coming(due[who.pk], who.display, gettext("time to talk again"), RHYTHM, who.pk)


def week_line(monday: date, coming: Sequence[Coming], day: date) -> Line:
    """What is said on `day` about a week."""
    said = [f"{with_weekday(it.day)} · {it.who} · {it.what}" for it in coming[:MOST]]
    if (more := len(coming) - len(said)) > 0:
        said.append(ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more})
    return Line(
        who=gettext("Your week"),
        what=gettext("what the next days bring"),
        subject=gettext("Your week from %(date)s") % {"date": with_weekday(monday)},
        path=reverse("outbox:reminders"),
        late=day > monday,
        listed=said,
    )
