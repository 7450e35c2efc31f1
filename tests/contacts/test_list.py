"""The list: who is found, in which order, page by page, and at what cost."""

from __future__ import annotations

import re
import uuid
from datetime import date
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from contacts.around import Around
from contacts.models import Circle, Interaction, Membership
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

LIST = reverse("contacts:list")
NAMES = re.compile(r'<div class="person">.*?<a href="[^"]+">([^<]+)</a>')


def shown(client: Client, **query: str | int) -> list[str]:
    response = client.get(LIST, query)
    assert response.status_code == 200
    return NAMES.findall(response.text)


def test_the_list_is_sorted_by_last_name_without_accents(signed_in: Client, user: User) -> None:
    for given, family in [("Zoë", "Aalto"), ("Ada", "Öztürk"), ("Bo", "Zeller"), ("Eva", "Ostermann")]:
        ContactFactory.create(owner=user, given=given, family=family)
    ContactFactory.create(owner=user, given="", family="", organisation="Ämterlotsen", kind="organisation")
    assert shown(signed_in) == ["Zoë Aalto", "Ämterlotsen", "Eva Ostermann", "Ada Öztürk", "Bo Zeller"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("muller", ["Anna Müller", "Bernd Müller-Lüdenscheidt"]),
        ("MÜLLER", ["Anna Müller", "Bernd Müller-Lüdenscheidt"]),
        ("Mu\u0308ller", ["Anna Müller", "Bernd Müller-Lüdenscheidt"]),
        ("ludensch", ["Bernd Müller-Lüdenscheidt"]),
        ("müller-lü", ["Bernd Müller-Lüdenscheidt"]),
        ("anna müller", ["Anna Müller"]),
        ("müller anna", ["Anna Müller"]),
        ("obrien", ["Kate O’Brien"]),
        ("o'brien", ["Kate O’Brien"]),
        ("lodz", ["Łódź Łukasz"]),
        ("strasse", ["Max Straße"]),
        ("halbinsel", ["Kate O’Brien"]),
        ("architekt", ["Kate O’Brien"]),
        ("katze", ["Anna Müller"]),
        ("100%", ["100% Bio"]),
        ("a_b", ["a_b GmbH"]),
        ("m", ["Anna Müller", "Bernd Müller-Lüdenscheidt", "Max Straße"]),
        ("mü", ["Anna Müller", "Bernd Müller-Lüdenscheidt"]),
        ("ü", []),
        ("lü", ["Bernd Müller-Lüdenscheidt", "Łódź Łukasz"]),
        ("ll", []),
        ("%", []),
        ("_", []),
        ("\\", []),
        ("a%", []),
    ],
)
def test_who_is_found(signed_in: Client, user: User, words: str, found: list[str]) -> None:
    ContactFactory.create(owner=user, given="Anna", family="Müller", nickname="Katze")
    ContactFactory.create(owner=user, given="Bernd", family="Müller-Lüdenscheidt")
    ContactFactory.create(
        owner=user, given="Kate", family="O’Brien", organisation="Studio Halbinsel", role="Architektin"
    )
    ContactFactory.create(owner=user, given="Łódź", family="Łukasz")
    ContactFactory.create(owner=user, given="Max", family="Straße")
    ContactFactory.create(owner=user, given="", family="", organisation="100% Bio", kind="organisation")
    ContactFactory.create(owner=user, given="", family="", organisation="a_b GmbH", kind="organisation")
    # What only sounds alike stands in a table of its own.
    response = signed_in.get(LIST, {"q": words})
    exact = response.text.partition('id="similar"')[0]
    assert sorted(NAMES.findall(exact)) == sorted(found)


def test_a_slip_of_the_finger_finds_similar_names(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="Henrike", family="Sörensen")
    ContactFactory.create(owner=user, given="Karim", family="Haddad")
    response = signed_in.get(LIST, {"q": "henrike sorenson"})
    exact, _, similar = response.text.partition('id="similar"')
    assert NAMES.findall(exact) == []
    assert NAMES.findall(similar) == ["Henrike Sörensen"]
    assert "Nobody is called exactly that" in exact


def test_who_was_found_is_not_also_similar(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="Anna", family="Müller")
    ContactFactory.create(owner=user, given="Bernd", family="Möller")
    exact, _, similar = signed_in.get(LIST, {"q": "müller"}).text.partition('id="similar"')
    assert NAMES.findall(exact) == ["Anna Müller"]
    assert "Anna Müller" not in similar


def test_three_letters_are_too_few_to_guess(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="Kim", family="Lee")
    assert "Similar names" not in signed_in.get(LIST, {"q": "kin"}).text


def test_where_enough_are_found_nobody_guesses(signed_in: Client, user: User) -> None:
    for n in range(5):
        ContactFactory.create(owner=user, given=f"Marta{n}", family="Meier")
    ContactFactory.create(owner=user, given="Martha", family="Maier")
    assert "Similar names" not in signed_in.get(LIST, {"q": "meier"}).text


def test_a_stranger_is_never_found(signed_in: Client, stranger: User) -> None:
    ContactFactory.create(owner=stranger, given="Canary", family="Stranger")
    for query in ({}, {"q": "canary"}, {"q": "canery"}, {"q": "c"}):
        assert "Canary" not in signed_in.get(LIST, query).text


