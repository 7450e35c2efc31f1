"""Important dates and what happened in a life: kept as far as known, reminded of, answered, removed."""

from __future__ import annotations

import uuid
from calendar import isleap
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from contacts.birthdays import LeapDay, known
from contacts.models import Contact, ImportantDate, LifeEvent
from contacts.reminder_kinds import Dates, date_line
from contacts.reminders import DATE
from contacts.words import full, partial, with_weekday
from netvalue.outbox import planning
from netvalue.outbox.models import Occurrence, Schedule
from tests.contacts.test_models import run_at_once
from tests.contacts.test_writing_down import error
from tests.contacts.writing import form
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User


@pytest.fixture
def contact(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Ada", family="Lovelace")


def page(contact: Contact, name: str, *args: int) -> str:
    return reverse(f"contacts:{name}", args=[contact.uid, *args])


def sent(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), "on_day": "", "on_month": "", "on_year": "", **fields}


def wedding(contact: Contact, **fields: Any) -> ImportantDate:
    given = {"label": "Wedding day", "on_month": 5, "on_day": 20, **fields}
    row = ImportantDate(owner=contact.owner, contact=contact, **given)
    row.keep()
    return row


def loss(contact: Contact, **fields: Any) -> LifeEvent:
    given = {"tone": "grief", "what": "Her father died", **fields}
    row: LifeEvent = LifeEvent.objects.create(owner=contact.owner, contact=contact, **given)
    return row


@time_machine.travel("2026-11-22T12:00:00Z")
def test_a_date_is_noted_shown_corrected_and_removed(client: Client, user: User, contact: Contact) -> None:
    client.force_login(user)
    assert client.get(page(contact, "add_date")).text.count(" checked") == 2
    fields = sent(label=" Wedding  day ", on_day="24", on_month="11", on_year="1999", leads=["0", "30"])
    for _twice in range(2):
        response = client.post(page(contact, "add_date"), fields)
        assert response["Location"] == contact.get_absolute_url()
    row = ImportantDate.objects.get()
    assert (row.label, row.on_year, row.on_month, row.on_day, row.leads) == (
        "Wedding day",
        1999,
        11,
        24,
        [0, 30],
    )
    assert sorted(Schedule.objects.filter(kind=DATE).values_list("lead", flat=True)) == [0, 30]
    text = client.get(contact.get_absolute_url()).text
    for words in ("Wedding day", "24 November 1999", "in 2 days", row.get_absolute_url()):
        assert words in text
    assert 'value="30" ' in client.get(row.get_absolute_url()).text
    fields = sent(label="Name day", on_month="11")
    assert client.post(row.get_absolute_url(), fields).status_code == 303
    row.refresh_from_db()
    assert (row.label, row.on_day, row.on_year, row.leads) == ("Name day", None, None, [])
    assert not Schedule.objects.filter(kind=DATE).exists()
    remove = page(contact, "remove_date", row.pk)
    response = client.post(remove, follow=True)
    assert "Removed: Name day" in response.text
    assert row.get_absolute_url() not in response.text
    assert not ImportantDate.objects.kept().exists()


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"label": "", "on_month": "5"}, "label", "This field is required."),
        ({"label": "x" * 81, "on_month": "5"}, "label", "Ensure this value has at most 80"),
        ({"label": "a\x00b", "on_month": "5"}, "label", "Null characters"),
        ({"label": "Day"}, "on_month", "Please choose the month, or write at least the year."),
        ({"label": "Day", "on_day": "30", "on_month": "2"}, "on_day", "30 February does not exist."),
        ({"label": "Day", "on_day": "3"}, "on_month", "Please choose the month as well."),
        ({"label": "Day", "on_year": "85"}, "on_year", "Please write the year with four digits."),
        ({"label": "Day", "on_year": "2200"}, "on_year", "This year is still to come."),
        ({"label": "Day", "on_month": "5", "leads": ["3"]}, "leads", "Select a valid choice."),
    ],
)
def test_what_is_no_date_is_refused_at_its_field(
    signed_in: Client, contact: Contact, fields: dict[str, Any], field: str, words: str
) -> None:
    response = signed_in.post(page(contact, "add_date"), sent(**fields))
    assert response.status_code == 422
    assert error(response.text, field).startswith(words)
    assert not ImportantDate.objects.exists()


