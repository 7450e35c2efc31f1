"""Everything so far with somebody: in order, whole, and for the same price however much there is."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from contacts.around import Around, Season
from contacts.giving import Direction, Kind, State
from contacts.models import Ask, Contact, Favour, FollowUp, Interaction, InteractionPerson, LifeEvent
from contacts.models.interactions import parts_of
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ada(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Ada", family="X", known_since=2019)


def page(contact: Contact) -> str:
    return reverse("contacts:timeline", args=[contact.uid])


def told(client: Client, contact: Contact, **query: str) -> list[tuple[str, str]]:
    """Each title with its day."""
    text = client.get(page(contact), query).text
    found = re.findall(r'<span class="strong">([^<]*)</span><span class="muted sm">(.*?)</span>', text)
    return [(title, re.sub(r"<[^>]*>", "", day)) for title, day in found]


def talked(*people: Contact, when: Around, line: str = "") -> Interaction:
    return Interaction.objects.note(people[0].owner, people, uuid.uuid4(), when=when, kind="call", line=line)


def favour(contact: Contact, day: date, **fields: object) -> Favour:
    given = {
        "direction": Direction.GIVEN,
        "kind": Kind.HELP,
        "state": State.CLOSED,
        "what": "Shelf",
        **fields,
    }
    return Favour.objects.create(owner=contact.owner, contact=contact, day=day, **given)


def test_everything_stands_in_one_order(signed_in: Client, user: User, ada: Contact) -> None:
    bo = ContactFactory.create(owner=user, given="Bo", family="Y")
    talked(ada, bo, when=Around(2026, 11, 20), line="Soup")
    talked(ada, when=Around(2026, season=Season.SPRING))
    LifeEvent.objects.create(owner=user, contact=ada, tone="joy", what="A house", on_year=2026, on_month=6)
    LifeEvent.objects.create(owner=user, contact=ada, tone="grief", what="A loss")
    favour(ada, date(2026, 5, 2))
    Ask.objects.create(owner=user, contact=ada, what="A lead", day=date(2026, 4, 1), outcome="Found")
    # In Berlin it is the 23rd already.
    FollowUpFactory.create(owner=user, contact=ada, what="Call", done_at=timezone.now())
    FollowUpFactory.create(owner=user, contact=ada, what="Still open")
    assert told(signed_in, ada) == [
        ("Follow-up done", "today"),
        ("Grief", ""),
        ("Written down here", "today"),
        ("Call", "3 days ago"),
        ("Joy", "June 2026"),
        ("I helped", "2 May"),
        ("I asked", "1 April"),
        ("Call", "spring 2026"),
        ("You know each other", "2019"),
    ]
    text = signed_in.get(page(ada)).text
    for words in ("Soup", "Bo Y", "A house", "Shelf", "Found"):
        assert words in text
    assert "Still open" not in text
    assert page(ada) in signed_in.get(ada.get_absolute_url()).text


def test_what_was_removed_or_is_hidden_is_not_told(signed_in: Client, user: User, ada: Contact) -> None:
    hidden = ContactFactory.create(owner=user, given="Canary", hidden=True)
    talked(ada, hidden, when=Around(2026, 11, 20))
    talked(ada, when=Around(2026, 1), line="Canary").remove()
    favour(ada, date(2026, 5, 2), what="Canary").remove()
    Ask.objects.create(owner=user, contact=ada, what="Canary", day=date(2026, 4, 1)).remove()
    assert "Canary" not in signed_in.get(page(ada)).text
    assert len(told(signed_in, ada)) == 3


def test_many_are_leafed_through_for_the_same_price(
    signed_in: Client, user: User, ada: Contact, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in.get(page(ada))
    costs = []
    for many in (1, 300):
        talks = Interaction.objects.bulk_create(
            Interaction(owner=user, kind="call", **parts_of(Around(2000 + n % 20, 5, 1))) for n in range(many)
        )
        InteractionPerson.objects.bulk_create(
            InteractionPerson(owner=user, interaction=talk, contact=ada) for talk in talks
        )
        for _ in range(many // 10 + 1):
            favour(ada, date(2026, 5, 2))
            FollowUpFactory.create(owner=user, contact=ada, done_at=timezone.now())
        with django_assert_max_num_queries(8) as queries:
            signed_in.get(page(ada))
        costs.append(len(queries))
    assert len(set(costs)) == 1
    total = Interaction.objects.count() + Favour.objects.count() + FollowUp.objects.count() + 2
    pages = [told(signed_in, ada, page=str(number)) for number in range(1, total // 50 + 2)]
    assert sum(map(len, pages)) == total
    for odd in ("0", "x", "9" * 30, "\x00"):
        assert signed_in.get(page(ada), {"page": odd}).status_code == 200


def test_markup_is_text(signed_in: Client, user: User, ada: Contact) -> None:
    canary = "<script>alert(7)</script>"
    talked(ada, when=Around(2026, 11, 20), line=canary)
    LifeEvent.objects.create(owner=user, contact=ada, tone="joy", what=canary)
    favour(ada, date(2026, 5, 2), what=canary)
    Ask.objects.create(owner=user, contact=ada, what=canary, day=date(2026, 4, 1), outcome=canary)
    FollowUpFactory.create(owner=user, contact=ada, what=canary, done_at=timezone.now())
    text = signed_in.get(page(ada)).text
    assert "<script>alert" not in text
    assert text.count("&lt;script&gt;alert") == 6