def test_pages_follow_each_other_without_gaps(signed_in: Client, user: User) -> None:
    # Many share a name: the order within it must hold as well.
    for n in range(120):
        ContactFactory.create(owner=user, given="Ada", family=f"Same{n // 40}")
    seen, url = [], LIST
    for _ in range(3):
        response = signed_in.get(url)
        seen += re.findall(r'<a href="(/contacts/[0-9a-f-]+/)">', response.text)
        following = re.search(r'href="(\?after=[0-9a-f-]+)"', response.text)
        url = LIST + following[1] if following else ""
    assert not url
    assert len(seen) == len(set(seen)) == 120


def test_no_name_stands_in_the_address_of_a_page(signed_in: Client, user: User) -> None:
    for _ in range(51):
        ContactFactory.create(owner=user, given="Ada", family="Lovelace")
    following = re.search(r'href="(\?[^"]+)">', signed_in.get(LIST).text.split("pager")[1])
    assert following
    assert uuid.UUID(following[1].removeprefix("?after="))


def test_a_page_after_somebody_who_is_gone_begins_anew(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="Ada", family="Lovelace")
    assert shown(signed_in, after=str(uuid.uuid4())) == ["Ada Lovelace"]


def test_a_page_after_somebody_who_went_to_the_archive_goes_on(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="Abe", family="A")
    last = ContactFactory.create(owner=user, given="Ada", family="A")
    ContactFactory.create(owner=user, given="Bo", family="B")
    last.archive()
    assert shown(signed_in, after=str(last.uid)) == ["Bo B"]


def test_a_circle_narrows_the_list(signed_in: Client, user: User) -> None:
    circle = Circle.objects.create(owner=user, name="Choir & Co")
    Membership.objects.create(
        owner=user, circle=circle, contact=ContactFactory.create(owner=user, given="In")
    )
    ContactFactory.create(owner=user, given="Out")
    (name,) = shown(signed_in, circle=circle.pk)
    assert name.startswith("In")
    assert "Choir &amp; Co" in signed_in.get(LIST, {"circle": circle.pk}).text


def test_the_archive_is_a_shelf_of_its_own(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="Here", family="A")
    ContactFactory.create(owner=user, given="Gone", family="A").archive()
    assert shown(signed_in) == ["Here A"]
    assert shown(signed_in, shelf="archive") == ["Gone A"]
    assert shown(signed_in, shelf="archive", q="here") == []


@pytest.mark.parametrize("words", ["x" * 101, "a\x00b", "a\ufffdb", "\ud800"])
def test_words_that_cannot_be_looked_for_are_said_to_be(signed_in: Client, words: str) -> None:
    response = signed_in.get(LIST, {"q": words.encode("utf-8", "surrogatepass")})
    assert response.status_code == 422
    assert 'id="q-error"' in response.text


def test_many_words_and_signs_do_no_harm(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user)
    for words in ("a b c d e f g h i j k l", "'\";--", "((", "%" * 100, "\\" * 100, "𝔞𝔟𝔠𝔡", "؀؁"):
        assert signed_in.get(LIST, {"q": words}).status_code == 200


def test_the_first_visit_says_how_to_begin(signed_in: Client) -> None:
    response = signed_in.get(LIST)
    assert "So far it is only you here." in response.text
    assert reverse("contacts:add") in response.text


def test_nobody_found_is_not_the_first_visit(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user)
    assert "Nobody found." in signed_in.get(LIST, {"q": "qqq"}).text


@time_machine.travel("2026-11-22T23:30:00Z")
def test_a_near_birthday_stands_in_the_row_by_the_owners_day(signed_in: Client, user: User) -> None:
    # In Berlin it is already the 23rd.
    ContactFactory.create(owner=user, birth_month=11, birth_day=23)
    ContactFactory.create(owner=user, birth_month=11, birth_day=22, family="Zz")
    ContactFactory.create(owner=user, birth_month=12, birth_day=8, birth_year=1980, family="Zzz")
    text = signed_in.get(LIST).text
    assert text.count("Birthday: </span>") == 1
    assert "</span>today" in text


@time_machine.travel(date(2027, 2, 28))
def test_a_leap_day_is_kept_as_its_owner_keeps_it(client: Client, user: User) -> None:
    client.force_login(user)
    ContactFactory.create(owner=user, birth_month=2, birth_day=29)
    assert "</span>today" in client.get(LIST).text
    user.leap_day = user.LeapDay.MARCH
    user.save()
    assert "</span>tomorrow" in client.get(LIST).text


@pytest.mark.parametrize("words", ["", "given", "gi", "givenx"])
def test_the_list_costs_the_same_for_one_and_for_many(
    signed_in: Client, user: User, words: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    circle = Circle.objects.create(owner=user, name="Choir")

    def cost() -> int:
        with django_assert_max_num_queries(8) as queries:
            assert signed_in.get(LIST, {"q": words}).status_code == 200
        return len(queries)

    costs = set()
    # The first page of a session notes the device it came from.
    signed_in.get(LIST)
    for n in (1, 49, 450):
        for contact in ContactFactory.create_batch(n, owner=user, birth_month=1, birth_day=1):
            Membership.objects.create(owner=user, circle=circle, contact=contact)
            Interaction.objects.note(user, [contact], uuid.uuid4(), when=Around(2026, 5), kind="call")
        costs.add(cost())
    # Few hits are looked for twice, many once.
    assert max(costs) - min(costs) <= (1 if len(words) >= 4 else 0)


def test_the_count_stops_where_nobody_needs_it(
    signed_in: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("contacts.listing.MOST_COUNTED", 3)
    ContactFactory.create_batch(4, owner=user)
    assert "More than" in signed_in.get(LIST).text


def test_signed_out_the_list_asks_to_sign_in(client: Client) -> None:
    assert client.get(LIST).status_code == 302
