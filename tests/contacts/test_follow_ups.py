"""What to come back to: noted, done, put off, and taken back; with htmx and without."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse

from contacts.bin import way_back
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


def test_what_was_removed_stands_nowhere_until_it_is_brought_back(
    signed_in: Client, user: User, ada: Contact
) -> None:
    follow_up = FollowUpFactory.create(owner=user, contact=ada, what="The engine", due_on=TODAY)
    for verb, seen in [(follow_up.remove, False), (follow_up.bring_back, True), (follow_up.forget, False)]:
        verb()
        assert ("The engine" in signed_in.get(reverse("today")).text) is seen
        assert ("The engine" in signed_in.get(ada.get_absolute_url()).text) is seen
        assert Schedule.objects.filter(kind="followup").exists() is seen
    assert not FollowUp.objects.exists()


@pytest.mark.parametrize(("action", "data"), [("complete", {}), ("snooze", {"pause": "week"})])
def test_whoever_still_acts_on_what_was_removed_brings_it_back(
    signed_in: Client, user: User, action: str, data: dict[str, str]
) -> None:
    follow_up = FollowUpFactory.create(owner=user, due_on=TODAY)
    follow_up.remove()
    signed_in.post(reverse(f"contacts:{action}", args=[follow_up.pk]), data)
    follow_up.refresh_from_db()
    assert follow_up.removed_at is None
    assert (follow_up.done_at is not None) is (action == "complete")


def test_what_is_done_is_not_removed(user: User) -> None:
    follow_up = FollowUpFactory.create(owner=user)
    follow_up.complete()
    follow_up.remove()
    follow_up.refresh_from_db()
    assert follow_up.removed_at is None


def page_of(follow_up: FollowUp) -> str:
    return reverse("contacts:change_follow_up", args=[follow_up.pk])


def as_it_is(follow_up: FollowUp, **other: Any) -> dict[str, Any]:
    who = [follow_up.contact.uid] if follow_up.contact else []
    return {"what": follow_up.what, "due_on": follow_up.day.isoformat(), "people": who, **other}


def noted(**fields: Any) -> FollowUp:
    follow_up: FollowUp = FollowUpFactory.build(**fields)
    follow_up.keep()
    return follow_up


def test_a_follow_up_is_changed_as_it_was_meant(signed_in: Client, user: User, ada: Contact) -> None:
    bo = ContactFactory.create(owner=user, given="Bo")
    follow_up = noted(owner=user, contact=ada, what="The engin", due_on=TODAY)
    page = signed_in.get(page_of(follow_up), {"next": "/today/"})
    assert page.status_code == 200
    assert 'value="The engin"' in page.text
    day = TODAY + timedelta(days=3)
    sent = as_it_is(follow_up, what=" The  engine ", due_on=day.isoformat(), people=[bo.uid], next="/today/")
    response = signed_in.post(page_of(follow_up), sent)
    assert (response.status_code, response["Location"]) == (303, "/today/")
    follow_up.refresh_from_db()
    assert (follow_up.what, follow_up.day, follow_up.contact) == ("The engine", day, bo)
    assert Schedule.objects.get(kind="followup").next_on == day
    signed_in.post(page_of(follow_up), as_it_is(follow_up, people=[]))
    follow_up.refresh_from_db()
    assert follow_up.contact is None


def test_a_day_that_was_put_off_or_is_over_may_stay(signed_in: Client, user: User) -> None:
    late = FollowUpFactory.create(owner=user, due_on=TODAY - timedelta(days=4))
    later = FollowUpFactory.create(owner=user, due_on=TODAY, snoozed_until=TODAY + timedelta(days=5))
    for follow_up in (late, later):
        follow_up.refresh_from_db()
        before = (follow_up.due_on, follow_up.snoozed_until)
        assert signed_in.post(page_of(follow_up), as_it_is(follow_up, what="Other")).status_code == 303
        follow_up.refresh_from_db()
        assert (follow_up.due_on, follow_up.snoozed_until, follow_up.what) == (*before, "Other")
    signed_in.post(page_of(later), as_it_is(later, due_on=TODAY.isoformat()))
    later.refresh_from_db()
    assert (later.day, later.snoozed_until) == (TODAY, None)


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("what", " ", "id_what_error"),
        ("what", "x" * 301, "id_what_error"),
        ("what", "a\x00b", "id_what_error"),
        ("due_on", "2020-01-01", "This day is over."),
        ("due_on", "someday", "id_due_on_error"),
        ("people", "nobody", "not among your contacts"),
        ("people", "both", "about one person"),
    ],
)
def test_a_wrong_change_is_said_and_nothing_typed_is_lost(
    signed_in: Client, user: User, ada: Contact, field: str, value: str, says: str
) -> None:
    bo = ContactFactory.create(owner=user, given="Bo")
    follow_up = FollowUpFactory.create(owner=user, contact=ada, what="The engine", due_on=TODAY)
    people = {"nobody": [str(uuid.uuid4())], "both": [str(ada.uid), str(bo.uid)]}
    sent = as_it_is(follow_up, **{"what": "Typed", field: people.get(value, value)})
    response = signed_in.post(page_of(follow_up), sent)
    assert response.status_code == 422
    assert says in response.text
    assert field == "what" or 'value="Typed"' in response.text
    follow_up.refresh_from_db()
    assert (follow_up.what, follow_up.contact) == ("The engine", ada)


def test_a_strangers_contact_is_not_chosen_for_a_follow_up(
    signed_in: Client, user: User, stranger: User
) -> None:
    follow_up = FollowUpFactory.create(owner=user, due_on=TODAY)
    follow_up.refresh_from_db()
    theirs = ContactFactory.create(owner=stranger)
    assert signed_in.post(page_of(follow_up), as_it_is(follow_up, people=[theirs.uid])).status_code == 422


def test_looking_for_somebody_else_keeps_what_is_typed(signed_in: Client, user: User, ada: Contact) -> None:
    follow_up = noted(owner=user, what="The engine", due_on=TODAY)
    response = signed_in.post(page_of(follow_up) + "?more", as_it_is(follow_up, what="Typed", who="ada"))
    assert response.status_code == 200
    assert 'value="Typed"' in response.text
    assert ada.display in response.text
    follow_up.refresh_from_db()
    assert follow_up.what == "The engine"


def test_a_removed_follow_up_is_in_the_bin_and_comes_back_with_its_reminder(
    signed_in: Client, user: User, ada: Contact
) -> None:
    follow_up = noted(owner=user, contact=ada, what="The engine", due_on=TODAY)
    remove = reverse("contacts:remove_follow_up", args=[follow_up.pk])
    response = signed_in.post(remove, {"next": "/today/"}, follow=True)
    assert "Removed: The engine" in response.text
    undo = way_back(follow_up, "/today/")
    assert undo in response.text
    assert not Schedule.objects.filter(kind="followup").exists()
    assert "The engine" in signed_in.get(reverse("contacts:bin")).text
    signed_in.post(undo)
    assert "The engine" in signed_in.get(reverse("today")).text
    assert Schedule.objects.filter(kind="followup").exists()


def test_what_is_changed_in_a_second_tab_after_it_was_removed_is_back(signed_in: Client, user: User) -> None:
    follow_up = noted(owner=user, due_on=TODAY)
    follow_up.remove()
    assert "This follow-up was removed." in signed_in.get(page_of(follow_up)).text
    signed_in.post(page_of(follow_up), as_it_is(follow_up, what="Still"))
    follow_up.refresh_from_db()
    assert (follow_up.is_open, follow_up.what) == (True, "Still")