def test_what_happened_is_noted_answered_and_removed(signed_in: Client, contact: Contact) -> None:
    fields = sent(tone="grief", what="Her father died", on_month="5", on_year="2026")
    for _twice in range(2):
        assert signed_in.post(page(contact, "add_event"), fields).status_code == 303
    event = LifeEvent.objects.get()
    text = signed_in.get(contact.get_absolute_url()).text
    for words in ("Her father died", "Grief", "May 2026", "I was there for them"):
        assert words in text
    signed_in.post(page(contact, "acknowledge", event.pk))
    event.refresh_from_db()
    answered = event.acknowledged_at
    assert answered
    signed_in.post(page(contact, "acknowledge", event.pk))
    event.refresh_from_db()
    assert event.acknowledged_at == answered
    signed_in.post(page(contact, "take_back", event.pk))
    event = LifeEvent.objects.get()
    assert event.acknowledged_at is None
    signed_in.post(event.get_absolute_url(), sent(tone="joy", what="A new job"))
    event.refresh_from_db()
    assert (event.tone, event.what, event.when) == ("joy", "A new job", "")
    assert "I congratulated" in signed_in.get(contact.get_absolute_url()).text
    assert signed_in.post(page(contact, "remove_event", event.pk)).status_code == 303
    assert not LifeEvent.objects.kept().exists()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"tone": "joy", "what": ""}, "what"),
        ({"tone": "triumph", "what": "x"}, "tone"),
        ({"what": "x"}, "tone"),
    ],
)
def test_what_is_no_event_is_refused(
    signed_in: Client, contact: Contact, fields: dict[str, str], field: str
) -> None:
    response = signed_in.post(page(contact, "add_event"), sent(**fields))
    assert response.status_code == 422
    assert error(response.text, field)


