"""What a finished check says, and what it keeps to itself."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from assessments import questions
from assessments.models import Answer, Assessment
from tests.assessments.taking import SEVEN_TWO_ONE, Taker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

YES, PARTLY, NO = Answer.YES, Answer.PARTLY, Answer.NO


def finished(
    holder: User,
    values: Sequence[Answer.Value | None],
    perspective: str = "person",
    note: str = "",
    days_ago: int = 0,
) -> Assessment:
    at = timezone.now() - timedelta(days=days_ago)
    check = Assessment.objects.create(
        owner=holder, perspective=perspective, language="en", begun_at=at, touched_at=at
    )
    for question, value in zip(check.questions, values, strict=True):
        check.record(question, value, note, at=at)
    check.finish(at=at)
    return check


def page(client: Client, check: Assessment, **headers: str) -> str:
    response = client.get(f"/check/{check.uid}/", headers=headers)
    assert response.status_code == 200
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def headline(html: str) -> str:
    return " ".join(re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)[0].split())


# --- The verdict -----------------------------------------------------------------------------------------


def test_the_headline_says_where_yes_stands_and_where_questions_remain(signed_in: Client, user: User) -> None:
    talks_to_itself = [YES, NO, *[YES] * 8]
    html = page(signed_in, finished(user, talks_to_itself))
    assert headline(html) == "Almost everywhere it is a yes; conversation is still a question."
    assert "9 yes · 0 partly · 1 no" in html


def test_the_counts_are_no_headline_and_nothing_is_summed(signed_in: Client, user: User) -> None:
    html = page(signed_in, finished(user, [YES] * 7 + [PARTLY] * 2 + [NO]))
    assert not re.search(r"\d", headline(html))
    assert "7 yes · 2 partly · 1 no" in html
    assert "%" not in re.sub(r"<[^>]*>", "", html)


def test_about_what_is_open_there_is_no_verdict(signed_in: Client, user: User) -> None:
    html = page(signed_in, finished(user, [NO, *[None] * 9]))
    assert headline(html) == "Most of it is still open, and what is open says nothing yet."
    assert "It does not count as a no." in html


def test_an_organisation_is_spoken_to_as_many_in_german(signed_in: Client, user: User) -> None:
    user.language = "de"
    user.save()
    values = [PARTLY, PARTLY, *[YES] * 8]
    mine, ours = finished(user, values), finished(user, values, "organisation")
    assert headline(page(signed_in, mine)).startswith("Was dich mit Menschen verbindet, ist ein Ja")
    assert headline(page(signed_in, ours)).startswith("Was euch mit anderen verbindet, ist ein Ja")


def test_how_to_read_it_is_told_once(signed_in: Client, user: User) -> None:
    html = page(signed_in, finished(user, [YES] * 7 + [PARTLY] * 2 + [NO]))
    assert html.count("leans a little towards yes") == 1
    assert "there are 7 yeses; if all that is partly or open were a yes, there would be 9." in html


# --- What moved ------------------------------------------------------------------------------------------


def moved(html: str) -> str:
    found = re.findall(r'<section[^>]*aria-labelledby="moved">.*?</section>', html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", found[0]).split())


def test_the_first_check_says_that_the_next_one_will_show_what_moved(signed_in: Client, user: User) -> None:
    html = page(signed_in, finished(user, [YES] * 10))
    assert moved(html) == "What moved After the next check you can read here what has moved since this one."


def test_what_moved_since_the_last_check_stands_with_both_notes(signed_in: Client, user: User) -> None:
    finished(user, [PARTLY] * 10, note="much longer ago", days_ago=200)
    finished(user, [YES, NO, *[YES] * 8], note="in spring", days_ago=100)
    html = moved(page(signed_in, finished(user, [PARTLY, YES, *[YES] * 8], note="in summer")))
    assert "1 towards yes · 1 towards no" in html
    assert "Authenticity Yes and now Partly Noted then in spring Noted now in summer" in html
    assert "Dialogue No and now Yes Noted then in spring Noted now in summer" in html
    assert "Lasting ties" not in html
    assert "That is within what chance does." in html
    assert "much longer ago" not in html


def test_the_two_checks_can_be_seen_side_by_side(signed_in: Client, user: User) -> None:
    then, now = finished(user, [NO] * 10, days_ago=100), finished(user, [YES] * 10)
    both = f"/check/history/compare/?then={then.uid}&amp;now={now.uid}"
    assert f'href="{both}"' in page(signed_in, now)
    assertContains(
        signed_in.get(both.replace("&amp;", "&")), "10 towards yes".replace(" ", "\N{NO-BREAK SPACE}")
    )


def test_a_visitor_who_took_it_twice_sees_what_moved_and_no_page_that_needs_an_account(
    client: Client,
) -> None:
    for answers in (["yes"] * 10, SEVEN_TWO_ONE):
        taker = Taker(client)
        taker.answer_all(answers)
        taker.finish()
    html = client.get(taker.result).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "3 towards no" in moved(html)
    assert "compare" not in moved(html)
    assert "/check/history/" not in html


def test_six_moves_one_way_go_beyond_chance(signed_in: Client, user: User) -> None:
    finished(user, [NO] * 6 + [YES] * 4, days_ago=100)
    html = moved(page(signed_in, finished(user, [PARTLY] * 6 + [YES] * 4)))
    assert "6 towards yes" in html
    assert "That is more than chance usually does." in html


def test_what_was_open_is_no_move_and_told_apart(signed_in: Client, user: User) -> None:
    finished(user, [None, NO, *[YES] * 8], days_ago=100)
    html = moved(page(signed_in, finished(user, [NO, None, *[YES] * 8])))
    assert "Newly answered : Authenticity." in html.replace("answered:", "answered :")
    assert "Left open this time : Dialogue." in html.replace("time:", "time :")
    assert "towards" not in html
    assert "chance" not in html


def test_that_nothing_moved_is_an_answer_too(signed_in: Client, user: User) -> None:
    for days_ago in (100, 0):
        check = finished(user, [YES] * 9 + [None], days_ago=days_ago)
    assert "Every answer is as it was then. That, too, is an answer." in moved(page(signed_in, check))


@pytest.mark.parametrize(("days_ago", "said"), [(14, True), (15, False)])
def test_a_repeat_within_two_weeks_is_marked(
    signed_in: Client, user: User, days_ago: int, *, said: bool
) -> None:
    finished(user, [YES] * 10, days_ago=days_ago)
    html = moved(page(signed_in, finished(user, [YES] * 9 + [NO])))
    assert ("At most two weeks lie between the two checks" in html) == said


def test_only_an_earlier_finished_check_of_the_same_holder_and_perspective_counts(
    signed_in: Client, user: User, stranger: User
) -> None:
    finished(user, [NO] * 10, "organisation", days_ago=3)
    finished(stranger, [NO] * 10, days_ago=2)
    begun = Assessment.objects.create(owner=user, language="en")
    begun.record(begun.questions[0], NO)
    check = finished(user, [YES] * 10, days_ago=1)
    finished(user, [NO] * 10)
    assert moved(page(signed_in, check)).startswith("What moved After the next check")


def test_five_hundred_checks_take_as_many_queries_as_two(
    signed_in: Client, user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    finished(user, [NO] * 10, note="then", days_ago=1000)
    check = finished(user, [YES] * 10, note="now")
    page(signed_in, check)
    with CaptureQueriesContext(connection) as few:
        page(signed_in, check)
    Assessment.objects.bulk_create(
        Assessment(owner=user, language="en", begun_at=at, finished_at=at)
        for day in range(1, 500)
        for at in [timezone.now() - timedelta(days=day)]
    )
    with django_assert_num_queries(len(few)):
        page(signed_in, check)


# --- The answers -----------------------------------------------------------------------------------------


def test_partly_and_no_are_shown_in_the_words_that_were_chosen(signed_in: Client, user: User) -> None:
    first, second, third, *_ = questions.EDITIONS[1]
    html = page(signed_in, finished(user, [YES, PARTLY, NO, *[None] * 7], note="Lea <& Jonas>"))
    assert first.person.yes not in html
    assert second.person.partly in html
    assert third.person.no in html
    assert html.count("Lea &lt;&amp; Jonas&gt;") >= 10


# --- Whose it is -----------------------------------------------------------------------------------------


def test_a_visitor_sees_the_same_and_is_offered_to_keep_it(client: Client) -> None:
    taker = Taker(client)
    taker.answer_all(SEVEN_TWO_ONE)
    taker.finish()
    shown = client.get(taker.result)
    assertContains(shown, "how you come across")
    assertContains(shown, "How to read this")
    assertContains(shown, "Would you like to keep this check?")
    assertNotContains(shown, "/check/history/")


def test_a_strangers_result_is_not_found(signed_in: Client, client: Client, stranger: User) -> None:
    check = finished(stranger, [YES] * 10)
    assert signed_in.get(f"/check/{check.uid}/").status_code == 404
    client.logout()
    assert client.get(f"/check/{check.uid}/").status_code == 404


def test_the_result_of_an_unfinished_check_leads_on_to_its_first_open_question(
    signed_in: Client, user: User
) -> None:
    check = Assessment.objects.create(owner=user, language="en")
    check.record(check.questions[0], YES)
    assertRedirects(signed_in.get(f"/check/{check.uid}/"), f"/check/{check.uid}/2/")
