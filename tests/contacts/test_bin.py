"""What was removed: gone from everywhere else, back at once if wanted, and forgotten after thirty days."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from contacts.around import Around
from contacts.models import (
    Ask,
    Circle,
    Contact,
    Favour,
    FollowUp,
    ImportantDate,
    Interaction,
    LifeEvent,
    Membership,
    Tie,
)
from contacts.tasks import forget_removed
from netvalue.outbox.models import Schedule
from tests.contacts.test_writing_down import error
from tests.contacts.writing import form
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
BIN, TODAY, LIST = reverse("contacts:bin"), reverse("today"), reverse("contacts:list")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def bo(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Bo", family="Ångström")


@pytest.fixture
def canary(user: User, bo: Contact) -> Contact:
    """Somebody whose name could stand on every page."""
    contact = ContactFactory.build(owner=user, given="Canary", birth_day=24, birth_month=11, notes="x")
    contact.keep()
    circle = Circle.objects.create(owner=user, name="Choir")
    Membership.objects.create(owner=user, contact=contact, circle=circle)
    contact.phones.create(owner=user, value="123")
    FollowUpFactory.build(owner=user, contact=contact, due_on=date(2026, 11, 22)).keep()
    talk(contact, bo, line="With both")
    talk(contact, line="With one alone")
    bo.introduced_by = contact
    bo.save()
    given = {"owner": user, "contact": contact, "day": date(2026, 11, 1)}
    Favour.objects.create(**given, what="Promised", direction="given", kind="help", state="open")
    Ask.objects.create(**given, what="Asked")
    Tie.objects.create(owner=user, one=bo, other=contact, kind="sibling")
    return contact


def talk(*people: Contact, line: str = "") -> Interaction:
    when = Around(2026, 11, 20)
    return Interaction.objects.note(people[0].owner, people, uuid4(), when=when, kind="call", line=line)


def to(name: str, contact: Contact) -> str:
    return reverse(f"contacts:{name}", args=[contact.uid])


def bring_back(kind: str, pk: int) -> str:
    return reverse("contacts:bring_back", args=[kind, pk])


def test_whoever_is_removed_is_nowhere_else_and_comes_back_as_they_were(
    signed_in: Client, canary: Contact, bo: Contact
) -> None:
    both = Interaction.objects.get(line="With both")
    pages = [
        LIST, LIST + "?q=canary", LIST + "?q=canrya", LIST + "?shelf=archive",
        f"{LIST}?circle={Circle.objects.get().pk}", TODAY, bo.get_absolute_url(), to("edit", bo),
        to("talks", bo), both.get_absolute_url(), to("talk_with", bo), reverse("contacts:talk"),
        to("ties", bo), reverse("contacts:giving"), reverse("contacts:round"), reverse("outbox:reminders"),
        reverse("outbox:mail"), reverse("contacts:hidden"),
    ]  # fmt: skip
    before = {page: signed_in.get(page).text for page in pages}
    seen = [
        LIST,
        TODAY,
        bo.get_absolute_url(),
        both.get_absolute_url(),
        to("ties", bo),
        reverse("contacts:giving"),
    ]
    for page in seen:
        assert "Canary" in before[page]

    response = signed_in.post(to("delete", canary), follow=True)
    assert response.redirect_chain == [(LIST, 303)]
    assert "is in the bin" in response.text
    assert bring_back("people", canary.pk) in response.text
    for page in pages:
        answer = signed_in.get(page)
        assert answer.status_code == 200
        assert "Canary" not in answer.text.replace('value="canary"', ""), page
    alone = Interaction.objects.get(line="With one alone")
    for gone in (
        canary.get_absolute_url(), to("edit", canary), to("talks", canary), to("talk_with", canary),
        to("add_date", canary), to("giving_with", canary), alone.get_absolute_url(),
        reverse("contacts:favour", args=[Favour.objects.get().pk]),
        reverse("contacts:ask", args=[Ask.objects.get().pk]),
        reverse("contacts:tie", args=[bo.uid, Tie.objects.get().pk]),
    ):  # fmt: skip
        assert signed_in.get(gone).status_code == 404, gone
    follow_up = FollowUp.objects.get()
    for name in ("complete", "reopen", "snooze"):
        assert signed_in.post(reverse(f"contacts:{name}", args=[follow_up.pk])).status_code == 404
    assert "Canary" in signed_in.get(BIN).text

    page = canary.get_absolute_url()
    response = signed_in.post(bring_back("people", canary.pk), {"next": page}, follow=True)
    assert response.redirect_chain == [(page, 303)]
    assert "It is back." in response.text
    for page in pages:
        assert same(signed_in.get(page).text) == same(before[page]), page
    assert "The bin is empty." in signed_in.get(BIN).text


def same(page: str) -> str:
    """A page without what is new each time it is asked for."""
    return re.sub(r'(name="(csrfmiddlewaretoken|token|press)" value=|CSRFToken":)"[^"]*"', "", page)


def test_correcting_what_others_took_part_in_loses_nobody_in_the_bin(
    signed_in: Client, canary: Contact, bo: Contact
) -> None:
    both = Interaction.objects.get(line="With both")
    canary.remove()
    sent = {"kind": "call", "when": "today", "people": [str(bo.uid)], "line": "Soup", "token": str(uuid4())}
    assert signed_in.post(both.get_absolute_url(), sent).status_code == 303
    assert signed_in.post(to("edit", bo), form(given="Bo", family="Ångström")).status_code == 303
    canary.bring_back()
    both.refresh_from_db()
    bo.refresh_from_db()
    assert both.line == "Soup"
    assert set(both.people.all()) == {bo, canary}
    assert bo.introduced_by == canary


def test_a_form_that_names_somebody_removed_says_so(signed_in: Client, canary: Contact, bo: Contact) -> None:
    canary.remove()
    people = [str(canary.uid), str(bo.uid)]
    sent: dict[str, Any] = {"kind": "call", "people": people, "line": "Soup", "token": str(uuid4())}
    response = signed_in.post(reverse("contacts:talk"), sent)
    assert response.status_code == 422
    assert "Somebody you chose is not among your contacts any more." in response.text
    assert "Soup" in response.text
    assert "Canary" not in response.text
    response = signed_in.post(to("edit", bo), form(given="Bo", introducer="Canary"))
    assert response.status_code == 422
    assert "Nobody among your contacts is called that." in error(response.text, "introducer")


def test_the_bin_says_what_it_was_and_when_it_goes(signed_in: Client, canary: Contact, bo: Contact) -> None:
    Interaction.objects.get(line="With both").remove()
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        canary.remove()
    text = signed_in.get(BIN).text
    rows = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in text.split('<div class="prose">')[1:]]
    goes = "removed: today · goes for good: 22 December"
    assert rows[0].startswith(f"{canary} {goes} Bring back")
    assert rows[1].startswith(f"Call, 20 November 2026: With both Bo Ångström · {goes} Bring back")
    assert len(rows) == 2
    assert bo.get_absolute_url() in text
    # It comes back with them, and stays removed.
    assert "With one alone" not in text


def test_deleting_for_good_says_what_is_lost_and_asks_first(
    signed_in: Client, canary: Contact, bo: Contact
) -> None:
    kept = FollowUpFactory.create(owner=canary.owner)
    url = to("forget", canary)
    assert signed_in.get(url).status_code == 404  # not from their page: first into the bin
    canary.remove()
    page = signed_in.get(url).text
    for words in ("your notes", "phone numbers", "the birthday", "all follow-ups", "conversations"):
        assert words in page
    assert Contact.objects.filter(pk=canary.pk).exists()
    response = signed_in.post(url, follow=True)
    assert response.redirect_chain == [(BIN, 303)]
    assert "was deleted for good" in response.text
    assert Contact.objects.get() == bo
    assert FollowUp.objects.get() == kept
    assert Interaction.objects.get().line == "With both"
    assert not Schedule.objects.exists()


def test_a_bare_name_loses_little(signed_in: Client, bo: Contact) -> None:
    bo.remove()
    page = signed_in.get(to("forget", bo)).text
    for words in ("your notes", "phone numbers", "the birthday", "all follow-ups", "conversations"):
        assert words not in page


def test_the_bin_is_emptied_after_a_question(
    signed_in: Client, canary: Contact, bo: Contact, stranger: User
) -> None:
    theirs = ContactFactory.create(owner=stranger)
    for contact in (canary, theirs):
        contact.remove()
    Interaction.objects.get(line="With both").remove()
    url = reverse("contacts:empty_bin")
    assert "Empty the bin?" in signed_in.get(url).text
    assert Contact.objects.count() == 3
    assert "The bin is empty." in signed_in.post(url, follow=True).text
    assert set(Contact.objects.all()) == {bo, theirs}
    assert not Interaction.objects.exists()


@pytest.mark.parametrize(("days", "left"), [(29, 3), (31, 1)])
def test_after_thirty_days_it_is_forgotten(
    user: User, stranger: User, canary: Contact, days: int, left: int
) -> None:
    theirs = ContactFactory.create(owner=stranger)
    for contact in (canary, theirs):
        contact.remove()
    with time_machine.travel(NOW + timedelta(days=days), tick=False):
        forget_removed()
        assert Contact.objects.count() == left
        forget_removed()
    assert Schedule.objects.of(user).exists() is (left == 3)


def test_what_is_forgotten_cannot_be_brought_back_and_that_is_said(
    signed_in: Client, canary: Contact
) -> None:
    canary.remove()
    canary_pk = canary.pk
    canary.forget()
    for kind in ("people", "talks"):
        response = signed_in.post(bring_back(kind, canary_pk))
        assert response.status_code == 404
        assert "This cannot be brought back any more." in response.text
    assert signed_in.post(bring_back("nothing", 1)).status_code == 404


def test_a_stranger_finds_nothing_of_it(signed_in: Client, stranger: User) -> None:
    theirs = ContactFactory.create(owner=stranger, given="Canary")
    noted = talk(theirs)
    noted.remove()
    theirs.remove()
    assert "Canary" not in signed_in.get(BIN).text
    for url in (bring_back("people", theirs.pk), bring_back("talks", noted.pk), to("forget", theirs)):
        assert signed_in.post(url).status_code == 404
    signed_in.post(reverse("contacts:empty_bin"))
    assert Contact.objects.get().removed_at is not None
    assert Interaction.objects.get().removed_at is not None


def test_whose_it_was_is_not_said_of_the_hidden(signed_in: Client, canary: Contact) -> None:
    Interaction.objects.get(line="With one alone").remove()
    canary.hide()
    text = signed_in.get(BIN).text
    assert "somebody you have hidden" in text
    assert "Canary" not in text


def test_the_bin_costs_the_same_however_full_it_is(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def fill(times: int) -> None:
        for _ in range(times):
            ContactFactory.create(owner=user).remove()
            talk(ContactFactory.create(owner=user), ContactFactory.create(owner=user)).remove()

    costs = []
    signed_in.get(BIN)
    for times, page in ((1, 1), (59, 2)):
        fill(times)
        with django_assert_max_num_queries(8) as queries:
            text = signed_in.get(BIN, {"page": page}).text
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert text.count("Bring back<") == 50
    pages = [signed_in.get(BIN, {"page": page}) for page in ("1", "2", "3", "4", "-1", "x", "9" * 30)]
    counts = [response.text.count("Bring back<") for response in pages]
    assert counts == [50, 50, 20, 0, 50, 50, 0]


def test_the_same_form_again_brings_back_whom_it_wrote_down(signed_in: Client, user: User) -> None:
    sent = form(given="Ada", token=str(uuid4()))
    add = reverse("contacts:add")
    signed_in.post(add, sent)
    Contact.objects.get().remove()
    assert signed_in.post(add, sent).status_code == 303
    assert Contact.objects.of(user).get().given == "Ada"


def test_days_and_follow_ups_go_and_come_back_one_by_one(
    signed_in: Client, user: User, canary: Contact
) -> None:
    FollowUp.objects.all().delete()
    date_row = ImportantDate(owner=user, contact=canary, label="Wedding", on_month=11, on_day=24)
    event = LifeEvent(owner=user, contact=canary, what="New job", on_year=2026)
    follow_up = FollowUpFactory.build(owner=user, contact=canary, what="Noten", due_on=date(2026, 11, 22))
    rows: list[tuple[ImportantDate | LifeEvent | FollowUp, str, str, str]] = [
        (date_row, "dates", f"{canary.get_absolute_url()}dates/{{}}/remove/", "Wedding, 24 November"),
        (event, "events", f"{canary.get_absolute_url()}events/{{}}/remove/", "New job, 2026"),
        (follow_up, "follow-ups", "/contacts/follow-ups/{}/remove/", "Noten"),
    ]
    page = canary.get_absolute_url()
    planned = Schedule.objects.count()
    for row, kind, url, words in rows:
        row.keep()
        before, plan = signed_in.get(page).text, set(Schedule.objects.values_list("kind", "next_at"))
        assert str(row) in before
        remove = url.format(row.pk)
        assert signed_in.get(remove).status_code == 405
        response = signed_in.post(remove, follow=True)
        assert f"Removed: {row}" in response.text
        assert bring_back(kind, row.pk) in response.text
        assert str(row) not in signed_in.get(page).text
        assert Schedule.objects.count() == planned
        shown = signed_in.get(BIN).text
        assert words in shown
        assert page in shown
        if not isinstance(row, FollowUp):
            assert signed_in.get(row.get_absolute_url()).status_code == 404
        signed_in.post(bring_back(kind, row.pk), {"next": page}, follow=True)
        assert same(signed_in.get(page).text) == same(before)
        assert set(Schedule.objects.values_list("kind", "next_at")) == plan
        row.refresh_from_db()
        row.remove()
    with time_machine.travel(NOW + timedelta(days=31), tick=False):
        forget_removed()
    assert not any(model.objects.exists() for model in (ImportantDate, LifeEvent, FollowUp))
    assert Contact.objects.filter(pk=canary.pk).exists()


def test_what_hangs_on_whoever_is_removed_is_not_listed_by_itself(
    signed_in: Client, user: User, canary: Contact
) -> None:
    FollowUp.objects.get().remove()
    assert "Thing to come back to" in signed_in.get(BIN).text
    canary.remove()
    assert "Thing to come back to" not in signed_in.get(BIN).text
    canary.bring_back()
    assert "Thing to come back to" in signed_in.get(BIN).text
