"""What the coming week brings, on Mondays, for those who asked for it; one that brings nothing is not told.

Birthdays, other dates, follow-ups, and with whom it will be time to talk again: that there is something, and
never a note's words. Who died is not among them.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contacts.birthdays import LeapDay
from contacts.models import Contact, FollowUp, ImportantDate, Quiet
from contacts.reminders import BIRTHDAY, DATE, FOLLOW_UP, RHYTHM, WEEK, week_chosen
from contacts.words import with_weekday
from netvalue.outbox.kinds import Kind, Line
from netvalue.outbox.models import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from contacts.models import ContactQuerySet
    from netvalue.accounts.models import User
    from netvalue.outbox.kinds import Due
    from netvalue.outbox.models import Occurrence

DAYS = 7
# More than this nobody reads; the page of all reminders has the rest.
MOST = 20


class Coming(NamedTuple):
    """Something on a day."""

    day: date
    who: str
    what: str


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
        found = ahead([(occurrence, occurrence.occurrence_on) for occurrence in occurrences])
        return {pk for pk, coming in found.items() if coming}

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        found = ahead(asked)
        return {
            occurrence.pk: week_line(occurrence.occurrence_on, found[occurrence.pk], day)
            for occurrence, day in asked
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
    for source in (birthdays, dates, follow_ups, rhythms):
        for owner, coming in source(owners, days):
            brings[owner].append(coming)
    return {
        it.pk: sorted(
            coming
            for coming in brings[it.owner_id]
            if max(day, it.occurrence_on) <= coming.day < it.occurrence_on + timedelta(days=DAYS)
        )
        for it, day in asked
    }


def to_be_told(kind: str, owners: Iterable[int]) -> ContactQuerySet:
    """Those in view of whom one wants to hear this."""
    quiet = Quiet.objects.against(kind).values("contact")
    return Contact.objects.filter(owner__in=owners).in_view().exclude(pk__in=quiet)


def birthdays(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    for who in to_be_told(BIRTHDAY, owners).living().born_on(yearly(days)):
        for day in days:
            born = who.birthday
            if born and born.in_year(day.year, LeapDay(owners[who.owner_id].leap_day)) == day:
                age = born.age_on(day)
                said = gettext("turns %(age)d") if age else gettext("has a birthday")
                yield who.owner_id, Coming(day, who.display, said % {"age": age})


def dates(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    theirs = ImportantDate.objects.kept().filter(contact__in=to_be_told(DATE, owners), owner__in=owners)
    on = yearly(days)
    found = theirs.filter(on_month__in={month for month, _day in on}, on_day__in={day for _month, day in on})
    for row in found.select_related("contact"):
        for day in days:
            kept = row.yearly
            if kept and kept.in_year(day.year, LeapDay(owners[row.owner_id].leap_day)) == day:
                yield row.owner_id, Coming(day, row.contact.display, gettext("a day you noted"))


def yearly(days: Iterable[date]) -> set[tuple[int, int]]:
    """Months and days; 29 February wherever it may be kept."""
    found = {(day.month, day.day) for day in days}
    return found | {(2, 29)} if found & {(2, 28), (3, 1)} else found


def follow_ups(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    theirs = FollowUp.objects.wanted().filter(owner__in=owners, day__in=days)
    quiet = Quiet.objects.against(FOLLOW_UP).values("contact")
    for it in theirs.exclude(contact__in=quiet).select_related("contact"):
        who = it.contact.display if it.contact else gettext("Something to come back to")
        yield it.owner_id, Coming(it.day, who, gettext("follow-up"))


def rhythms(owners: Mapping[int, User], days: Iterable[date]) -> Iterator[tuple[int, Coming]]:
    rows = Schedule.objects.filter(owner__in=owners, kind=RHYTHM, next_on__in=days)
    due = dict(rows.values_list("object_id", "next_on"))
    for who in to_be_told(RHYTHM, owners).living().filter(pk__in=due):
        yield who.owner_id, Coming(due[who.pk], who.display, gettext("time to talk again"))


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
