"""One's own checks, newest first, as a person and as an organisation apart."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from assessments import questions
from assessments.models import Answer, Assessment

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

HISTORY = "/check/history/"


def taken(user: User, perspective: str = "person", days_ago: int = 0, *, finish: bool = True) -> Assessment:
    then = timezone.now() - timedelta(days=days_ago)
    check = Assessment.objects.create(owner=user, perspective=perspective, language="en", begun_at=then)
    for question, value in zip(check.questions, [Answer.YES, Answer.NO, Answer.PARTLY], strict=False):
        check.record(question, value, "a note", at=then)
    if finish:
        check.finish(at=then)
    return check


def queries(client: Client, url: str) -> int:
    client.get(url)  # the first page of a session notes the session, too
    with CaptureQueriesContext(connection) as caught:
        assert client.get(url).status_code == 200
    return len(caught)


@pytest.mark.django_db
def test_a_history_needs_an_account(client: Client) -> None:
    assertRedirects(
        client.get(HISTORY), "/accounts/login/?next=/check/history/", fetch_redirect_response=False
    )


def test_without_a_check_one_is_invited_to_take_it(signed_in: Client) -> None:
    assertContains(signed_in.get(HISTORY), "Ten questions, about three minutes.")


def test_checks_are_listed_newest_first_with_date_and_counts(signed_in: Client, user: User) -> None:
    old, new = taken(user, days_ago=90), taken(user, days_ago=1)
    page = signed_in.get(HISTORY).content.decode()
    assert page.index(str(new.uid)) < page.index(str(old.uid))
    assert page.replace("\N{NO-BREAK SPACE}", " ").count("1 yes · 1 partly · 1 no · 7 open") == 2
    assert page.count('class="chart wheel wheel-mini"') == 2


def test_person_and_organisation_are_separate(signed_in: Client, user: User) -> None:
    mine, ours = taken(user), taken(user, "organisation")
    page = signed_in.get(HISTORY)
    assertContains(page, mine.uid)
    assertNotContains(page, ours.uid)
    page = signed_in.get(HISTORY + "?as=organisation")
    assertContains(page, ours.uid)
    assertNotContains(page, mine.uid)


def test_who_only_took_it_as_an_organisation_sees_that(signed_in: Client, user: User) -> None:
    ours = taken(user, "organisation")
    page = signed_in.get(HISTORY)
    assertContains(page, ours.uid)
    assertNotContains(page, "segmented")


@pytest.mark.parametrize("query", ["?as=%00", "?as=nobody", "?page=0", "?page=x", "?page=999", "?page=%00"])
def test_an_address_that_makes_no_sense_shows_what_there_is(
    signed_in: Client, user: User, query: str
) -> None:
    check = taken(user)
    assertContains(signed_in.get(HISTORY + query), check.uid)


def test_an_unfinished_check_can_be_resumed_from_there(signed_in: Client, user: User) -> None:
    check = taken(user, finish=False)
    assertContains(signed_in.get(HISTORY), "Continue where you were")
    assertRedirects(
        signed_in.get(f"/check/{check.uid}/"), f"/check/{check.uid}/4/", fetch_redirect_response=False
    )


def test_a_strangers_checks_are_not_there(signed_in: Client, stranger: User) -> None:
    check = taken(stranger)
    assertNotContains(signed_in.get(HISTORY), check.uid)


def test_many_checks_take_as_many_queries_as_two(signed_in: Client, user: User) -> None:
    taken(user, days_ago=3)
    taken(user, "organisation", days_ago=2)
    taken(user, days_ago=1, finish=False)
    few = queries(signed_in, HISTORY)
    for day in range(25):
        taken(user, days_ago=day + 4)
        taken(user, days_ago=day, finish=False)
    assert queries(signed_in, HISTORY) == few
    assert queries(signed_in, HISTORY + "?page=2") == few


def test_the_pages_of_one_check_take_the_same_queries_however_much_is_answered(
    signed_in: Client, user: User
) -> None:
    check = Assessment.objects.create(owner=user, language="en")
    check.record(check.questions[0], Answer.YES)
    pages = [f"/check/{check.uid}/5/", f"/check/{check.uid}/review/"]
    few = [queries(signed_in, page) for page in pages]
    for question in questions.EDITIONS[1]:
        check.record(question, Answer.YES)
    assert [queries(signed_in, page) for page in pages] == few


def test_older_checks_are_on_further_pages(signed_in: Client, user: User) -> None:
    checks = [taken(user, days_ago=day) for day in range(21)]
    assertNotContains(signed_in.get(HISTORY), checks[-1].uid)
    assertContains(signed_in.get(HISTORY + "?page=2"), checks[-1].uid)
