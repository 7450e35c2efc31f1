"""Going anywhere by a few letters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse

from netvalue.palette import DOINGS, PLACES, folded
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

GO = reverse("go")
LINKS = re.compile(r'<a class="menu-item" href="([^"]+)"')


def links(client: Client, words: str = "") -> list[str]:
    response = client.get(GO, {"q": words})
    assert response.status_code == 200
    return LINKS.findall(response.text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Über-Größe", ["uber", "grosse"]),
        ("  Ctrl  K ", ["ctrl", "k"]),
        ("%_'\\", []),
        ("", []),
    ],
)
def test_words_are_compared_without_capitals_and_accents(text: str, words: list[str]) -> None:
    assert folded(text) == words


def test_without_a_word_it_shows_what_one_can_do_and_every_page(signed_in: Client) -> None:
    assert links(signed_in) == [place.url for place in (*DOINGS, *PLACES)]


def test_every_place_is_there(signed_in: Client) -> None:
    for url in links(signed_in):
        assert signed_in.get(url).status_code == 200, url


@pytest.mark.parametrize(
    ("words", "view"),
    [
        ("rem", "outbox:reminders"),
        ("BIRTH", "outbox:reminders"),
        ("new con", "contacts:add"),
        ("con new", "contacts:add"),
        ("sign out", "accounts:sessions"),
    ],
)
def test_a_page_is_found_by_how_its_words_begin(signed_in: Client, words: str, view: str) -> None:
    assert reverse(view) in links(signed_in, words)


def test_words_are_those_of_the_language_that_is_read(signed_in: Client, user: User) -> None:
    user.language = "de"
    user.save()
    assert reverse("accounts:settings") in links(signed_in, "einst")
    assert reverse("accounts:settings") not in links(signed_in, "sett")


def test_people_are_found_and_a_slip_is_forgiven(signed_in: Client, user: User) -> None:
    jose = ContactFactory.create(owner=user, given="José", family="Schmidt", organisation="Halbinsel")
    for words in ("jose", "schm", "Halbin", "Schmitd"):
        response = signed_in.get(GO, {"q": words})
        assert LINKS.findall(response.text)[0] == jose.get_absolute_url(), words
        assert f'href="{jose.get_absolute_url()}talk/"' in response.text


def test_nobody_else_and_nobody_put_away_is_found(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=UserFactory.create(), given="Zacharias")
    ContactFactory.create(owner=user, given="Zacharias").archive()
    ContactFactory.create(owner=user, given="Zacharias").hide()
    assert links(signed_in, "zacharias") == [f"{reverse('contacts:list')}?q=zacharias"]


def test_what_is_called_nothing_says_so_and_leads_on(signed_in: Client) -> None:
    text = signed_in.get(GO, {"q": "q&x=1"}).text
    assert "Nothing is called that." in text
    assert f'href="{reverse("contacts:list")}?q=q%26x%3D1"' in text


@pytest.mark.parametrize("words", ["\x00", "x" * 101])
def test_words_that_cannot_be_looked_for_are_said(signed_in: Client, words: str) -> None:
    response = signed_in.get(GO, {"q": words})
    assert response.status_code == 422
    assert 'id="go-error"' in response.text


@pytest.mark.parametrize("words", ["'", "%", "_", "\\", "<b>"])
def test_signs_alone_find_nobody(signed_in: Client, user: User, words: str) -> None:
    ContactFactory.create(owner=user)
    assert "talk/" not in signed_in.get(GO, {"q": words}).text.replace(reverse("contacts:talk"), "")


def test_it_costs_the_same_however_many_there_are(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ContactFactory.create_batch(12, owner=user, given="Anna")
    links(signed_in)
    with django_assert_max_num_queries(4):
        assert len(links(signed_in, "anna")) == 8


def test_keys_can_be_switched_off(signed_in: Client, user: User) -> None:
    assert "data-keys" in signed_in.get(GO).text
    user.single_keys = False
    user.save()
    assert "data-keys" not in signed_in.get(GO).text
