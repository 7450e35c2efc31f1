"""One value changed where it stands: the same rules as on the whole page, and nothing else is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.urls import reverse

from contacts.models import Circle, Contact, Membership
from tests.contacts.test_writing_down import error
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

HTMX = {"HX-Request": "true"}


@pytest.fixture
def contact(user: User) -> Contact:
    return ContactFactory.create(
        owner=user, given="Ada", closeness=3, would_miss=True, rhythm_days=45, how_met="At sea", notes="Old",
        deceased=True, death_year=2020, known_since=2001, for_curation=True, introduced_by=None,
    )  # fmt: skip


def at(contact: Contact, name: str) -> str:
    return reverse("contacts:value", args=[contact.uid, name])


@pytest.mark.parametrize(
    ("name", "sent", "column", "value", "part"),
    [
        ("closeness", {"closeness": "0"}, "closeness", 0, "between"),
        ("closeness", {"closeness": ""}, "closeness", None, "between"),
        ("rhythm", {"rhythm": "30"}, "rhythm_days", 30, "between"),
        ("rhythm", {"rhythm": ""}, "rhythm_days", None, "between"),
        ("how-met", {"how_met": "On  land"}, "how_met", "On land", "details"),
        ("notes", {"notes": "New\r\nlines"}, "notes", "New\nlines", "notes"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "htmx"])
def test_a_value_is_changed_and_no_other(
    signed_in: Client, contact: Contact, name: str, sent: dict[str, str], column: str, value: Any, part: str,
    headers: dict[str, str],
) -> None:  # fmt: skip
    before: dict[str, Any] = dict(Contact.objects.values().get())
    assert f'id="{part}"' in signed_in.get(at(contact, name)).text
    response = signed_in.post(at(contact, name), {**sent, "given": "Eve", "hidden": "on"}, headers=headers)
    if headers:
        assert f'id="{part}"' in response.text
        assert "<html" not in response.text
    else:
        assert (response.status_code, response["Location"]) == (303, contact.get_absolute_url())
    after: dict[str, Any] = dict(Contact.objects.values().get())
    assert {key for key in after if after[key] != before[key]} <= {column, "updated_at", "search_more"}
    assert after[column] == value


def test_circles_are_ticked_and_newly_named(
    signed_in: Client, user: User, stranger: User, contact: Contact
) -> None:
    choir, office = (Circle.objects.create(owner=user, name=name) for name in ("Choir", "Office"))
    Membership.objects.create(owner=user, contact=contact, circle=choir)
    sent = {"in_circles": [office.pk], "new_circles": "Sailing"}
    response = signed_in.post(at(contact, "circles"), sent, headers=HTMX)
    assert 'id="circles"' in response.text
    assert {circle.name for circle in contact.circles.all()} == {"Office", "Sailing"}
    theirs = Circle.objects.create(owner=stranger, name="Canary")
    response = signed_in.post(at(contact, "circles"), {"in_circles": [theirs.pk], "new_circles": ""})
    assert response.status_code == 422
    assert "Canary" not in response.text
    assert {circle.name for circle in contact.circles.all()} == {"Office", "Sailing"}


@pytest.mark.parametrize(
    ("name", "sent", "field"),
    [
        ("closeness", {"closeness": "11"}, "closeness"),
        ("rhythm", {"rhythm": "own", "rhythm_own": "2000"}, "rhythm_own"),
        ("how-met", {"how_met": "x" * 501}, "how_met"),
        ("notes", {"notes": "a\x00b"}, "notes"),
        ("circles", {"new_circles": "x" * 81}, "new_circles"),
    ],
)
def test_what_cannot_be_kept_is_said_at_its_field(
    signed_in: Client, contact: Contact, name: str, sent: dict[str, str], field: str
) -> None:
    response = signed_in.post(at(contact, name), sent, headers=HTMX)
    assert response.status_code == 422
    assert error(response.text, field)


def test_only_known_values_and_ones_own_people_are_changed(
    signed_in: Client, user: User, stranger: User
) -> None:
    mine, theirs = ContactFactory.create(owner=user), ContactFactory.create(owner=stranger, notes="Canary")
    for url in (at(mine, "owner"), at(mine, "given"), at(theirs, "notes")):
        for response in (signed_in.get(url), signed_in.post(url, {"notes": "x", "given": "x"})):
            assert response.status_code == 404
            assert "Canary" not in response.text
    firm = ContactFactory.create(owner=user, is_business=True)
    assert signed_in.post(at(firm, "closeness"), {"closeness": "3"}).status_code == 404
    assert at(firm, "closeness") not in signed_in.get(firm.get_absolute_url()).text


def test_markup_in_a_value_is_text(signed_in: Client, contact: Contact) -> None:
    canary = "<script>alert(7)</script>"
    for name, field in (("notes", "notes"), ("how-met", "how_met"), ("circles", "new_circles")):
        text = signed_in.post(at(contact, name), {field: canary}, headers=HTMX).text
        text += signed_in.get(at(contact, name)).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text


def test_another_rhythm_is_said_at_the_head_of_the_page_at_once(signed_in: Client, contact: Contact) -> None:
    Contact.objects.update(deceased=False, death_year=None)
    page = signed_in.get(contact.get_absolute_url()).text
    assert 'id="in-touch">' in page
    head = 'id="in-touch" hx-swap-oob="true"'
    answer = signed_in.post(at(contact, "rhythm"), {"rhythm": "7"}, headers=HTMX).text
    assert "next: around" in answer.split(head)[1]
    answer = signed_in.post(at(contact, "rhythm"), {"rhythm": ""}, headers=HTMX).text
    assert answer.split(head)[1].startswith(" hidden>")
    assert head not in signed_in.post(at(contact, "notes"), {"notes": "New"}, headers=HTMX).text
