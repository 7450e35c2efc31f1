"""What a finished check says, and what it keeps to itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from assessments import questions
from assessments.models import Answer, Assessment
from tests.assessments.taking import SEVEN_TWO_ONE, Taker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.test import Client

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

YES, PARTLY, NO = Answer.YES, Answer.PARTLY, Answer.NO


def finished(
    holder: User, values: Sequence[Answer.Value | None], perspective: str = "person", note: str = ""
) -> Assessment:
    check = Assessment.objects.create(owner=holder, perspective=perspective, language="en")
    for question, value in zip(check.questions, values, strict=True):
        check.record(question, value, note)
    check.finish()
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
    assert "there are 7 yeses; were everything yes that is partly or open, there would be 9." in html


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
