"""The people of a world typed in, by the verbs that the pages call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.db import connection, transaction

from contacts import reminders
from contacts.models import Contact, FollowUp, ImportantDate
from netvalue.accounts.models import User
from netvalue.outbox.models import Schedule
from tests.faults.world import World

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.faults.world import Entry, Owner

# What is planned for an entry follows from these alone.
Alike = tuple[str, int, str, str]
BATCH = 2000


@transaction.atomic
def seed(world: dict[str, Any]) -> int:
    """The first of each sort by the verb; its like get the same rows in the schedule, thousands at once."""
    owners = World.from_json(world).owners
    users = {
        user.email: user
        for user in User.objects.bulk_create(
            User(email=it.email, time_zone=it.zone, reminder_hour=it.hour, digest=it.digest) for it in owners
        )
    }
    everything = [(owner, entry) for owner in owners for entry in owner.entries]
    people = Contact.objects.bulk_create(
        (person(users[owner.email], entry) for owner, entry in everything), batch_size=BATCH
    )
    planned: dict[Alike, list[Schedule]] = {}
    rows: list[Schedule] = []
    for (owner, entry), it in zip(everything, things(everything, people), strict=True):
        alike = owner.zone, owner.hour, entry.kind, entry.day
        if alike not in planned:
            write_down(entry, it)
            planned[alike] = list(Schedule.objects.filter(kind=entry.kind, object_id=it.pk))
            assert planned[alike], "nothing was planned for it"
        else:
            rows += (like(row, it) for row in planned[alike])
    Schedule.objects.bulk_create(rows, batch_size=BATCH)
    return len(everything)


def person(user: User, entry: Entry) -> Contact:
    born = {"birth_month": entry.on.month, "birth_day": entry.on.day} if entry.kind == "birthday" else {}
    return Contact(owner=user, given=entry.token, family="", **born)


def things(everything: list[tuple[Owner, Entry]], people: list[Contact]) -> Iterable[Any]:
    """What is reminded of: the person, their date, or what to come back to."""
    made: dict[int, Any] = {}
    for kind, model in (("date", ImportantDate), ("followup", FollowUp)):
        rows = {
            place: thing(entry, people[place])
            for place, (_, entry) in enumerate(everything)
            if entry.kind == kind
        }
        made |= dict(zip(rows, model.objects.bulk_create(rows.values(), batch_size=BATCH), strict=True))
    return [made.get(place, it) for place, it in enumerate(people)]


def thing(entry: Entry, about: Contact) -> Any:
    if entry.kind == "followup":
        return FollowUp(owner=about.owner, contact=about, what="ask", due_on=entry.on)
    return ImportantDate(
        owner=about.owner, contact=about, label="a day", on_month=entry.on.month, on_day=entry.on.day
    )


def write_down(entry: Entry, it: Any) -> None:
    it.refresh_from_db()
    match entry.kind:
        case "birthday":
            reminders.birthday_changed(it)
        case "date":
            reminders.date_changed(it)
        case "followup":
            reminders.follow_up_changed(it)


def like(row: Schedule, it: Any) -> Schedule:
    return Schedule(
        owner=it.owner,
        kind=row.kind,
        object_id=it.pk,
        lead=row.lead,
        occurrence_on=row.occurrence_on,
        next_on=row.next_on,
        next_at=row.next_at,
        last_occurrence_on=row.last_occurrence_on,
    )


def migrate(clock: str) -> None:
    """A database as a new installation has it, with the run's clock in it before the first table."""
    with connection.cursor() as cursor:
        cursor.execute(clock)
    call_command("migrate", verbosity=0)
