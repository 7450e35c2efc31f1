"""Adding and editing somebody: what is kept, what is refused and in which words, and what is never lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.urls import reverse

from contacts.models import Circle, Contact, Membership
from tests.contacts.writing import form
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

ADD = reverse("contacts:add")


def test_somebody_is_written_down_with_everything(signed_in: Client, user: User) -> None:
    choir = Circle.objects.create(owner=user, name="Choir")
    response = signed_in.post(
        ADD,
        form(
            given=" Ada ",
            family="Lovelace",
            prefix="Dr.",
            additional="Byron",
            suffix="FRS",
            nickname="A.",
            organisation="Analytical Society",
            role="Mathematician",
            birth_day="10",
            birth_month="12",
            birth_year="1815",
            closeness="9",
            how_met="At Mr Babbage’s",
            notes="Two\r\nlines",
            in_circles=[choir.pk],
            new_circles="Old  office, choir friends,, Old office",
            **{"phones-0-value": "+44 20 5550 100", "emails-0-value": "ada@example.org"},
        ),
    )
    contact = Contact.objects.get()
    assert response.status_code == 303
    assert response["Location"] == contact.get_absolute_url()
    assert contact.owner == user
    assert contact.display == "Dr. Ada Byron Lovelace FRS"
    assert (contact.birth_year, contact.birth_month, contact.birth_day) == (1815, 12, 10)
    assert (contact.closeness, contact.how_met, contact.notes) == (9, "At Mr Babbage’s", "Two\nlines")
    assert [phone.value for phone in contact.phones.all()] == ["+44 20 5550 100"]
    assert [email.value for email in contact.emails.all()] == ["ada@example.org"]
    assert {circle.name for circle in contact.circles.all()} == {"Choir", "Old office", "choir friends"}


@pytest.mark.parametrize("field", ["given", "family", "nickname", "organisation"])
def test_any_name_will_do(signed_in: Client, field: str) -> None:
    assert signed_in.post(ADD, form(**{field: "Ada"})).status_code == 303
    assert Contact.objects.get().display == "Ada"


@pytest.mark.parametrize(("closeness", "opens"), [(0, True), (7, True), (None, False)])
def test_what_somebody_said_lies_open_when_they_edit(
    signed_in: Client, user: User, closeness: int | None, *, opens: bool
) -> None:
    contact = ContactFactory.create(owner=user, closeness=closeness)
    before, _, _ = signed_in.get(f"{contact.get_absolute_url()}edit/").text.partition("Between you</summary>")
    assert (" open>" in before[before.rindex("<details") :]) is opens


def refused(client: Client, url: str = ADD, **fields: Any) -> str:
    before = Contact.objects.count()
    response = client.post(url, form(**fields))
    assert response.status_code == 422
    assert Contact.objects.count() == before
    return response.text


def error(page: str, field: str) -> str:
    """What stands at the field."""
    text = page.partition(f'id="id_{field}_error">')[2]
    found = re.search(r"<span><span.*?</span>(.*?)</span>", text, re.DOTALL)
    assert found, f"no error at {field}"
    return found[1].strip()


def test_nobody_without_a_name(signed_in: Client) -> None:
    page = refused(signed_in, role="Mathematician", given="  ", notes="kept")
    assert error(page, "given").startswith("Please give a name")
    assert "Mathematician" in page
    assert "kept" in page


@time_machine.travel("2026-11-22T23:30:00Z", tick=False)
@pytest.mark.parametrize(
    ("day", "month", "year", "field", "words"),
    [
        ("30", "2", "", "birth_day", "30 February does not exist."),
        ("29", "2", "1999", "birth_day", "29 February 1999 does not exist."),
        ("29", "2", "1900", "birth_day", "29 February 1900 does not exist."),
        ("31", "4", "", "birth_day", "31 April does not exist."),
        ("32", "1", "", "birth_day", "A day is a number from 1 to 31."),
        ("0", "1", "", "birth_day", "A day is a number from 1 to 31."),
        ("-1", "1", "", "birth_day", "A day is a number from 1 to 31."),
        ("x", "1", "", "birth_day", "Enter a whole number."),
        ("9" * 400, "1", "", "birth_day", "A day is a number from 1 to 31."),
        ("", "", "9" * 400, "birth_year", "This year is still to come."),
        ("5", "", "", "birth_month", "Please choose the month as well."),
        ("5", "13", "", "birth_month", "Select a valid choice. 13 is not one of the available choices."),
        ("", "", "85", "birth_year", "Please write the year with four digits."),
        ("", "", "2027", "birth_year", "This year is still to come."),
        ("24", "11", "2026", "birth_year", "This day is still to come."),
    ],
)
def test_an_impossible_birthday_is_refused_in_words(
    client: Client, user: User, day: str, month: str, year: str, field: str, words: str
) -> None:
    client.force_login(user)
    page = refused(client, given="Ada", birth_day=day, birth_month=month, birth_year=year)
    assert error(page, field) == words
    assert 'value="Ada"' in page


@time_machine.travel("2026-11-22T23:30:00Z", tick=False)
@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("29", "2", ""),
        ("29", "2", "2000"),
        ("", "2", ""),
        ("", "", "1980"),
        ("23", "11", "2026"),
        ("٣", "1", ""),
    ],
)
def test_what_is_known_of_a_birthday_is_kept(
    client: Client, user: User, day: str, month: str, year: str
) -> None:
    client.force_login(user)
    assert (
        client.post(ADD, form(given="Ada", birth_day=day, birth_month=month, birth_year=year)).status_code
        == 303
    )


@pytest.mark.parametrize("bad", ["x" * 10_000, "a\x00b", "a\ufffdb"])
@pytest.mark.parametrize(
    "field", ["given", "family", "nickname", "organisation", "role", "prefix", "how_met", "new_circles"]
)
def test_text_that_cannot_be_kept_is_refused_at_its_field(signed_in: Client, field: str, bad: str) -> None:
    page = refused(signed_in, **{"given": "Ada", "notes": "kept as it was", field: bad})
    assert error(page, field)
    assert "kept as it was" in page


@pytest.mark.parametrize("bad", ["x" * 20_001, "a\x00b"])
def test_notes_that_cannot_be_kept_are_refused(signed_in: Client, bad: str) -> None:
    assert error(refused(signed_in, given="Ada", notes=bad), "notes")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phones-0-value", "none"),
        ("phones-0-value", "1" * 61),
        ("phones-0-kind", "pager"),
        ("emails-0-value", "ada@"),
        ("emails-0-value", "a" * 250 + "@example.org"),
    ],
)
def test_a_number_or_address_that_is_none_is_refused(signed_in: Client, field: str, value: str) -> None:
    page = refused(signed_in, **{"given": "Ada", "phones-0-value": "12", field: value})
    if field.endswith("value"):
        assert error(page, field)
    assert value in page


def test_half_a_letter_is_refused_and_the_rest_is_kept(signed_in: Client) -> None:
    body = urlencode(form(family="Lovelace")) + "&given=a%ED%A0%80b"
    response = signed_in.post(ADD, body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 422
    assert error(response.text, "given").startswith("Some characters were damaged")
    assert "Lovelace" in response.text


def test_more_rows_than_anybody_has_are_refused(signed_in: Client) -> None:
    rows = {f"phones-{n}-value": "123" for n in range(30)} | {f"phones-{n}-kind": "home" for n in range(30)}
    refused(signed_in, **{"given": "Ada", "phones-TOTAL_FORMS": "30", **rows})


@pytest.mark.parametrize("total", ["", "x", "-1", "999999999"])
def test_a_form_tampered_with_is_refused(signed_in: Client, total: str) -> None:
    response = signed_in.post(ADD, form(given="Ada", **{"phones-TOTAL_FORMS": total}))
    assert response.status_code in {303, 422}


def test_a_form_without_its_rows_is_refused(signed_in: Client) -> None:
    assert signed_in.post(ADD, {"given": "Ada", "kind": "person"}).status_code == 422


def test_the_same_form_sent_twice_makes_one_contact(signed_in: Client) -> None:
    sent = form(given="Ada", family="Lovelace", new_circles="Choir")
    first, second = signed_in.post(ADD, sent), signed_in.post(ADD, sent)
    assert Contact.objects.count() == 1
    assert first["Location"] == second["Location"]


def test_a_form_rewritten_after_going_back_makes_another(signed_in: Client) -> None:
    sent = form(given="Ada")
    signed_in.post(ADD, sent)
    signed_in.post(ADD, {**sent, "given": "Bo"})
    assert {contact.given for contact in Contact.objects.all()} == {"Ada", "Bo"}


def test_every_page_has_a_form_of_its_own(signed_in: Client) -> None:
    tokens = {re.search(r'name="token" value="([^"]+)"', signed_in.get(ADD).text)[1] for _ in range(2)}  # type: ignore[index]
    assert len(tokens) == 2


def test_a_strangers_circle_is_refused(signed_in: Client, stranger: User) -> None:
    circle = Circle.objects.create(owner=stranger, name="Canary")
    page = refused(signed_in, given="Ada", in_circles=[circle.pk])
    assert "Canary" not in page


def test_an_edit_changes_what_was_written_down(signed_in: Client, user: User) -> None:
    choir, office = (Circle.objects.create(owner=user, name=name) for name in ("Choir", "Office"))
    contact = ContactFactory.create(owner=user, given="Ada", birth_day=10, birth_month=12)
    Membership.objects.create(owner=user, contact=contact, circle=choir)
    contact.phones.create(owner=user, value="1234", kind="work")
    url = reverse("contacts:edit", args=[contact.uid])
    page = signed_in.get(url).text
    assert 'value="1234"' in page
    assert page.count("-value") >= 3
    response = signed_in.post(
        url,
        form(
            given="Ada",
            family="King",
            in_circles=[office.pk],
            **{
                "phones-TOTAL_FORMS": "3",
                "phones-INITIAL_FORMS": "1",
                "phones-0-value": "",
                "phones-1-kind": "home",
                "phones-1-value": "5678",
                "phones-2-kind": "other",
                "phones-2-value": "9012",
            },
        ),
    )
    assert response.status_code == 303
    contact.refresh_from_db()
    assert (contact.display, contact.birth_day) == ("Ada King", None)
    assert [circle.name for circle in contact.circles.all()] == ["Office"]
    assert [(phone.kind, phone.value) for phone in contact.phones.all()] == [
        ("home", "5678"),
        ("other", "9012"),
    ]


def test_a_refused_edit_keeps_the_title_and_what_was_typed(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user, given="Ada", family="Lovelace")
    url = reverse("contacts:edit", args=[contact.uid])
    page = refused(signed_in, url, given="Somebody", birth_day="30", birth_month="2")
    assert "Edit Ada Lovelace" in page
    assert 'value="Somebody"' in page
    contact.refresh_from_db()
    assert contact.given == "Ada"


@pytest.mark.parametrize("name", ["person", "edit", "delete"])
def test_a_strangers_contact_is_not_found(signed_in: Client, stranger: User, name: str) -> None:
    theirs = ContactFactory.create(owner=stranger, given="Canary")
    url = reverse(f"contacts:{name}", args=[theirs.uid])
    for response in (signed_in.get(url), signed_in.post(url, form(given="Mine"))):
        assert response.status_code in {404, 405}
        assert "Canary" not in response.text
    theirs.refresh_from_db()
    assert theirs.given == "Canary"
