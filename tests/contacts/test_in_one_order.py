"""People are held before what is about them, in the order of their ids: nobody waits in a ring."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from contacts.around import Around
from contacts.models import Circle, Contact, Interaction, Membership
from tests.contacts.test_at_the_same_time import WAITS, in_a_thread, sent, wait_until_somebody_waits
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import Model

    from netvalue.undo import Removable

pytestmark = pytest.mark.django_db(transaction=True)


def a_circle(ada: Contact, bo: Contact) -> Circle:
    circle = Circle.objects.create(owner=ada.owner, name="Choir")
    Membership.objects.create(owner=ada.owner, contact=ada, circle=circle)
    return circle


def a_talk(ada: Contact, bo: Contact) -> Interaction:
    when = Around(2026, 5, 1)
    return Interaction.objects.note(ada.owner, [ada], uuid.uuid4(), when=when, kind="call")


def bring_back(kind: str) -> Callable[[Any, Contact], tuple[str, dict[str, Any]]]:
    return lambda row, bo: (reverse("contacts:bring_back", args=[kind, row.pk]), {})


def hand_over(talk: Interaction, bo: Contact) -> tuple[str, dict[str, Any]]:
    return talk.get_absolute_url(), sent(kind="call", people=str(bo.uid))


def remove(talk: Interaction, bo: Contact) -> tuple[str, dict[str, Any]]:
    return reverse("contacts:remove_talk", args=[talk.uid]), {}


@pytest.mark.parametrize(
    ("made", "is_removed", "asked", "after"),
    [
        (a_circle, True, bring_back("circles"), Circle),
        (a_talk, True, bring_back("talks"), Interaction),
        (a_talk, False, remove, Interaction),
        (a_talk, False, hand_over, Contact),
    ],
    ids=["circle back", "talk back", "talk removed", "talk handed over"],
)
def test_whoever_holds_people_first_is_waited_for(
    made: Callable[[Contact, Contact], Removable],
    is_removed: bool,  # noqa: FBT001 -- a column of the table
    asked: Callable[[Any, Contact], tuple[str, dict[str, Any]]],
    after: type[Model],
) -> None:
    owner = UserFactory.create()
    ada, bo = ContactFactory.create(owner=owner), ContactFactory.create(owner=owner)
    row = made(ada, bo)
    if is_removed:
        row.remove()
    path, data = asked(row, bo)
    client = Client()
    client.force_login(owner)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Contact.objects.select_for_update(no_key=True).get(pk=ada.pk)
            other = in_a_thread(pool, lambda: client.post(path, data).status_code)
            wait_until_somebody_waits(other)
            # What comes next: the row itself, or somebody behind in the order.
            last = bo.pk if after is Contact else row.pk
            assert after._base_manager.select_for_update(nowait=True).get(pk=last)
        assert other.result() == 303


def test_whoever_joins_a_circle_meanwhile_is_held_in_order_too() -> None:
    owner = UserFactory.create()
    ada, bo = ContactFactory.create(owner=owner), ContactFactory.create(owner=owner)
    circle = a_circle(bo, ada)

    def one_after_the_other() -> None:
        with transaction.atomic():
            Contact.objects.filter(pk=ada.pk).hold()
            Contact.objects.filter(pk=bo.pk).hold()

    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            Contact.objects.filter(owner=owner).hold()
            third = in_a_thread(pool, one_after_the_other)
            wait_until_somebody_waits(third)
            other = in_a_thread(pool, lambda: circle.rename("Band"))
            wait_until_two_wait()
            Membership.objects.create(owner=owner, contact=ada, circle=circle)
        third.result()
        other.result()
    assert {who.row_words for who in Contact.objects.all()} == {"Band"}


def wait_until_two_wait() -> None:
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("SELECT pg_sleep(0.05)")
            cursor.execute(WAITS)
            if cursor.fetchone()[0] > 1:
                return
