"""What is between two people: trust, rhythm, how they met; who has died, who is hidden, what is business."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import DataError, IntegrityError, transaction
from django.urls import reverse

from contacts.models import Contact
from contacts.models.people import FUNCTIONS
from contacts.reminder_kinds import Birthdays
from contacts.reminders import BIRTHDAY, FOLLOW_UP
from contacts.words import every
from netvalue.outbox import planning
from netvalue.outbox.models import Occurrence, Schedule
from tests.contacts.test_models import run_at_once
from tests.contacts.test_reminders import reminded
from tests.contacts.test_writing_down import ADD, error, refused
from tests.contacts.writing import form
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

TODAY = "2026-11-22T12:00:00Z"


@pytest.mark.parametrize(
    "change",
    [
        "rhythm_days = 0",
        "rhythm_days = 1096",
        "known_since = 0",
        "known_since = 10000",
        "death_year = 2020",
        "deceased = true, death_month = 2, death_day = 30",
        "deceased = true, death_year = 2023, death_month = 2, death_day = 29",
        "deceased = true, death_day = 3",
        "paused_until = '2030-01-01'",
        "is_business = true, closeness = 0",
        "is_business = true, would_miss = false",
        "is_business = true, is_confidant = true",
        "is_business = true, remembers_me = false",
        "introduced_by_id = id",
    ],
)
def test_the_database_refuses_what_contradicts_itself(user: User, change: str) -> None:
    ContactFactory.create(owner=user)
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        run_at_once(f"UPDATE contacts_contact SET {change}")


@pytest.mark.parametrize(
    "change",
    [
        "rhythm_days = 1",
        "rhythm_days = 1095",
        "deceased = true",
        "deceased = true, death_year = 2024, death_month = 2, death_day = 29",
        "paused = true, paused_until = '2030-01-01'",
        "is_business = true, for_business = true, rhythm_days = 30",
    ],
)
def test_the_database_keeps_what_can_be(user: User, change: str) -> None:
    ContactFactory.create(owner=user)
    run_at_once(f"UPDATE contacts_contact SET {change}")


def test_nobody_is_introduced_by_a_strangers_contact(user: User, stranger: User) -> None:
    mine, theirs = ContactFactory.create(owner=user), ContactFactory.create(owner=stranger)
    with pytest.raises(IntegrityError), transaction.atomic():
        run_at_once(f"UPDATE contacts_contact SET introduced_by_id = {theirs.pk} WHERE id = {mine.pk}")


def test_who_is_deleted_has_introduced_nobody(user: User) -> None:
    introducer = ContactFactory.create(owner=user)
    contact = ContactFactory.create(owner=user, introduced_by=introducer)
    introducer.forget()
    contact.refresh_from_db()
    assert contact.introduced_by is None


@time_machine.travel(TODAY)
def test_everything_between_two_people_is_written_down_and_shown(client: Client, user: User) -> None:
    client.force_login(user)
    jonas = ContactFactory.create(owner=user, given="Jonas", family="Brandt")
    response = client.post(
        ADD,
        form(
            given="Ada", field_of_work="Mathematics", known_since="2005", introducer="jonas brandt",
            closeness="0", would_miss="True", is_confidant="False", for_curation="on", for_business="on",
            rhythm="own", rhythm_own="45", paused="on", paused_until="2027-01-01",
        ),
    )  # fmt: skip
    assert response.status_code == 303
    contact = Contact.objects.get(given="Ada")
    assert (contact.known_since, contact.introduced_by, contact.rhythm_days) == (2005, jonas, 45)
    assert (contact.closeness, contact.would_miss, contact.is_confidant) == (0, True, False)
    assert contact.remembers_me is None
    assert [name for name in FUNCTIONS if getattr(contact, name)] == ["for_curation", "for_business"]
    assert (contact.paused, contact.paused_until) == (True, date(2027, 1, 1))
    text = client.get(contact.get_absolute_url()).text
    for words in (
        "Mathematics",
        "2005",
        "Jonas Brandt",
        "0 of 10",
        "every 45 days, paused until 1 January 2027",
        "Reading tips I trust blindly",
        "I would miss them",
    ):
        assert words in text
    assert "They would remember me" not in text
    page = client.get(reverse("contacts:edit", args=[contact.uid])).text
    for words in ('value="Jonas Brandt"', 'value="45"', 'value="2027-01-01"', 'value="own" selected'):
        assert words in page


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"known_since": "2027"}, "known_since", "This year is still to come."),
        ({"known_since": "85"}, "known_since", "Please write the year with four digits."),
        ({"rhythm": "own"}, "rhythm_own", "Please write a number of days."),
        ({"rhythm": "own", "rhythm_own": "0"}, "rhythm_own", "Please choose 1 to 1095 days"),
        ({"rhythm": "own", "rhythm_own": "1096"}, "rhythm_own", "Please choose 1 to 1095 days"),
        ({"rhythm": "own", "rhythm_own": "9" * 400}, "rhythm_own", "Please choose 1 to 1095 days"),
        ({"rhythm": "5"}, "rhythm", "Select a valid choice."),
        ({"closeness": "11"}, "closeness", "Select a valid choice."),
        ({"would_miss": "maybe"}, "would_miss", "Select a valid choice."),
        ({"paused": "on", "paused_until": "2026-11-22"}, "paused_until", "Please choose a day that is still"),
        ({"paused": "on", "paused_until": "2026-02-30"}, "paused_until", "Enter a valid date."),
        (
            {"deceased": "on", "death_day": "30", "death_month": "2"},
            "death_day",
            "30 February does not exist.",
        ),
        ({"deceased": "on", "death_year": "2027"}, "death_year", "This year is still to come."),
        ({"introducer": "Nobody Known"}, "introducer", "Nobody among your contacts"),
        ({"introducer": "x" * 201}, "introducer", "Ensure this value has at most 200 characters"),
        ({"field_of_work": "x" * 121}, "field_of_work", "Ensure this value has at most 120 characters"),
    ],
)
@time_machine.travel(TODAY)
def test_what_makes_no_sense_is_refused_at_its_field(
    client: Client, user: User, fields: dict[str, str], field: str, words: str
) -> None:
    client.force_login(user)
    page = refused(client, given="Ada", notes="kept as it was", **fields)
    assert error(page, field).startswith(words)
    assert "kept as it was" in page


def test_of_several_with_one_name_the_right_one_is_chosen(signed_in: Client, user: User) -> None:
    first, second = (ContactFactory.create(owner=user, given="Eva", family="Groß", role=r) for r in "ab")
    page = refused(signed_in, given="Ada", introducer="Eva Gross")
    assert error(page, "introducer").startswith("Several contacts are called that")
    for contact in (first, second):
        assert f'name="introduced_by" value="{contact.pk}"' in page
    signed_in.post(ADD, form(given="Ada", introducer="Eva Gross", introduced_by=second.pk))
    assert Contact.objects.get(given="Ada").introduced_by == second


def test_only_ones_own_contacts_introduce(signed_in: Client, user: User, stranger: User) -> None:
    theirs = ContactFactory.create(owner=stranger, given="Canary")
    ContactFactory.create(owner=user, given="Eva")
    for fields in ({"introducer": "Canary"}, {"introducer": "Eva", "introduced_by": theirs.pk}):
        assert "Canary" not in refused(signed_in, given="Ada", **fields).replace('value="Canary"', "")
    me = ContactFactory.create(owner=user, given="Only", family="Me")
    refused(signed_in, reverse("contacts:edit", args=[me.uid]), given="Only", introducer="Only Me")
    signed_in.post(ADD, form(given="Ada", introduced_by=theirs.pk))
    assert not Contact.objects.filter(given="Ada").exclude(introduced_by=None).exists()


def test_what_the_form_does_not_offer_cannot_be_set(signed_in: Client, user: User, stranger: User) -> None:
    extra: dict[str, Any] = {
        "owner": stranger.pk,
        "hidden": "on",
        "archived_at": "2020-01-01",
        "rhythm_days": "3",
    }
    signed_in.post(ADD, form(given="Ada", **extra))
    contact = Contact.objects.get()
    assert (contact.owner, contact.hidden, contact.archived_at, contact.rhythm_days) == (
        user,
        False,
        None,
        None,
    )


def test_business_keeps_nothing_personal(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user, given="Ada", closeness=8, would_miss=True, is_confidant=True)
    sent = form(given="Ada", is_business="on", closeness="8", would_miss="True", for_business="on")
    assert signed_in.post(reverse("contacts:edit", args=[contact.uid]), sent).status_code == 303
    contact.refresh_from_db()
    assert (contact.is_business, contact.closeness, contact.would_miss, contact.is_confidant) == (
        True, None, None, None,
    )  # fmt: skip
    assert "Purely business." in signed_in.get(contact.get_absolute_url()).text


@pytest.mark.parametrize(
    ("until", "today", "rests"),
    [
        (None, date(2030, 1, 1), True),
        (date(2027, 1, 1), date(2026, 12, 31), True),
        (date(2027, 1, 1), date(2027, 1, 1), False),
    ],
)
def test_a_pause_ends_by_itself_on_its_day(until: date | None, today: date, rests: bool) -> None:  # noqa: FBT001
    assert Contact(paused=True, paused_until=until).is_paused(today) is rests
    assert not Contact(paused=False).is_paused(today)


@pytest.mark.parametrize(
    ("days", "words"), [(7, "every week"), (365, "once a year"), (1, "every day"), (45, "every 45 days")]
)
def test_a_rhythm_has_words(days: int, words: str) -> None:
    assert every(days) == words


@time_machine.travel(TODAY)
def test_nobody_greets_the_dead(client: Client, user: User) -> None:
    client.force_login(user)
    contact = ContactFactory.build(owner=user, given="Ada", birth_day=24, birth_month=11, birth_year=1980)
    contact.keep()
    assert Schedule.objects.filter(kind=BIRTHDAY).exists()
    sent = form(
        given="Ada", birth_day="24", birth_month="11", birth_year="1980", deceased="on", death_month="5",
        death_year="2025",
    )  # fmt: skip
    assert client.post(reverse("contacts:edit", args=[contact.uid]), sent).status_code == 303
    assert not Schedule.objects.filter(kind=BIRTHDAY).exists()
    page = client.get(contact.get_absolute_url()).text
    assert "Died: May 2025" in page
    assert "24 November 1980" in page
    for url in (contact.get_absolute_url(), reverse("today"), reverse("contacts:list")):
        text = client.get(url).text
        assert "in 2 days" not in text
        assert "turns 46" not in text.lower()


def test_a_mail_that_waits_does_not_greet_the_dead(user: User) -> None:
    with time_machine.travel("2026-11-01T00:00Z", tick=False):
        contact = ContactFactory.build(owner=user, birth_day=24, birth_month=11)
        contact.keep()
    planning.plan(datetime(2026, 11, 24, 9, tzinfo=UTC))
    waiting = list(Occurrence.objects.filter(kind=BIRTHDAY))
    assert Birthdays().wanted(waiting)
    contact.deceased = True
    contact.keep()
    assert not Birthdays().wanted(waiting)


def test_a_death_written_down_by_mistake_is_taken_back(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user, given="Ada", deceased=True, death_year=2020)
    sent = form(given="Ada", birth_day="1", birth_month="5", death_year="2020")
    assert signed_in.post(reverse("contacts:edit", args=[contact.uid]), sent).status_code == 303
    contact.refresh_from_db()
    assert (contact.deceased, contact.death_year) == (False, None)
    assert Schedule.objects.filter(kind=BIRTHDAY).exists()


@time_machine.travel(TODAY)
@pytest.mark.parametrize("archived", [False, True])
def test_who_is_hidden_is_nowhere_until_shown_again(client: Client, user: User, archived: bool) -> None:  # noqa: FBT001
    client.force_login(user)
    contact = ContactFactory.build(owner=user, given="Canary", birth_day=24, birth_month=11)
    contact.keep()
    other = ContactFactory.create(owner=user, introduced_by=contact)
    follow_up = FollowUpFactory.build(owner=user, contact=contact, due_on=date(2026, 11, 22))
    follow_up.keep()
    if archived:
        contact.archive()
    response = client.post(reverse("contacts:hide", args=[contact.uid]), follow=True)
    assert "Canary" in response.text  # the word that says so, with its undo
    assert reverse("contacts:show", args=[contact.uid]) in response.text
    now = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert reminded(now) == set()
    shelf, search = "?shelf=archive", "?q=canary"
    for url in (
        reverse("contacts:list"), reverse("contacts:list") + shelf, reverse("contacts:list") + search,
        reverse("contacts:list") + "?q=canrya", reverse("today"), other.get_absolute_url(),
        reverse("outbox:mail"),
    ):  # fmt: skip
        assert "Canary" not in client.get(url).text.replace('value="canary"', "")
    assert "Canary" in client.get(reverse("contacts:hidden")).text
    assert "This contact is hidden." in client.get(contact.get_absolute_url()).text
    response = client.post(reverse("contacts:show", args=[contact.uid]), follow=True)
    assert "is shown again" in response.text
    assert reminded(now + timedelta(days=1)) == (set() if archived else {BIRTHDAY, FOLLOW_UP})
    assert ("Canary" in client.get(reverse("today")).text) is not archived


@pytest.mark.parametrize("name", ["hide", "show"])
def test_a_stranger_hides_and_shows_nobody(signed_in: Client, stranger: User, name: str) -> None:
    theirs = ContactFactory.create(owner=stranger, hidden=name == "show")
    url = reverse(f"contacts:{name}", args=[theirs.uid])
    assert signed_in.post(url).status_code == 404
    assert signed_in.get(url).status_code == 405
    theirs.refresh_from_db()
    assert theirs.hidden is (name == "show")


def test_only_ones_own_hidden_contacts_are_listed(signed_in: Client, user: User, stranger: User) -> None:
    ContactFactory.create(owner=stranger, given="Canary", hidden=True)
    ContactFactory.create(owner=user, given="Seen")
    text = signed_in.get(reverse("contacts:hidden")).text
    assert "Nobody is hidden." in text
    assert "Canary" not in text


def test_the_hidden_cost_the_same_for_one_and_for_many(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    costs = []
    signed_in.get(reverse("contacts:hidden"))
    for many in (1, 29):
        ContactFactory.create_batch(many, owner=user, hidden=True)
        with django_assert_max_num_queries(8) as queries:
            text = signed_in.get(reverse("contacts:hidden")).text
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert text.count("/show/") == 30
