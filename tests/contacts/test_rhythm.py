"""When somebody is due and who drifts away; the rule and the database say the same."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from contacts.around import Around, Season
from contacts.in_touch import line_about, why
from contacts.models import Contact, Favour, Interaction, InteractionPerson
from contacts.models.interactions import parts_of
from contacts.rhythm import Keeping, after
from contacts.words import long_ago
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

# In Berlin it is half past midnight on the 23rd.
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
TODAY = date(2026, 11, 23)
LONG_BEFORE = date(2020, 1, 1)
HOME = reverse("today")


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def back(days: int) -> date:
    return TODAY - timedelta(days=days)


def talked(*people: Contact, when: Around, **fields: Any) -> Interaction:
    return Interaction.objects.note(people[0].owner, people, uuid.uuid4(), when=when, kind="call", **fields)


def page(name: str, contact: Contact) -> str:
    return reverse(f"contacts:{name}", args=[contact.uid])


# ---- the rule


@pytest.mark.parametrize(
    ("keeping", "next_on", "is_due", "is_drifting"),
    [
        (Keeping(back(29), LONG_BEFORE, 30), TODAY + timedelta(days=1), False, False),
        (Keeping(back(30), LONG_BEFORE, 30), TODAY, True, False),
        (Keeping(back(60), LONG_BEFORE, 30), back(30), True, False),
        (Keeping(back(61), LONG_BEFORE, 30), back(31), True, True),
        # Never talked: from the day they were written down.
        (Keeping(None, back(13), 14), TODAY + timedelta(days=1), False, False),
        (Keeping(None, back(14), 14), TODAY, True, False),
        (Keeping(None, back(29), 14), back(15), True, True),
        # Without a rhythm, those who matter.
        (Keeping(back(181), LONG_BEFORE, matters=True), None, False, False),
        (Keeping(back(182), LONG_BEFORE, matters=True), None, False, True),
        (Keeping(None, back(182), matters=True), None, False, True),
        (Keeping(back(999), LONG_BEFORE), None, False, False),
        # It rests: until a day, or for good.
        (Keeping(back(99), LONG_BEFORE, 30, rests_until=TODAY), TODAY, True, True),
        (Keeping(back(99), LONG_BEFORE, 30, rests_until=after(TODAY, 1)), after(TODAY, 1), False, False),
        (Keeping(back(99), LONG_BEFORE, 30, matters=True, rests_until=date.max), None, False, False),
        # The end of all days.
        (Keeping(date(9999, 12, 1), LONG_BEFORE, 90), date.max, False, False),
    ],
)
def test_when_somebody_is_due(
    keeping: Keeping,
    next_on: date | None,
    is_due: bool,  # noqa: FBT001 -- a table
    is_drifting: bool,  # noqa: FBT001 -- a table
) -> None:
    said = (keeping.next_on, keeping.is_due(TODAY), keeping.is_drifting(TODAY))
    assert said == (next_on, is_due, is_drifting)


@pytest.mark.parametrize(("days", "sleeps"), [(1095, False), (1096, True)])
def test_after_three_years_it_sleeps(days: int, sleeps: bool) -> None:  # noqa: FBT001 -- a table
    assert Keeping(back(days), LONG_BEFORE).sleeps(TODAY) == sleeps
    assert not Keeping(None, back(days)).sleeps(TODAY)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_the_database_says_what_the_rule_says(user: User, zone: str) -> None:
    user.time_zone = zone
    user.save()
    rhythms: tuple[int | None, ...] = (None, 1, 30, 1095)
    lasts = (None, 0, 1, 29, 30, 31, 60, 61, 181, 182, 183, 2190, 2191)
    pauses = [(False, None), (True, None), (True, TODAY), (True, TODAY + timedelta(days=1))]
    bonds: list[dict[str, Any]] = [
        {},
        {"closeness": 6},
        {"closeness": 7},
        {"is_confidant": True},
        {"would_miss": True},
    ]
    rows = list(product(rhythms, lasts, pauses, bonds))
    people = Contact.objects.bulk_create(
        Contact(owner=user, given="A", rhythm_days=days, paused=paused, paused_until=until, **bond)
        for days, _last, (paused, until), bond in rows
    )
    gone: list[dict[str, Any]] = [{"archived_at": NOW}, {"hidden": True}, {"deceased": True}]
    rows += [(1, 99, (False, None), {})] * 3
    people += Contact.objects.bulk_create(
        Contact(owner=user, given="A", rhythm_days=1, **put) for put in gone
    )
    talks = {
        last: Interaction.objects.create(owner=user, kind="call", **parts_of(Around.on(back(last))))
        for last in lasts
        if last is not None
    }
    InteractionPerson.objects.bulk_create(
        InteractionPerson(owner=user, contact=who, interaction=talks[last])
        for who, (_days, last, _pause, _bond) in zip(people, rows, strict=True)
        if last in talks
    )
    # Written down at different hours, on both sides of midnight there and of half a year and of a rhythm.
    hours = [
        timedelta(days=days, hours=hour)
        for days in (0, 1, 29, 30, 59, 60, 181, 182)
        for hour in (0, 5, 12, 22)
    ]
    never = list(Contact.objects.filter(last_on=None))
    for n, who in enumerate(never):
        who.created_at = NOW - hours[n % len(hours)]
    Contact.objects.bulk_update(never, ["created_at"])
    keepings = {who.pk: who.keeping(user.zone) for who in Contact.objects.all()}
    for today in (TODAY, TODAY - timedelta(days=1)):
        due = {pk for pk, it in keepings.items() if it and it.is_due(today)}
        drifting = {pk for pk, it in keepings.items() if it and it.is_drifting(today)}
        assert due
        assert drifting
        assert set(Contact.objects.due(today).values_list("pk", flat=True)) == due
        assert set(Contact.objects.drifting(today).values_list("pk", flat=True)) == drifting


def test_counted_from_the_newest_conversation_whatever_is_written_late_or_removed(user: User) -> None:
    ada = ContactFactory.create(owner=user, rhythm_days=14)
    Contact.objects.update(created_at=NOW - timedelta(days=20))

    def due() -> bool:
        return Contact.objects.due(TODAY).exists()

    assert due()
    on_day_twelve = talked(ada, when=Around.on(back(2)))
    assert not due()
    talked(ada, when=Around.on(back(17)))
    assert not due()
    assert not Contact.objects.due(TODAY + timedelta(days=11)).exists()
    assert Contact.objects.due(TODAY + timedelta(days=12)).exists()
    on_day_twelve.remove()
    assert due()


# ---- Today


@pytest.fixture
def ada(user: User) -> Contact:
    ada = ContactFactory.create(owner=user, given="Ada", family="Lovelace", rhythm_days=30)
    talked(ada, when=Around.on(back(36)))
    return ada


def test_today_says_what_one_wanted_and_one_tap_writes_it_down(signed_in: Client, ada: Contact) -> None:
    text = signed_in.get(HOME).text
    assert "You wanted to talk every month; last conversation: 5 weeks ago." in text
    fields = {"kind": "call", "people": str(ada.uid), "next": HOME, "token": str(uuid.uuid4())}
    response = signed_in.post(page("talk_with", ada), fields, follow=True)
    assert response.redirect_chain[-1][0] == HOME
    assert "Written down: Call, today." in response.text
    assert "You wanted to talk" not in response.text


def test_not_now_lets_it_rest_and_can_be_undone(signed_in: Client, ada: Contact) -> None:
    response = signed_in.post(page("not_now", ada), {"pause": "week", "next": HOME}, follow=True)
    assert "Not now: Ada Lovelace. Back on Today: 30 November." in response.text
    assert "You wanted to talk" not in response.text
    assert Contact.objects.due(date(2026, 11, 30)).get() == ada
    assert not Contact.objects.due(date(2026, 11, 29)).exists()
    assert page("go_on", ada) in response.text
    assert "You wanted to talk" in signed_in.post(page("go_on", ada), {"next": HOME}, follow=True).text
    signed_in.post(page("not_now", ada), {"until": "2027-01-10"})
    ada.refresh_from_db()
    assert ada.paused_until == date(2027, 1, 10)
    for wrong in (
        {},
        {"pause": "ever"},
        {"until": "2026-02-30"},
        {"until": "2026-11-01"},
        {"until": "a\x00"},
    ):
        response = signed_in.post(page("not_now", ada), wrong)
        assert response.status_code == 422
        assert "Ada Lovelace" in response.text


def test_those_who_drift_are_others_every_day_and_the_same_all_day(user: User) -> None:
    for _ in range(40):
        ContactFactory.create(owner=user, closeness=8)
    Contact.objects.update(created_at=NOW - timedelta(days=400))

    def shown(day: date) -> list[int]:
        return [who.pk for who in Contact.objects.drifting(day).others_each_day(day)[:5]]

    assert shown(TODAY) == shown(TODAY)
    assert len({pk for n in range(40) for pk in shown(TODAY + timedelta(days=n))}) > 35


def test_nobody_put_away_or_strange_stands_on_today(signed_in: Client, user: User, stranger: User) -> None:
    for fields in (
        {"hidden": True},
        {"archived_at": NOW},
        {"deceased": True},
        {"paused": True},
        {"owner": stranger},
    ):
        talked(
            ContactFactory.create(
                **{"owner": user, "given": "Canary", "rhythm_days": 7, "closeness": 9, **fields}
            ),
            when=Around(2020),
        )
    assert "Canary" not in signed_in.get(HOME).text


def test_long_sleep_is_told_as_good_news(signed_in: Client, user: User) -> None:
    talked(ContactFactory.create(owner=user, is_confidant=True), when=Around(2021, 3, 4))
    text = signed_in.get(HOME).text
    assert "Last conversation: 5 years ago." in text
    assert "people are gladder to hear from somebody than one thinks" in text


def test_today_costs_the_same_with_five_hundred_people(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in.get(HOME)
    costs = []
    for many in (1, 500):
        Contact.objects.bulk_create(
            Contact(owner=user, given="A", rhythm_days=days, closeness=9)
            for days in (7, None)
            for _ in range(many)
        )
        Contact.objects.update(created_at=NOW - timedelta(days=300))
        with django_assert_max_num_queries(15) as queries:
            text = signed_in.get(HOME).text
        costs.append(len(queries))
    assert len(set(costs)) == 1
    assert text.count('<li class="follow-up">') == 5 + 5
    for those in ("due", "drifting"):
        assert text.count(f'href="{reverse("contacts:list")}?rhythm={those}"') == 1


# ---- in words


@pytest.mark.parametrize(
    ("days", "english", "german"),
    [
        (0, "today", "heute"),
        (13, "10 November", "10. November"),
        (14, "2 weeks ago", "vor 2 Wochen"),
        (59, "8 weeks ago", "vor 8 Wochen"),
        (60, "2 months ago", "vor 2 Monaten"),
        (729, "23 months ago", "vor 23 Monaten"),
        (731, "2 years ago", "vor 2 Jahren"),
    ],
)
def test_how_long_ago_it_was(days: int, english: str, german: str) -> None:
    assert long_ago(back(days), TODAY) == english
    with translation.override("de"):
        assert long_ago(back(days), TODAY) == german


def test_what_is_read_first_on_a_page(signed_in: Client, user: User, ada: Contact) -> None:
    assert line_about(ada_now(), user, TODAY) == {
        "talked_ago": "5 weeks ago",
        "talk_next": "now would be a good time",
    }
    talked(ada, when=Around.on(back(3)))
    assert line_about(ada_now(), user, TODAY)["talk_next"] == "next: around 20 December"
    talked(ada, when=Around.on(TODAY))
    Contact.objects.update(rhythm_days=91)
    text = signed_in.get(ada.get_absolute_url()).text
    assert "Last conversation: today" in text
    assert "next: around 22 February 2027" in text
    Contact.objects.update(rhythm_days=None)
    assert "next:" not in signed_in.get(ada.get_absolute_url()).text
    rough = ContactFactory.create(owner=user, rhythm_days=7)
    assert why(rough, TODAY) == "You wanted to talk every week; no conversation is noted yet."
    talked(rough, when=Around(2026, season=Season.SPRING))
    assert why(Contact.objects.get(pk=rough.pk), TODAY).endswith("last conversation: spring 2026.")


def test_what_is_open_stands_in_the_first_lines(signed_in: Client, user: User, ada: Contact) -> None:
    FollowUpFactory.create(owner=user, contact=ada, what="Bread", due_on=TODAY)
    Favour.objects.create(
        owner=user, contact=ada, day=TODAY, what="Soup", direction="given", kind="help", state="open"
    )
    head = signed_in.get(ada.get_absolute_url()).text.partition("<h1>")[2].partition("contact-actions")[0]
    assert '<a href="#follow-ups">Bread</a>' in head
    assert "I promised:" in head
    assert ">Soup</a>" in head


def ada_now() -> Contact:
    return Contact.objects.get(given="Ada")
