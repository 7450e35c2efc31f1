"""What stands in the mails of one person, the waiting ones included."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from netvalue.outbox import choices, composing, kinds, letters
from netvalue.outbox.addressing import MOST_ALONE
from netvalue.outbox.localtime import DAY, local_day
from netvalue.outbox.models import Email, Occurrence, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, time

    from netvalue.accounts.models import User
    from netvalue.outbox.kinds import Line
    from netvalue.outbox.letters import Contents

COMING_DAYS = 30
# Of each kind, so that many of one hide nothing of another.
MOST_COMING = 200
MOST_MISSED = 50


@dataclass(frozen=True, slots=True)
class Entry:
    """A mail and what is in it; account mail has no contents to show."""

    email: Email
    inside: Sequence[Occurrence]
    contents: Contents | None

    @property
    def subject(self) -> str:
        return self.contents.subject if self.contents else self.email.subject

    @property
    def readable(self) -> bool:
        return self.contents is not None and bool(self.contents.lines)


@dataclass(frozen=True, slots=True)
class Merged:
    """One event of which several reminders share a line, and the days on which they were to come."""

    who: str
    days: Sequence[date]


@dataclass(frozen=True, slots=True)
class Coming:
    """One reminder to come, the day on which it will, and the time on that day's clock."""

    day: date
    time: time
    line: Line

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, self.time)


@dataclass(frozen=True, slots=True)
class Preview:
    """What comes, and of how many of each kind at most if there is more; 0 if this is all."""

    reminders: Sequence[Coming]
    most: int


def entries(owner: User, emails: Iterable[Email]) -> list[Entry]:
    """These mails of the owner with what is in them; a constant number of questions for however many."""
    now = timezone.now()
    emails = list(emails)
    inside = _inside(owner, emails, now)
    reminders = [email for email in emails if email.kind != Email.ACCOUNT]
    contents = letters.contents(
        (email, letters.read_on(email, now), inside.get(email.pk, [])) for email in reminders
    )
    return [Entry(email, inside.get(email.pk, []), contents.get(email.pk)) for email in emails]


def _inside(owner: User, emails: list[Email], now: datetime) -> dict[int, list[Occurrence]]:
    """What was put into them; for those that still wait, what would be if they left now."""
    found: dict[int, list[Occurrence]] = {}
    for occurrence in Occurrence.objects.of(owner).filter(email__in=emails).select_related("owner"):
        found.setdefault(occurrence.email_id or 0, []).append(occurrence)
    pending = [email for email in emails if email.state == Email.State.PENDING]
    if any(email.kind != Email.ACCOUNT for email in pending):
        tellable = composing.tellable(Occurrence.objects.open().of(owner), now)
        for email in pending:
            if email.kind != Email.ACCOUNT:
                found[email.pk] = list(composing.take(email, tellable))
    return found


def merged(entry: Entry) -> list[Merged]:
    """What this mail says once although it was to be said on several days, ahead and on the day."""
    leads: dict[tuple[str, int, date], list[Occurrence]] = defaultdict(list)
    for it in entry.inside:
        leads[it.kind, it.object_id, it.occurrence_on].append(it)
    several = [sorted(ours, key=lambda it: it.due_at) for ours in leads.values() if len(ours) > 1]
    day = letters.read_on(entry.email, timezone.now())
    lines = letters.lines_of((ours[-1], day) for ours in several)
    return [
        Merged(lines[ours[-1].pk].who, [local_day(it.due_at, it.owner.zone) for it in ours])
        for ours in several
        if ours[-1].pk in lines
    ]


def coming(owner: User) -> Preview:
    """What is due within the next thirty days and will be told as things stand, as it will read then."""
    chosen = choices.of(owner)
    until = local_day(timezone.now(), owner.zone) + COMING_DAYS * DAY
    on = [kind for kind in kinds.names() if chosen.on(kind)]
    soonest = Window(RowNumber(), partition_by="kind", order_by=["next_at", "id"])
    rows = Schedule.objects.of(owner).filter(kind__in=on, next_on__lte=until).annotate(turn=soonest)
    due = list(rows.filter(turn__lte=MOST_COMING + 1).order_by("next_at", "id"))
    more = {kind for kind, many in Counter(row.kind for row in due).items() if many > MOST_COMING}
    last = {row.pk for row in {row.kind: row for row in due}.values() if row.kind in more}
    planned = [_as_occurrence(row, owner) for row in due if row.pk not in last]
    _in_mails_of_their_own(planned, owner)
    told = composing.told(planned, {owner.pk: chosen})
    days = [(it, it.due_at.astimezone(owner.zone)) for it in planned if it.pk in told]
    lines = letters.lines_of((it, at.date()) for it, at in days)
    there = [Coming(at.date(), at.time(), lines[it.pk]) for it, at in days if it.pk in lines]
    # What shares a line stands there once for each time that it is told.
    alike = {(it.day, it.time, it.line.shared or str(n)): it for n, it in enumerate(there)}
    return Preview(list(alike.values()), MOST_COMING if more else 0)


def _in_mails_of_their_own(planned: Sequence[Occurrence], owner: User) -> None:
    """Where mails are single and not too many come at once, no line speaks of what is in another mail."""
    at_once = Counter(it.due_at for it in planned)
    for it in planned:
        if not owner.digest and at_once[it.due_at] <= MOST_ALONE:
            # No mail that there is.
            it.email_id = -it.pk


def _as_occurrence(row: Schedule, owner: User) -> Occurrence:
    """Only to be read: it is not due yet and never stored."""
    return Occurrence(
        pk=row.pk,
        owner=owner,
        kind=row.kind,
        object_id=row.object_id,
        occurrence_on=row.occurrence_on,
        lead=row.lead,
        due_at=row.next_at,
    )


def too_late(owner: User) -> list[Line]:
    """What could not be sent while it was worth saying, in the last sixty days, and is still so.

    Of an event that was told by another mail, ahead or late, nothing is missing.
    """
    since = timezone.now() - 60 * DAY
    missed = Occurrence.objects.of(owner).too_late().told_by_no_other().filter(expires_at__gte=since)
    latest = list(missed.select_related("owner").order_by("-due_at")[:MOST_MISSED])
    told = composing.told(latest, {owner.pk: choices.of(owner)})
    today = local_day(timezone.now(), owner.zone)
    lines = letters.lines_of((occurrence, today) for occurrence in latest if occurrence.pk in told)
    return letters.once_each(lines.values())
