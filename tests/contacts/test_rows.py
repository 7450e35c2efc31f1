"""Numbers, addresses, links and messengers: written down in rows, kept as typed, shown to be tapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from contacts.forms.rows import ROW_FORMS
from contacts.models import Contact
from contacts.models.belongings import belongings_of
from contacts.models.rows import ROWS
from tests.contacts.test_models import run_at_once
from tests.contacts.writing import form
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

ADD = reverse("contacts:add")
FILLED: dict[str, dict[str, str]] = {
    "phones": {"value": "+49 (0)40 5550-101"},
    "emails": {"value": "ada@example.org"},
    "messengers": {"value": "@ada_lovelace"},
    "addresses": {"street": "St James’s Square 12", "postcode": "SW1Y 4JH", "city": "London"},
    "links": {"value": "example.org/ada"},
}


def rows(name: str, *filled: dict[str, str], initial: int = 0) -> dict[str, str]:
    sent = {f"{name}-TOTAL_FORMS": str(len(filled)), f"{name}-INITIAL_FORMS": str(initial)}
    for n, row in enumerate(filled):
        sent |= {f"{name}-{n}-{part}": value for part, value in row.items()}
    return sent


def test_every_kind_of_row_is_kept_as_it_was_typed_and_in_order(signed_in: Client) -> None:
    sent = form(given="Ada")
    for name, row in FILLED.items():
        own = {**row, "kind": "other", "label": "On the boat"}
        sent |= rows(name, {**row, "kind": "work" if name != "messengers" else "telegram"}, own)
    assert signed_in.post(ADD, sent).status_code == 303
    contact = Contact.objects.get()
    belongings = belongings_of(contact)
    for name in ROWS:
        first, second = belongings[name]
        assert {part: getattr(first, part) for part in FILLED[name]} == FILLED[name]
        assert (first.kind, first.label) == ("work" if name != "messengers" else "telegram", "")
        assert (second.kind, second.label, second.called) == ("other", "On the boat", "On the boat")


def test_the_page_shows_what_can_be_tapped(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user)
    for name, row in FILLED.items():
        kind = "telegram" if name == "messengers" else "home"
        getattr(contact, name).create(owner=user, kind=kind, **row)
    text = signed_in.get(contact.get_absolute_url()).text
    for words in (
        'href="tel:+49405550101"',
        'href="mailto:ada@example.org"',
        'href="https://t.me/ada_lovelace"',
        "St James’s Square 12<br>SW1Y 4JH London",
        'href="https://example.org/ada"',
    ):
        assert words in text


def test_a_link_that_runs_is_no_link(signed_in: Client, user: User) -> None:
    """As an import could bring it: shown, and not to be tapped."""
    contact = ContactFactory.create(owner=user)
    contact.links.create(owner=user, value="javascript:alert(1)")
    text = signed_in.get(contact.get_absolute_url()).text
    assert "javascript:alert(1)" in text
    assert 'href="javascript' not in text


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("links", {"value": "javascript:alert(1)"}),
        ("links", {"value": "example"}),
        ("links", {"value": "https://example.org/" + "x" * 2000}),
        ("messengers", {"value": "x" * 201}),
        ("messengers", {"value": "a\x00b"}),
        ("messengers", {"value": "ada", "kind": "icq"}),
        ("addresses", {"street": "x" * 201}),
        ("addresses", {"city": "a\ufffdb"}),
        ("phones", {"value": "123", "kind": "other", "label": "x" * 41}),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_typed_is_lost(
    signed_in: Client, name: str, row: dict[str, str]
) -> None:
    sent = form(
        given="Ada", notes="kept as it was", **rows("emails", {"kind": "home", "value": "a@b.example"})
    )
    response = signed_in.post(ADD, {**sent, **rows(name, {"kind": "other", **row})})
    assert response.status_code == 422
    assert not Contact.objects.exists()
    for words in ("kept as it was", "a@b.example"):
        assert words in response.text
    assert "error-summary" in response.text


def test_a_word_of_ones_own_belongs_to_the_kind_other(signed_in: Client) -> None:
    row = {"kind": "home", "value": "123", "label": "left over"}
    signed_in.post(ADD, form(given="Ada", **rows("phones", row)))
    assert Contact.objects.get().phones.get().label == ""


@pytest.mark.parametrize("name", FILLED)
def test_a_row_is_corrected_emptied_and_left_alone(signed_in: Client, user: User, name: str) -> None:
    contact = ContactFactory.create(owner=user, given="Ada", family="")
    manager: Any = getattr(contact, name)
    kind = "signal" if name == "messengers" else "work"
    kept = manager.create(owner=user, kind=kind, order=0, **FILLED[name])
    url = reverse("contacts:edit", args=[contact.uid])
    same = {"kind": kind, "label": "", **FILLED[name]}
    default = str(ROW_FORMS[name].base_fields["kind"].initial)
    blank = {"kind": default, **dict.fromkeys(kept.parts, "")}

    assert signed_in.post(url, form(given="Ada", **rows(name, same, blank, initial=1))).status_code == 303
    assert manager.get().pk == kept.pk

    sent = form(given="Ada", **rows(name, {**blank, "kind": kind}, {**same, "kind": "other"}, initial=1))
    assert signed_in.post(url, sent).status_code == 303
    assert manager.get().kind == "other"

    sent = form(given="Ada", **rows(name, {**blank, "kind": "other"}, initial=1))
    assert signed_in.post(url, sent).status_code == 303
    assert not manager.exists()


def test_the_rarer_rows_are_folded_away_until_there_is_one(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user)
    url = reverse("contacts:edit", args=[contact.uid])
    unfolded = '<details class="disclosure" open><summary>'
    assert unfolded not in signed_in.get(url).text
    contact.addresses.create(owner=user, city="London")
    assert unfolded in signed_in.get(url).text


@pytest.mark.parametrize("name", FILLED)
def test_the_database_keeps_rows_whole_and_with_their_owner(user: User, stranger: User, name: str) -> None:
    mine, theirs = ContactFactory.create(owner=user), ContactFactory.create(owner=stranger)
    getattr(mine, name).create(owner=user, **FILLED[name])
    table = ROWS[name]._meta.db_table
    emptied = ", ".join(f"{part} = ''" for part in ROWS[name].parts)
    for change in (f"contact_id = {theirs.pk}", emptied, "label = 'a word', kind = 'work'"):
        with pytest.raises(IntegrityError), transaction.atomic():
            run_at_once(f"UPDATE {table} SET {change}")


def test_markup_in_a_row_is_text(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user)
    canary = "<script>alert(7)</script>"
    for name, row in FILLED.items():
        getattr(contact, name).create(
            owner=user, kind="other", label=canary, **dict.fromkeys(set(row) - {"postcode"}, canary)
        )
    for url in (contact.get_absolute_url(), reverse("contacts:edit", args=[contact.uid])):
        text = signed_in.get(url).text
        assert "<script>alert" not in text
        assert text.count("&lt;script&gt;alert") >= 2 * len(FILLED)
