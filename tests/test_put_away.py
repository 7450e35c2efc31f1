"""Nobody meets by chance whom they have hidden or deleted: no page and no mail names them but their own."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Step
from contacts.around import Around
from contacts.models import Ask, Contact, Favour, Interaction, Membership, Tie
from netvalue.outbox import delivery, letters, planning
from netvalue.outbox.models import Occurrence
from tests.factories import ContactFactory, FollowUpFactory
from tests.test_doors import EVERY_DOOR, World, path_of, signed_in_as, world

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["world"]

NAME = "Zephyrine"
# Where they are looked for on purpose, or as somebody who was there.
THEIRS = {"hide": {"contacts:hidden"}, "remove": {"contacts:bin"}, "archive": {"contacts:list"}}


def in_every_role(world: World) -> Contact:
    """Somebody who would be named everywhere: close, due, born today, in everything with the other one."""
    owner, other = world.owner, world.contact
    today = timezone.localdate(timezone=owner.zone)
    who = ContactFactory.create(
        owner=owner, given=NAME, closeness=9, rhythm_days=7,
        birth_year=1980, birth_month=today.month, birth_day=today.day,
    )  # fmt: skip
    Contact.objects.filter(pk=who.pk).update(created_at=timezone.now() - timedelta(days=900))
    who.refresh_from_db()
    who.keep()
    other.introduced_by = who
    other.save()
    Membership.objects.create(owner=owner, contact=who, circle=world.circle)
    long_ago = today - timedelta(days=400)
    Interaction.objects.note(owner, [who, other], uuid4(), when=Around.on(long_ago), kind="call")
    Tie.objects.create(owner=owner, one=other, other=who, kind="colleague")
    Favour.objects.note(
        who, uuid4(), what="Plums", day=long_ago, direction="given", kind="help", state="open"
    )
    Ask.objects.note(who, uuid4(), what="Pears", day=long_ago)
    who.dates.create(owner=owner, label="Day", on_month=today.month, on_day=today.day)
    who.events.create(owner=owner, what="Event")
    FollowUpFactory.create(owner=owner, contact=who, what="Figs", due_on=today).keep()
    noted = FollowUpFactory.build(owner=owner, contact=who, what="Nuts", due_on=today)
    Step.objects.at(world.finished, world.finished.questions[4]).accept(noted)
    world.tie_round.parts.create(owner=owner, contact=who, place=99)
    world.change.items.get_or_create(owner=owner, contact=who)
    return who


def pages_that_name(world: World) -> set[str]:
    client = signed_in_as(world.owner)
    named = {door.name for door in EVERY_DOOR if NAME in said_at(client.get, path_of(door, world))}
    for more in ("?sort=birthday", "?sort=closest", "?rhythm=due", "?rhythm=drifting", f"?q={NAME}"):
        named |= (
            {f"list {more}"} if f">{NAME}" in said_at(client.get, reverse("contacts:list") + more) else set()
        )
    return named | ({"go"} if f"<span>{NAME}" in said_at(client.get, reverse("go") + f"?q={NAME}") else set())


def said_at(get: Callable[[str], object], path: str) -> str:
    response = get(path)
    return bytes(getattr(response, "content", b"")).decode("utf-8", "replace")


def told_in_the_mail(world: World) -> set[str]:
    """Of which kinds the reminders about the world's owner are that a mail holds."""
    return set(Occurrence.objects.of(world.owner).exclude(email=None).values_list("kind", flat=True))


def said_in_the_mail(world: World) -> str:
    now = timezone.now() + timedelta(days=2)
    planning.plan(now)
    return "".join(
        str(letters.write(parcel.email, parcel.occurrences, now)) for parcel in delivery.claim(uuid4(), now)
    )


def test_somebody_in_view_is_named_all_over_the_place(world: World) -> None:
    """Without this the next one would prove nothing."""
    in_every_role(world)
    named = pages_that_name(world)
    assert {"today", "contacts:person", "contacts:ties", "contacts:giving", "contacts:list", "go"} <= named
    assert {"list ?rhythm=due", "list ?rhythm=drifting", f"list ?q={NAME}"} <= named
    assert NAME in said_in_the_mail(world)
    assert {"followup", "promise", "rhythm"} <= told_in_the_mail(world)


@pytest.mark.parametrize("verb", ["hide", "remove"])
def test_who_was_put_away_is_named_nowhere_else(world: World, verb: str) -> None:
    who = in_every_role(world)
    getattr(who, verb)()
    assert pages_that_name(world) == THEIRS[verb]
    assert NAME not in said_in_the_mail(world)


@pytest.mark.parametrize(
    ("verb", "back"), [("hide", "show"), ("remove", "bring_back"), ("archive", "restore")]
)
def test_who_comes_back_is_where_they_were(world: World, verb: str, back: str) -> None:
    who = in_every_role(world)
    before = pages_that_name(world)
    getattr(who, verb)()
    getattr(Contact.objects.get(pk=who.pk), back)()
    assert pages_that_name(world) == before
    assert NAME in said_in_the_mail(world)
