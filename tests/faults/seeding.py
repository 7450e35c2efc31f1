"""The people of a world typed in, by the verbs that the pages call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.db import connection, transaction

from contacts import reminders
from contacts.models import Contact, FollowUp, ImportantDate
from netvalue.accounts.models import User
from tests.faults.world import World

if TYPE_CHECKING:
    from tests.faults.world import Entry


@transaction.atomic
def seed(world: dict[str, Any]) -> int:
    made = 0
    for owner in World.from_json(world).owners:
        user = User.objects.create(
            email=owner.email, time_zone=owner.zone, reminder_hour=owner.hour, digest=owner.digest
        )
        for entry in owner.entries:
            write_down(user, entry)
            made += 1
    return made


def write_down(user: User, entry: Entry) -> None:
    person = Contact(owner=user, given=entry.token, family="")
    if entry.kind == "birthday":
        person.birth_month, person.birth_day = entry.on.month, entry.on.day
    person.save()
    match entry.kind:
        case "birthday":
            reminders.birthday_changed(person)
        case "date":
            ImportantDate(
                owner=user, contact=person, label="a day", on_month=entry.on.month, on_day=entry.on.day
            ).keep()
        case "followup":
            thing = FollowUp.objects.create(owner=user, contact=person, what="ask", due_on=entry.on)
            reminders.follow_up_changed(thing)


def migrate(clock: str) -> None:
    """A database as a new installation has it, with the run's clock in it before the first table."""
    with connection.cursor() as cursor:
        cursor.execute(clock)
    call_command("migrate", verbosity=0)
