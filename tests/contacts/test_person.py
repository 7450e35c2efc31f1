"""One person's page, and the archive."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from contacts.models import Circle, Contact, FollowUp, Membership
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User


def test_a_person_is_shown_with_what_was_written_down(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(
        owner=user, given="Ada", family="Lovelace", role="Mathematician", organisation="Society",
        nickname="Countess", how_met="At a soirée", notes="Likes\n<b>engines</b>", closeness=0,
    )  # fmt: skip
    contact.phones.create(owner=user, value="+44 (20) 5550-100 ext. 7", kind="work")
    contact.emails.create(owner=user, value="ada@example.org")
    circle = Circle.objects.create(owner=user, name="Choir")
    Membership.objects.create(owner=user, contact=contact, circle=circle)
    text = signed_in.get(contact.get_absolute_url()).text
    for words in (
        "Ada Lovelace",
        "Mathematician, Society",
        "Countess",
        "At a soirée",
        "Likes<br>&lt;b&gt;engines&lt;/b&gt;",
        "0 of 10",
        'href="tel:+44205550100',
        'href="mailto:ada@example.org"',
        f"?circle={circle.pk}",
    ):
        assert words in text


@time_machine.travel("2026-11-22T12:00:00Z")
@pytest.mark.parametrize(
    ("year", "month", "day", "said"),
    [
        (1971, 11, 24, ["24 November 1971", "Turns 55 on Tuesday, 24 November.", "in 2 days"]),
        (None, 11, 22, ["22 November", "Next on Sunday, 22 November.", "today"]),
        (None, 2, 29, ["29 February", "Next on Sunday, 28 February."]),
        (2026, 11, 21, ["21 November 2026", "Turns 1 on Sunday, 21 November."]),
        (1971, None, None, ["<dd>1971</dd>"]),
        (1971, 5, None, ["<dd>May 1971</dd>"]),
        (None, 5, None, ["<dd>May</dd>"]),
    ],
)
def test_a_birthday_is_said_as_far_as_it_is_known(
    client: Client, user: User, year: int | None, month: int | None, day: int | None, said: list[str]
) -> None:
    client.force_login(user)
    contact = ContactFactory.create(owner=user, birth_year=year, birth_month=month, birth_day=day)
    text = client.get(contact.get_absolute_url()).text
    for words in said:
        assert words in text


def test_a_bare_name_is_a_page_already(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user)
    text = signed_in.get(contact.get_absolute_url()).text
    assert "Nothing is written down yet." in text
    assert "Nothing to come back to here." in text
    assert "tel:" not in text


def test_the_archive_can_be_undone_at_once_and_later(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user, given="Ada", family="Lovelace")
    url = reverse("contacts:archive", args=[contact.uid])
    response = signed_in.post(url, follow=True)
    assert response.redirect_chain == [(reverse("contacts:list"), 303)]
    restore = reverse("contacts:restore", args=[contact.uid])
    assert "Ada Lovelace is in the archive." in response.text
    assert f'action="{restore}"' in response.text
    page = signed_in.get(contact.get_absolute_url()).text
    assert "This contact is in the archive." in page
    assert f'action="{restore}"' in page
    assert "Ada Lovelace" in signed_in.get(reverse("contacts:list"), {"shelf": "archive"}).text
    response = signed_in.post(restore, follow=True)
    assert response.redirect_chain == [(contact.get_absolute_url(), 303)]
    contact.refresh_from_db()
    assert contact.archived_at is None


@pytest.mark.parametrize("name", ["archive", "restore", "delete", "follow_up_with"])
def test_nothing_happens_to_a_strangers_contact(signed_in: Client, stranger: User, name: str) -> None:
    theirs = ContactFactory.create(owner=stranger, given="Canary")
    if name == "restore":
        theirs.archive()
    response = signed_in.post(
        reverse(f"contacts:{name}", args=[theirs.uid]), {"what": "x", "due_on": "2030-01-01"}
    )
    assert response.status_code == 404
    assert "Canary" not in response.text
    again = Contact.objects.get()
    assert again.archived_at == theirs.archived_at
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize("name", ["archive", "restore", "delete", "follow_up_with"])
def test_a_link_alone_changes_nothing(signed_in: Client, user: User, name: str) -> None:
    contact = ContactFactory.create(owner=user)
    assert signed_in.get(reverse(f"contacts:{name}", args=[contact.uid])).status_code == 405


def test_a_page_costs_the_same_however_much_there_is(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    contact = ContactFactory.create(owner=user)
    signed_in.get(contact.get_absolute_url())
    costs = []
    for n in (1, 40):
        for _ in range(n):
            contact.phones.create(owner=user, value="1234")
            contact.dates.create(owner=user, label="A day", on_month=5)
            contact.events.create(owner=user, what="A new job")
            FollowUpFactory.create(owner=user, contact=contact, due_on=date(2026, 1, 1))
            FollowUpFactory.create(owner=user, contact=contact).complete()
        with django_assert_max_num_queries(8) as queries:
            signed_in.get(contact.get_absolute_url())
        costs.append(len(queries))
    assert len(set(costs)) == 1
