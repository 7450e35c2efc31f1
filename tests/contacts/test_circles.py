"""Circles: how many belong to each, another name, two that become one, removing and bringing back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.bin import way_back
from contacts.models import Circle, Contact, Membership
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

CIRCLES, LIST = reverse("contacts:circles"), reverse("contacts:list")


def circle(user: User, name: str, *people: Contact) -> Circle:
    made = Circle.objects.create(owner=user, name=name)
    for contact in people:
        Membership.objects.create(owner=user, contact=contact, circle=made)
    return made


def names(user: User) -> list[str]:
    return [it.name for it in Circle.objects.of(user)]


@pytest.fixture
def ada(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Ada", family="Lovelace")


@pytest.fixture
def bo(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Bo", family="Borg")


def test_the_number_is_the_one_that_the_list_shows(
    signed_in: Client, user: User, ada: Contact, bo: Contact
) -> None:
    away, hidden, gone = (ContactFactory.create(owner=user) for _ in range(3))
    choir = circle(user, "Choir", ada, bo, away, hidden, gone)
    circle(user, "Empty")
    away.archive()
    hidden.hide()
    gone.remove()
    page = signed_in.get(CIRCLES).text
    assert "2 contacts" in page
    assert "0 contacts" in page
    assert f'href="{choir.get_absolute_url()}"' in page
    assert "2 contacts" in signed_in.get(choir.get_absolute_url()).text


def test_circles_stand_by_name(signed_in: Client, user: User, ada: Contact) -> None:
    for name in ("Family", "Choir", "Office"):
        circle(user, name, ada)
    page = signed_in.get(CIRCLES).text
    assert page.index("Choir<") < page.index("Family<") < page.index("Office<")


def test_without_circles_the_page_says_where_they_come_from(signed_in: Client) -> None:
    assert "No circles yet." in signed_in.get(CIRCLES).text


def test_a_circle_gets_another_name_and_is_found_by_it(signed_in: Client, user: User, ada: Contact) -> None:
    choir = circle(user, "Choir", ada)
    page = reverse("contacts:circle", args=[choir.pk])
    assert 'value="Choir"' in signed_in.get(page).text
    response = signed_in.post(page, {"name": "  Kammerchor  Nord "})
    assert (response.status_code, response["Location"]) == (303, CIRCLES)
    assert names(user) == ["Kammerchor Nord"]
    assert "Lovelace" in signed_in.get(LIST, {"q": "kammerchor"}).text
    assert signed_in.post(page, {"name": "Kammerchor Nord"}).status_code == 303


@pytest.mark.parametrize("name", ["", " ", "x" * 81, "a\x00b", "\ufffd"])
def test_what_is_no_name_is_said(signed_in: Client, user: User, name: str) -> None:
    choir = circle(user, "Choir")
    response = signed_in.post(reverse("contacts:circle", args=[choir.pk]), {"name": name})
    assert response.status_code == 422
    assert 'id="id_name_error"' in response.text
    assert names(user) == ["Choir"]


def test_a_name_that_is_taken_asks_whether_both_are_one(
    signed_in: Client, user: User, ada: Contact, bo: Contact
) -> None:
    choir, singers = circle(user, "Choir", ada), circle(user, "Singers", ada, bo)
    page = reverse("contacts:circle", args=[singers.pk])
    response = signed_in.post(page, {"name": "Choir"})
    assert response.status_code == 422
    assert "You have a circle “Choir” already. Shall both be one?" in response.text
    assert 'value="Choir"' in response.text
    assert response.text.index(">Save<") < response.text.index(f'name="together" value="{choir.pk}"')
    assert names(user) == ["Choir", "Singers"]
    family = circle(user, "Family")
    assert signed_in.post(page, {"name": "Choir", "together": family.pk}).status_code == 422
    family.remove()
    response = signed_in.post(page, {"name": "Choir", "together": choir.pk}, follow=True)
    assert "“Singers” is part of “Choir” now." in response.text
    assert names(user) == ["Choir"]
    assert set(Contact.objects.in_circles([choir.pk])) == {ada, bo}
    singers.refresh_from_db()
    signed_in.post(way_back(singers, CIRCLES))
    assert names(user) == ["Choir", "Singers"]
    assert set(Contact.objects.in_circles([singers.pk])) == {ada, bo}


def test_a_removed_circle_is_named_nowhere_and_comes_back_with_its_people(
    signed_in: Client, user: User, ada: Contact
) -> None:
    choir = circle(user, "Choir", ada)
    circle(user, "Family", ada)
    pages = [LIST, CIRCLES, ada.get_absolute_url(), reverse("contacts:edit", args=[ada.uid])]
    response = signed_in.post(reverse("contacts:remove_circle", args=[choir.pk]), follow=True)
    assert "The circle “Choir” is removed; everybody in it stays." in response.text
    undo = way_back(choir, CIRCLES)
    assert undo.replace("&", "&amp;") in response.text
    for page in pages:
        assert "Choir" not in signed_in.get(page).text, page
    assert "Lovelace" not in signed_in.get(LIST, {"q": "choir"}).text
    assert "Circle “Choir”" in signed_in.get(reverse("contacts:bin")).text
    assert signed_in.get(reverse("contacts:circle", args=[choir.pk])).status_code == 404
    signed_in.post(undo)
    for page in pages:
        assert "Choir" in signed_in.get(page).text, page
    assert "Lovelace" in signed_in.get(LIST, {"q": "choir"}).text


def test_changing_where_somebody_belongs_leaves_what_is_in_the_bin(
    signed_in: Client, user: User, ada: Contact
) -> None:
    choir, family = circle(user, "Choir", ada), circle(user, "Family", ada)
    choir.remove()
    value = reverse("contacts:value", args=[ada.uid, "circles"])
    assert signed_in.post(value, {"in_circles": [], "new_circles": "Office"}).status_code == 303
    choir.bring_back()
    assert [it.name for it in Circle.objects.around(ada)] == ["Choir", "Office"]
    assert not family.memberships.exists()


def test_a_name_is_free_again_and_who_comes_back_later_is_numbered(
    signed_in: Client, user: User, ada: Contact
) -> None:
    choir = circle(user, "Choir", ada)
    choir.remove()
    value = reverse("contacts:value", args=[ada.uid, "circles"])
    signed_in.post(value, {"new_circles": "Choir"})
    assert names(user) == ["Choir"]
    choir.bring_back()
    assert names(user) == ["Choir", "Choir (2)"]
    with pytest.raises(IntegrityError), transaction.atomic():
        Circle.objects.create(owner=user, name="Choir")


def test_a_strangers_circle_is_not_found(signed_in: Client, stranger: User, user: User) -> None:
    theirs, mine = circle(stranger, "Canary"), circle(user, "Mine")
    assert "Canary" not in signed_in.get(CIRCLES).text
    assert signed_in.get(reverse("contacts:circle", args=[theirs.pk])).status_code == 404
    assert signed_in.post(reverse("contacts:remove_circle", args=[theirs.pk])).status_code == 404
    assert signed_in.post(reverse("contacts:circle", args=[mine.pk]), {"name": "Canary"}).status_code == 303


def test_the_page_costs_the_same_for_one_circle_and_for_fifty(
    signed_in: Client, user: User, ada: Contact
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as caught:
            signed_in.get(CIRCLES)
        return len(caught)

    circle(user, "One", ada)
    cost()
    one = cost()
    for n in range(50):
        circle(user, f"Another {n}", ada)
    assert cost() == one