def test_business_has_no_joys_and_griefs(signed_in: Client, user: User, contact: Contact) -> None:
    event = loss(contact)
    response = signed_in.post(page(contact, "edit"), form(given="Ada", is_business="on"))
    assert error(response.text, "is_business").startswith("What happened in this person’s life")
    with pytest.raises(IntegrityError), transaction.atomic():
        run_at_once(f"UPDATE contacts_contact SET is_business = true WHERE id = {contact.pk}")
    firm = ContactFactory.create(owner=user, is_business=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        run_at_once(f"UPDATE contacts_lifeevent SET contact_id = {firm.pk} WHERE id = {event.pk}")
    assert signed_in.get(page(firm, "add_event")).status_code == 404
    assert page(firm, "add_event") not in signed_in.get(firm.get_absolute_url()).text


@pytest.mark.parametrize(
    ("name", "of"),
    [
        ("add_date", ""), ("date", "date"), ("remove_date", "date"), ("add_event", ""), ("event", "event"),
        ("remove_event", "event"), ("acknowledge", "event"), ("take_back", "event"),
    ],
)  # fmt: skip
def test_a_strangers_days_are_not_found(
    signed_in: Client, user: User, stranger: User, name: str, of: str
) -> None:
    theirs = ContactFactory.create(owner=stranger, given="Canary")
    rows = {"date": wedding(theirs), "event": loss(theirs)}
    mine = ContactFactory.create(owner=user)
    for whose in [theirs, mine] if of else [theirs]:
        url = page(whose, name, *([rows[of].pk] if of else []))
        assert signed_in.post(url, sent(label="x", what="x", tone="joy")).status_code == 404
        assert signed_in.get(url).status_code in {404, 405}
    assert (ImportantDate.objects.get().label, LifeEvent.objects.get().what) == (
        "Wedding day",
        "Her father died",
    )


@pytest.mark.parametrize(
    "change",
    [
        "contacts_importantdate SET label = ''",
        "contacts_importantdate SET on_day = 32",
        "contacts_importantdate SET on_month = NULL, on_day = NULL",
        "contacts_importantdate SET leads = '{3}'",
        "contacts_importantdate SET contact_id = {theirs}",
        "contacts_lifeevent SET what = ''",
        "contacts_lifeevent SET on_day = 3",
        "contacts_lifeevent SET contact_id = {theirs}",
    ],
)
def test_the_database_refuses_days_that_are_none(contact: Contact, stranger: User, change: str) -> None:
    theirs = ContactFactory.create(owner=stranger)
    wedding(contact)
    loss(contact)
    with pytest.raises(IntegrityError), transaction.atomic():
        run_at_once("UPDATE " + change.replace("{theirs}", str(theirs.pk)))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_date_is_told_year_after_year_and_never_what_it_is(contact: Contact) -> None:
    with time_machine.travel(at("2026-05-01T00:00"), tick=False):
        row = wedding(contact, label="Canary", leads=[0])
    planning.plan(at("2026-05-20T08:00"))
    occurrence = Occurrence.objects.get()
    assert Dates().wanted([occurrence]) == {occurrence.pk}
    line = Dates().lines([(occurrence, date(2026, 5, 20))])[occurrence.pk]
    assert (line.who, line.what) == ("Ada Lovelace", "today is a day you noted")
    assert "Canary" not in f"{line.what} {line.subject}"
    assert Schedule.objects.get(object_id=row.pk).occurrence_on == date(2027, 5, 20)
    contact.hide()
    assert not Dates().wanted([occurrence])
    contact.show()
    assert Schedule.objects.get().occurrence_on.year >= 2027
    contact.forget()
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(
    ("day", "what", "subject"),
    [
        (13, "in 7 days, on Wednesday, 20 May, comes a day you noted", "in 7 days comes a day you noted"),
        (19, "tomorrow is a day you noted", "tomorrow is a day you noted"),
        (20, "today is a day you noted", "today is a day you noted"),
        (21, "Wednesday, 20 May was a day you noted", "Wednesday, 20 May was a day you noted"),
    ],
)
def test_a_date_is_said_without_its_label(day: int, what: str, subject: str) -> None:
    ada = Contact(given="Ada", family="Lovelace")
    line = date_line(ada, date(2026, 5, 20), date(2026, 5, day))
    assert (line.what, line.subject, line.late) == (what, f"Ada Lovelace: {subject}", day > 20)


days = st.dates(min_value=date(1000, 1, 1), max_value=date(2400, 12, 31))


@given(born=days, today=days, leap_day=st.sampled_from(LeapDay))
def test_the_day_that_is_stored_is_the_day_that_is_shown_and_told(
    born: date, today: date, leap_day: LeapDay
) -> None:
    assert partial(born.year, born.month, born.day) == full(born)
    yearly = known(born.year, born.month, born.day)
    assert yearly
    kept = yearly.on_or_after(today, leap_day)
    if kept is None:
        return
    assert kept >= max(today, date(born.year, 1, 1))
    moved = (born.month, born.day) == (2, 29) and not isleap(kept.year)
    assert moved or (kept.month, kept.day) == (born.month, born.day)
    assert moved or partial(None, born.month, born.day) in with_weekday(kept)


def test_markup_in_a_day_is_text(signed_in: Client, contact: Contact) -> None:
    canary = "<script>alert(7)</script>"
    date_row, event = wedding(contact, label=canary), loss(contact, what=canary)
    for url in (contact.get_absolute_url(), date_row.get_absolute_url(), event.get_absolute_url()):
        text = signed_in.get(url).text
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert" in text
