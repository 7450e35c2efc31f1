"""Today: what waits, whose birthday comes, and how the check goes on; by the reader's own day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from assessments.models import Assessment, Retake
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

TODAY = reverse("today")
# In Berlin it is half past midnight on the 23rd.
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def page(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def check(user: User, days_ago: int = 0, *, finished: bool, perspective: str = "person") -> Assessment:
    at = NOW - timedelta(days=days_ago)
    taken = Assessment.objects.create(
        owner=user, language="en", perspective=perspective, begun_at=at, touched_at=at
    )
    if finished:
        taken.finish(at=at)
    return taken


def test_the_first_day_says_how_to_begin(page: Client) -> None:
    text = page.get(TODAY).text
    assert "A good day to begin." in text
    assert reverse("assessments:start") in text
    assert reverse("contacts:add") in text


def test_what_is_due_or_overdue_waits_and_nothing_else(page: Client, user: User) -> None:
    ada = ContactFactory.create(owner=user, given="Ada", family="Lovelace")
    FollowUpFactory.create(owner=user, what="Overdue", due_on=date(2026, 11, 20), contact=ada)
    FollowUpFactory.create(owner=user, what="Due now", due_on=date(2026, 11, 23))
    FollowUpFactory.create(owner=user, what="Tomorrow", due_on=date(2026, 11, 24))
    FollowUpFactory.create(owner=user, what="Finished", due_on=date(2026, 11, 1)).complete()
    FollowUpFactory.create(owner=user, what="Put off", due_on=date(2026, 11, 1)).snooze(date(2026, 12, 1))
    FollowUpFactory.create(owner=user, what="Put off till now", due_on=date(2026, 11, 1)).snooze(
        date(2026, 11, 23)
    )
    archived = ContactFactory.create(owner=user)
    FollowUpFactory.create(owner=user, what="Silent", due_on=date(2026, 11, 1), contact=archived)
    archived.archive()
    text = page.get(TODAY).text
    assert re.findall(r'<div class="what">\s*<p>([^<]+)', text) == ["Overdue", "Due now", "Put off till now"]
    assert "3 days ago" in text
    assert "Ada Lovelace" in text


def test_birthdays_of_the_next_two_weeks_stand_in_order(page: Client, user: User) -> None:
    for given, month, day, year in [
        ("Yesterday", 11, 22, None),
        ("Inside", 12, 7, 1980),
        ("Outside", 12, 8, 1980),
        ("Now", 11, 23, None),
        ("Soon", 11, 30, 2000),
        ("Month only", 12, None, None),
    ]:
        ContactFactory.create(owner=user, given=given, birth_month=month, birth_day=day, birth_year=year)
    ContactFactory.create(owner=user, given="Gone", birth_month=11, birth_day=23).archive()
    text = page.get(TODAY).text
    people = re.findall(r'<a href="[^"]+">(\w+) Family\d+</a>', text)
    assert people == ["Now", "Soon", "Inside"]
    assert "turns 26" in text
    assert "in 14 days" in text


@pytest.mark.parametrize(
    ("leap_day", "today", "seen"),
    [
        ("feb28", "2027-02-28", "today"),
        ("mar1", "2027-02-28", "tomorrow"),
        ("mar1", "2027-02-14", None),
        ("feb28", "2027-02-14", "in 14 days"),
        ("feb28", "2027-03-01", None),
        ("feb28", "2028-02-28", "tomorrow"),
        ("feb28", "2028-02-29", "today"),
    ],
)
def test_a_leap_day_is_kept_as_its_owner_chose(
    client: Client, user: User, leap_day: str, today: str, seen: str | None
) -> None:
    user.leap_day = leap_day
    user.save()
    ContactFactory.create(owner=user, given="Leap", birth_month=2, birth_day=29)
    with time_machine.travel(f"{today}T12:00:00Z", tick=False):
        client.force_login(user)
        text = client.get(TODAY).text
    assert ("Leap" in text) == (seen is not None)
    assert seen is None or re.search(rf">\s*{seen}</span>", text)


def test_around_new_year_birthdays_are_seen(client: Client, user: User) -> None:
    ContactFactory.create(owner=user, given="January", birth_month=1, birth_day=2, birth_year=1990)
    with time_machine.travel("2026-12-30T12:00:00Z", tick=False):
        client.force_login(user)
        text = client.get(TODAY).text
    assert "January" in text
    assert "turns 37" in text


def test_a_check_that_was_begun_goes_on_where_it_stopped(page: Client, user: User) -> None:
    taken = check(user, finished=False)
    taken.record(taken.questions[0], "yes")
    assert reverse("assessments:question", args=[taken.uid, 2]) in page.get(TODAY).text


def test_who_never_took_the_check_is_invited(page: Client, user: User) -> None:
    ContactFactory.create(owner=user)
    assert "Take the check" in page.get(TODAY).text


@pytest.mark.parametrize(("days_ago", "again"), [(1, False), (91, False), (92, True)])
def test_after_a_season_the_check_is_offered_again(
    page: Client, user: User, days_ago: int, again: bool  # noqa: FBT001
) -> None:  # fmt: skip
    taken = check(user, days_ago, finished=True)
    text = page.get(TODAY).text
    assert ("Take it again" in text) == again
    assert (reverse("assessments:result", args=[taken.uid]) in text) == again


@pytest.mark.parametrize(
    ("days_ago", "choice", "again"),
    [
        (92, {"months": None}, False),
        (400, {"months": None}, False),
        (92, {"months": 6}, False),
        (31, {"months": 1}, True),
        (92, {"months": None, "on": date(2026, 11, 24)}, False),
        (5, {"months": None, "on": date(2026, 11, 23)}, True),
    ],
)
def test_the_check_is_offered_again_when_its_owner_chose(
    page: Client, user: User, days_ago: int, choice: dict[str, object], again: bool  # noqa: FBT001
) -> None:  # fmt: skip
    check(user, days_ago, finished=True)
    Retake.objects.of(user).update(**choice)
    assert ("Take it again" in page.get(TODAY).text) == again


def test_of_two_that_are_due_the_one_due_longest_is_offered(page: Client, user: User) -> None:
    check(user, 100, finished=True)
    ours = check(user, 200, finished=True, perspective="organisation")
    text = page.get(TODAY).text
    assert "As an organisation" in text
    assert "?as=organisation" in text
    assert reverse("assessments:result", args=[ours.uid]) in text
    assert text.count("Take it again") == 1


def test_nothing_of_a_stranger_is_shown(page: Client, user: User, stranger: User) -> None:
    ContactFactory.create(owner=user)
    ContactFactory.create(owner=stranger, given="Canary", birth_month=11, birth_day=23)
    FollowUpFactory.create(owner=stranger, what="Canary", due_on=date(2026, 11, 1))
    check(stranger, finished=False)
    text = page.get(TODAY).text
    assert "Canary" not in text
    assert "Continue the check" not in text


def test_today_costs_the_same_for_one_and_for_many(
    page: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    page.get(TODAY)
    costs = []
    for n in (1, 40):
        for _ in range(n):
            ada = ContactFactory.create(owner=user, birth_month=11, birth_day=24)
            FollowUpFactory.create(owner=user, contact=ada, due_on=date(2026, 11, 1))
            check(user, finished=True)
            check(user, finished=False)
        with django_assert_max_num_queries(16) as queries:
            page.get(TODAY)
        costs.append(len(queries))
    assert len(set(costs)) == 1
