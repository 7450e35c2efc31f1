"""What to come back to: noted, done, put off, and taken back; with htmx and without."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse

from contacts.models import FollowUp
from netvalue.outbox.models import Schedule
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client

    from contacts.models import Contact
    from netvalue.accounts.models import User

TODAY = date(2026, 11, 22)
HTMX = {"HX-Request": "true"}
ADD = reverse("contacts:follow_up")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        yield


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


@pytest.fixture
def ada(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Ada", family="Lovelace")


def sent(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), "what": "Call about the engine", "due_on": "2026-11-30", **fields}


def test_something_is_noted_on_a_persons_page(signed_in: Client, user: User, ada: Contact) -> None:
    response = signed_in.post(reverse("contacts:follow_up_with", args=[ada.uid]), sent(), follow=True)
    assert response.redirect_chain == [(ada.get_absolute_url(), 303)]
    follow_up = FollowUp.objects.get()
    assert (follow_up.owner, follow_up.contact) == (user, ada)
    assert (follow_up.what, follow_up.due_on) == ("Call about the engine", date(2026, 11, 30))
    assert "Call about the engine" in response.text


def test_with_htmx_the_card_comes_back_with_an_empty_form(signed_in: Client, ada: Contact) -> None:
    response = signed_in.post(reverse("contacts:follow_up_with", args=[ada.uid]), sent(), headers=HTMX)
    assert response.status_code == 200
    assert "<html" not in response.text
    assert 'id="follow-ups"' in response.text
    assert "Call about the engine" in response.text
    assert 'value="Call about' not in response.text


def test_something_is_noted_about_nobody(signed_in: Client, user: User) -> None:
    assert signed_in.get(ADD).status_code == 200
    response = signed_in.post(ADD, sent(due_on="2026-11-22"), follow=True)
    assert response.redirect_chain == [(reverse("today"), 303)]
    assert FollowUp.objects.of(user).get().contact is None
    assert "Call about the engine" in response.text
    assert "Noted: Call about the engine, today." in response.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"what": "  "}, "This field is required."),
        ({"what": "x" * 10_000}, "at most 300 characters"),
        ({"what": "a\x00b"}, "Null characters are not allowed."),
        ({"what": "a\ufffdb"}, "Some characters were damaged"),
        ({"due_on": ""}, "This field is required."),
        ({"due_on": "2026-02-30"}, "Enter a valid date."),
        ({"due_on": "tomorrow"}, "Enter a valid date."),
        ({"due_on": "2026-11-21"}, "This day is over."),
        ({"due_on": "9999-12-31"}, "within the next fifty years"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_what_cannot_be_noted_is_said_and_kept(
    signed_in: Client, ada: Contact, fields: dict[str, str], words: str, headers: dict[str, str]
) -> None:
    for url in (ADD, reverse("contacts:follow_up_with", args=[ada.uid])):
        response = signed_in.post(url, sent(**fields), headers=headers)
        assert response.status_code == 422
        assert words in response.text
        if "what" not in fields:
            assert "Call about the engine" in response.text
    assert not FollowUp.objects.exists()


def test_the_same_form_sent_twice_makes_one_follow_up(signed_in: Client, ada: Contact) -> None:
    data, url = sent(), reverse("contacts:follow_up_with", args=[ada.uid])
    signed_in.post(url, data)
    signed_in.post(url, data)
    assert FollowUp.objects.count() == 1
    signed_in.post(url, {**data, "what": "Another thing"})
    assert FollowUp.objects.count() == 2


def test_done_and_taken_back(signed_in: Client, user: User, ada: Contact) -> None:
    follow_up = FollowUpFactory.create(owner=user, contact=ada, due_on=TODAY)
    done, reopened = (reverse(f"contacts:{name}", args=[follow_up.pk]) for name in ("complete", "reopen"))
    response = signed_in.post(done, {"next": reverse("today")}, follow=True)
    assert response.redirect_chain == [(reverse("today"), 303)]
    follow_up.refresh_from_db()
    assert follow_up.done_at
    undo = f'action="{reopened}?next=%2Ftoday%2F"'
    assert undo in response.text
    response = signed_in.post(f"{reopened}?next=%2Ftoday%2F", follow=True)
    assert response.redirect_chain == [(reverse("today"), 303)]
    follow_up.refresh_from_db()
    assert follow_up.done_at is None


def test_done_twice_is_done_once(signed_in: Client, user: User) -> None:
    follow_up = FollowUpFactory.create(owner=user)
    url = reverse("contacts:complete", args=[follow_up.pk])
    signed_in.post(url)
    follow_up.refresh_from_db()
    first = follow_up.done_at
    with time_machine.travel("2026-11-22T13:00:00Z"):
        signed_in.post(url)
    follow_up.refresh_from_db()
    assert follow_up.done_at == first


def test_with_htmx_the_row_comes_back_as_it_is_now(signed_in: Client, user: User, ada: Contact) -> None:
    follow_up = FollowUpFactory.create(owner=user, contact=ada, what="Call", due_on=TODAY)
    response = signed_in.post(
        reverse("contacts:complete", args=[follow_up.pk]), {"next": "/today/"}, headers=HTMX
    )
    assert response.status_code == 200
    assert response.text.lstrip().startswith("<li")
    assert 'aria-pressed="true"' in response.text
    assert "Ada Lovelace" in response.text
    assert "hx-swap-oob" in response.text
    assert "Done: Call" in response.text


def test_on_the_persons_own_page_the_row_does_not_repeat_their_name(
    signed_in: Client, user: User, ada: Contact
) -> None:
    follow_up = FollowUpFactory.create(owner=user, contact=ada, what="Call", due_on=TODAY)
    response = signed_in.post(
        reverse("contacts:complete", args=[follow_up.pk]), {"next": ada.get_absolute_url()}, headers=HTMX
    )
    assert "Ada Lovelace" not in response.text


@pytest.mark.parametrize(
    ("choice", "due_on", "back_on"),
    [
        ({"pause": "day"}, TODAY, date(2026, 11, 23)),
        ({"pause": "week"}, date(2026, 10, 1), date(2026, 11, 29)),
        ({"pause": "month"}, date(2026, 12, 31), date(2027, 1, 31)),
        ({"until": "2026-12-24"}, TODAY, date(2026, 12, 24)),
        ({"until": "2026-11-23"}, date(2026, 12, 1), date(2026, 12, 1)),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_later(
    signed_in: Client,
    user: User,
    choice: dict[str, str],
    due_on: date,
    back_on: date,
    headers: dict[str, str],
) -> None:
    follow_up = FollowUpFactory.create(owner=user, due_on=due_on)
    url = reverse("contacts:snooze", args=[follow_up.pk])
    for _ in range(2):  # A second click changes nothing.
        assert signed_in.post(url, choice, headers=headers).status_code == (200 if headers else 303)
    follow_up.refresh_from_db()
    assert (follow_up.due_on, follow_up.day) == (due_on, back_on)


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ({}, "Please choose a day."),
        ({"until": ""}, "Please choose a day."),
        ({"until": "2026-02-30"}, "Enter a valid date."),
        ({"until": "2020-01-01"}, "This day is over."),
        ({"until": "9999-12-31"}, "within the next fifty years"),
        ({"pause": "decade"}, "decade"),
    ],
)
def test_a_day_that_cannot_be_is_asked_for_again(
    signed_in: Client, user: User, choice: dict[str, str], words: str
) -> None:
    follow_up = FollowUpFactory.create(owner=user, what="Call")
    response = signed_in.post(reverse("contacts:snooze", args=[follow_up.pk]), choice)
    assert response.status_code == 422
    assert words in response.text
    assert "Call" in response.text
    follow_up.refresh_from_db()
    assert follow_up.snoozed_until is None


@pytest.mark.parametrize(
    "page", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil"]
)
def test_no_form_leads_away_from_here(signed_in: Client, user: User, page: str) -> None:
    follow_up = FollowUpFactory.create(owner=user)
    response = signed_in.post(reverse("contacts:complete", args=[follow_up.pk]), {"next": page})
    assert response["Location"] == reverse("today")


@pytest.mark.parametrize("name", ["complete", "reopen", "snooze"])
def test_a_strangers_follow_up_is_not_found(signed_in: Client, stranger: User, name: str) -> None:
    theirs = FollowUpFactory.create(owner=stranger, what="Canary")
    url = reverse(f"contacts:{name}", args=[theirs.pk])
    assert signed_in.get(url).status_code == 405
    for headers in ({}, HTMX):
        response = signed_in.post(url, {"pause": "day"}, headers=headers)
        assert response.status_code == 404
        assert "Canary" not in response.text
    theirs.refresh_from_db()
    assert (theirs.done_at, theirs.snoozed_until) == (None, None)


@pytest.mark.parametrize("pk", [0, 10**30])
def test_a_number_nobody_has_is_not_found(signed_in: Client, pk: int) -> None:
    assert signed_in.post(reverse("contacts:complete", args=[pk])).status_code == 404


def test_what_was_let_go_stands_nowhere_until_it_is_taken_up(
    signed_in: Client, user: User, ada: Contact
) -> None:
    follow_up = FollowUpFactory.create(owner=user, contact=ada, what="The engine", due_on=TODAY)
    for verb, seen in [(follow_up.let_go, False), (follow_up.take_up, True), (follow_up.remove, False)]:
        verb()
        assert ("The engine" in signed_in.get(reverse("today")).text) is seen
        assert ("The engine" in signed_in.get(ada.get_absolute_url()).text) is seen
        assert Schedule.objects.filter(kind="followup").exists() is seen
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(("action", "data"), [("complete", {}), ("snooze", {"pause": "week"})])
def test_whoever_still_acts_on_what_was_let_go_takes_it_up(
    signed_in: Client, user: User, action: str, data: dict[str, str]
) -> None:
    follow_up = FollowUpFactory.create(owner=user, due_on=TODAY)
    follow_up.let_go()
    signed_in.post(reverse(f"contacts:{action}", args=[follow_up.pk]), data)
    follow_up.refresh_from_db()
    assert follow_up.let_go_at is None
    assert (follow_up.done_at is not None) is (action == "complete")


def test_what_is_done_is_not_let_go(user: User) -> None:
    follow_up = FollowUpFactory.create(owner=user)
    follow_up.complete()
    follow_up.let_go()
    follow_up.refresh_from_db()
    assert follow_up.let_go_at is None
