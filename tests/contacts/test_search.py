"""The search finds people by all that is known about them, and by what is known now."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.urls import reverse

from contacts.models import (
    Circle,
    Contact,
    ContactAddress,
    ContactEmail,
    ContactMessenger,
    ContactPhone,
    Membership,
)
from tests.contacts.test_at_the_same_time import in_a_thread, wait_until_somebody_waits
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

LIST = reverse("contacts:list")


def found(owner: User, words: str) -> list[str]:
    return sorted(contact.given for contact in Contact.objects.of(owner).matching(words))


@pytest.fixture
def ada(user: User) -> Contact:
    ada = ContactFactory.create(
        owner=user, prefix="Dr.", given="Ada", family="Lovelace", nickname="Katze",
        organisation="Studio Halbinsel", role="Architektin",
        field_of_work="Brückenbau", how_met="beim Kirchentag in Köln",
        notes="Mag Jazz.\nSpielt Gitarre (und Oboe), kennt José.",
    )  # fmt: skip
    ContactPhone.objects.create(owner=user, contact=ada, value="+49 (0)171 234 56-78")
    ContactEmail.objects.create(owner=user, contact=ada, value="ada.lovelace@example.org")
    ContactMessenger.objects.create(owner=user, contact=ada, value="@lovelace_a")
    ContactAddress.objects.create(
        owner=user, contact=ada, street="Große Straße 7", postcode="04103", city="Łódź", country="Polen"
    )
    circle = Circle.objects.create(owner=user, name="Chor & Co")
    Membership.objects.create(owner=user, contact=ada, circle=circle)
    ContactFactory.create(owner=user, given="Bo", family="Someone")
    return ada


@pytest.mark.parametrize(
    "words",
    [
        "dr ada", "lovelace", "katze", "halbinsel", "architektin", "brückenbau", "BRUCKENBAU", "brueckenbau",
        "kirchentag", "koln", "koeln", "Köln", "gitarre", "gi", "jose", "José", "ob", "oboe", "jazz spielt",
        "ada gitarre", "chor", "co", "lodz", "Łódź", "polen", "04103", "strasse", "grosse straße",
        "0171 23", "+49 171 23", "0049 171 23", "017123456", "0171/2345678", "(0171) 234-56", "49171",
        "2345678", "ada 0171 23", "ada.love", "lovelace@example", "@lovelace_a", "lovelace_a",
    ],
)  # fmt: skip
def test_all_that_is_known_finds_somebody(user: User, ada: Contact, words: str) -> None:
    assert found(user, words) == [ada.given]


@pytest.mark.parametrize(
    "words", ["ada qqq", "itarrre", "0172 23", "+43 172", "onnt", "odz lodzz", "'", "- ("]
)
def test_what_is_not_there_finds_nobody(user: User, ada: Contact, words: str) -> None:
    assert found(user, words) == []


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Müller", "muller"), ("Müller", "mueller"), ("Müller", "MÜLLER"), ("Mueller", "müller"),
        ("Mueller", "muller"), ("Mueller", "mueller"), ("José", "jose"), ("Straße", "strasse"),
        ("Strasse", "straße"), ("Sørensen", "soerensen"), ("Soerensen", "sörensen"), ("Åberg", "aaberg"),
        ("Æsop", "aesop"), ("Weiß-Jürgens", "weiss juergens"), ("Иванов", "иванов"), ("Ελένη", "ελένη"),
        ("Grünhäuser", "gruenhae"), ("Grünhaeuser", "grünhäuser"),
    ],
)  # fmt: skip
def test_one_name_in_several_spellings(user: User, written: str, typed: str) -> None:
    ContactFactory.create(owner=user, given="It", family=written)
    ContactFactory.create(owner=user, given="Laura", family="Other")
    assert found(user, typed) == ["It"]


def test_a_short_spelling_finds_no_name_that_only_sounds_like_an_ending(user: User) -> None:
    ContactFactory.create(owner=user, given="Laura", family="Michel")
    assert found(user, "auer") == []


def test_schmitd_finds_schmidt(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="Eva", family="Schmidt", notes="about Schmitt")
    exact, _, similar = signed_in.get(LIST, {"q": "Schmitd"}).text.partition('id="similar"')
    assert "Eva Schmidt" not in exact
    assert "Eva Schmidt" in similar


def test_a_picker_looks_at_names_alone(user: User, ada: Contact) -> None:
    assert not Contact.objects.of(user).called("gitarre")
    assert Contact.objects.of(user).called("dr. ada lovelace").get() == ada


@pytest.mark.parametrize("words", ["'", "((", "-", "…"])
def test_signs_alone_find_nobody_and_that_is_said(signed_in: Client, ada: Contact, words: str) -> None:
    text = signed_in.get(LIST, {"q": words}).text
    assert "There is nothing to look for in that." in text
    assert "Lovelace" not in text


# What is written in other tables


def test_a_corrected_number_is_found_and_the_old_one_not(user: User, ada: Contact) -> None:
    ada.phones.update(value="0341 99")
    assert found(user, "034199") == ["Ada"]
    assert found(user, "0171 23") == []


def test_many_rows_written_at_once_are_found(user: User) -> None:
    people = ContactFactory.create_batch(3, owner=user)
    ContactEmail.objects.bulk_create(
        ContactEmail(owner=user, contact=who, value=f"{n}{who.given}@example.net")
        for who in people
        for n in (1, 2)
    )
    assert len(found(user, "example.net")) == 3
    rows = list(ContactEmail.objects.all())
    for row in rows:
        row.value = row.value.replace("example.net", "example.com")
    ContactEmail.objects.bulk_update(rows, ["value"])
    assert found(user, "example.net") == []
    assert len(found(user, "example.com")) == 3


@pytest.mark.parametrize("words", ["0171 23", "lovelace@example", "@lovelace_a", "polen", "chor"])
def test_what_was_deleted_finds_nobody(user: User, ada: Contact, words: str) -> None:
    with connection.cursor() as cursor:
        for table in ("contactphone", "contactemail", "contactmessenger", "contactaddress", "membership"):
            cursor.execute(f"DELETE FROM contacts_{table}")
    assert found(user, words) == []
    assert found(user, "ada") == ["Ada"]


def test_a_row_that_goes_to_somebody_else_takes_its_words_along(user: User, ada: Contact) -> None:
    bo = Contact.objects.get(given="Bo")
    ContactPhone.objects.update(contact=bo)
    assert found(user, "0171 23") == ["Bo"]


def test_a_circle_is_found_by_its_new_name(user: User, ada: Contact) -> None:
    Circle.objects.update(name="Orchester")
    assert found(user, "orchester") == ["Ada"]
    assert found(user, "chor") == []
    Circle.objects.all().delete()
    assert found(user, "orchester") == []


def test_who_was_read_earlier_is_saved_without_losing_the_words_of_their_rows(user: User) -> None:
    old = ContactFactory.create(owner=user, given="Old")
    ContactPhone.objects.create(owner=user, contact=old, value="0171 2345678")
    old.save()
    assert found(user, "0171 23") == ["Old"]


def test_a_copy_does_not_inherit_the_words_of_rows_it_has_not(user: User, ada: Contact) -> None:
    copy = Contact.objects.get(pk=ada.pk)
    copy.pk, copy.uid, copy.form_token, copy.given = None, copy.form_token, copy.uid, "Copy"
    copy.save()
    assert found(user, "0171 23") == ["Ada"]


def test_rows_of_one_contact_written_by_two_at_once_are_both_found(transactional_db: None) -> None:
    user = UserFactory.create()
    both = ContactFactory.create(owner=user, given="Both")
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ContactPhone.objects.create(owner=user, contact=both, value="0171 2345678")
            second = in_a_thread(
                pool, lambda: ContactEmail.objects.create(owner=user, contact=both, value="both@example.org")
            )
            wait_until_somebody_waits(second)
        second.result()
    assert found(user, "0171 23") == found(user, "both@example") == ["Both"]


def test_a_circle_renamed_while_somebody_joins_it_is_found_by_its_new_name(transactional_db: None) -> None:
    user = UserFactory.create()
    joins = ContactFactory.create(owner=user, given="Joins")
    circle = Circle.objects.create(owner=user, name="Chor")

    def join() -> None:
        with transaction.atomic():
            Contact.objects.select_for_update().get(pk=joins.pk)
            Membership.objects.create(owner=user, contact=joins, circle=circle)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Circle.objects.update(name="Orchester")
            second = in_a_thread(pool, join)
            wait_until_somebody_waits(second)
        second.result()
    assert found(user, "orchester") == ["Joins"]
    assert found(user, "chor") == []


def test_two_who_write_rows_of_the_same_people_in_another_order_do_not_wait_for_each_other(
    transactional_db: None,
) -> None:
    user = UserFactory.create()
    people = ContactFactory.create_batch(40, owner=user)

    def write(order: list[Contact]) -> None:
        for n in range(15):
            ContactPhone.objects.bulk_create(
                ContactPhone(owner=user, contact=who, value=f"0171 {n}") for who in order
            )

    with ThreadPoolExecutor(2) as pool:
        both = [in_a_thread(pool, lambda: write(people)), in_a_thread(pool, lambda: write(people[::-1]))]
        for one in both:
            one.result()
    words = Contact.objects.filter(pk=people[0].pk).values_list("row_words", flat=True).get()
    assert len(re.findall("0171", words)) == 30


# Why somebody was found


def test_the_row_says_where_a_word_was_found_that_one_does_not_see(signed_in: Client, ada: Contact) -> None:
    assert "Note: Spielt Gitarre (und Oboe), kennt José." in signed_in.get(LIST, {"q": "gitarre"}).text
    assert '<small class="why">+49 (0)171 234 56-78</small>' in signed_in.get(LIST, {"q": "0171 23"}).text
    assert "Nickname: Katze" in signed_in.get(LIST, {"q": "katz"}).text
    for words in ("ada", "lovelace ada", "chor", "halbinsel", ""):
        assert "Gitarre" not in signed_in.get(LIST, {"q": words}).text


def test_what_was_written_is_shown_as_text(signed_in: Client, user: User) -> None:
    ContactFactory.create(owner=user, notes="<script>alert(1)</script> canary & co")
    text = signed_in.get(LIST, {"q": "canary"}).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; canary &amp; co" in text
    assert "<script>alert" not in text
