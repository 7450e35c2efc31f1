"""The check from its first page to its result, as a visitor without JavaScript takes it."""

from __future__ import annotations

import re
import secrets
import threading
import uuid
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from assessments import questions
from assessments.models import Answer, Assessment
from assessments.scoring import Counts
from tests.assessments.taking import SEVEN_TWO_ONE, Taker

if TYPE_CHECKING:
    from pytest_django import Settings

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

ASKED = questions.EDITIONS[questions.current()]
START = "/check/"


def rows() -> tuple[int, int]:
    return Assessment.objects.count(), Answer.objects.count()


# --- The whole way ---------------------------------------------------------------------------------------


def test_a_visitor_takes_the_whole_check_and_sees_counts_without_a_total(client: Client) -> None:
    taker = Taker(client)
    assert taker.at == taker.question(1)
    last = taker.answer_all(SEVEN_TWO_ONE)
    assertRedirects(last, taker.review, status_code=303)
    assertRedirects(taker.finish(), taker.result, status_code=303)
    page = client.get(taker.result).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "7 yes · 2 partly · 1 no" in page
    assert "open" not in re.findall(r"<h1.*?</h1>", page, re.DOTALL)[0]
    assert "%" not in re.sub(r"<[^>]*>", "", page)


@pytest.mark.parametrize("perspective", questions.Perspective)
def test_every_question_is_asked_in_its_own_words_with_its_anchors(client: Client, perspective: str) -> None:
    taker = Taker(client, perspective)
    for question in ASKED:
        page = client.get(taker.question(question.number))
        asked = question.wording(perspective)
        for words in (asked.question, asked.why, asked.yes, asked.partly, asked.no):
            assertContains(page, words)
        assertContains(page, f"Question {question.number} of 10")
        assertNotContains(page, " checked")


def test_an_organisation_is_asked_in_its_own_words(client: Client) -> None:
    taker = Taker(client, "organisation")
    assertContains(client.get(taker.question(1)), ASKED[0].organisation.question)
    taker.answer(1, "yes")
    assert taker.check.perspective == "organisation"


def test_somebody_signed_in_takes_it_the_same_way(signed_in: Client, user: User) -> None:
    taker = Taker(signed_in)
    taker.answer_all(SEVEN_TWO_ONE)
    taker.finish()
    check = taker.check
    assert (check.owner, check.visitor, check.counts()) == (user, None, Counts(7, 2, 1, 0))


# --- Beginning -------------------------------------------------------------------------------------------


def test_looking_at_the_first_page_leaves_no_trace(client: Client) -> None:
    response = client.get(START)
    assert response.status_code == 200
    assert "netvalue_session" not in response.cookies
    assert rows() == (0, 0)


def test_a_check_is_stored_from_its_first_answer(client: Client) -> None:
    taker = Taker(client)
    client.get(taker.at)
    assert rows() == (0, 0)
    taker.answer(1, "yes")
    assert rows() == (1, 1)


def test_the_same_form_sent_twice_begins_one_check(client: Client) -> None:
    form = uuid.uuid4()
    first = Taker(client, form=form)
    first.answer(1, "yes")
    again = Taker(client, form=form)
    assert again.uid == first.uid
    assert again.at == first.question(2)
    assert rows() == (1, 1)


def test_the_other_perspective_of_the_same_form_is_another_check(client: Client) -> None:
    form = uuid.uuid4()
    assert Taker(client, "person", form).uid != Taker(client, "organisation", form).uid


def test_a_form_whose_check_is_finished_leads_to_its_result(client: Client) -> None:
    form = uuid.uuid4()
    taker = Taker(client, form=form)
    taker.answer(1, "no")
    taker.finish()
    assert Taker(client, form=form).at == taker.result


@pytest.mark.parametrize(
    "form", [{}, {"uid": "x", "perspective": "person"}, {"uid": str(uuid.UUID(int=1)), "perspective": "\0"}]
)
def test_a_form_that_cannot_be_is_answered_with_words(client: Client, form: dict[str, str]) -> None:
    response = client.post(START, form)
    assertContains(response, "error-summary", status_code=422)


def test_the_first_page_offers_what_is_unfinished(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    assertContains(client.get(START), taker.result)
    taker.finish()
    assertContains(client.get(START), "Your last check")


def test_the_last_check_of_a_visitor_is_the_one_finished_last(client: Client) -> None:
    first, second = Taker(client), Taker(client)
    for taker in (first, second):
        taker.answer(1, "yes")
    second.finish()
    first.finish()
    assertContains(client.get(START), f'href="{first.result}"')


# --- Answering -------------------------------------------------------------------------------------------


def test_each_step_is_saved_and_shown_again_after_back_and_reload(client: Client) -> None:
    taker = Taker(client)
    assertRedirects(taker.answer(1, "partly", "My <b>cousin</b>"), taker.question(2), status_code=303)
    page = client.get(taker.question(1)).content.decode()
    assert re.search(r'value="partly"[^>]* checked', page)
    assert "My &lt;b&gt;cousin&lt;/b&gt;" in page
    assert re.search(r"<details[^>]* open>.*cousin", page, re.DOTALL)


def test_an_answer_can_be_changed_until_the_end(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "no", "at first")
    taker.answer(1, "yes", "")
    answer = Answer.objects.get()
    assert (answer.value, answer.note) == ("yes", "")


def test_nothing_chosen_is_said_at_the_question_and_keeps_the_note(client: Client) -> None:
    taker = Taker(client)
    response = taker.answer(1, "", "I am not sure yet")
    assert response.status_code == 422
    page = response.content.decode()
    assert "<title>Error: Question 1 of 10" in page
    assert page.count("Choose one of the answers") == 2
    assert 'href="#id_answer"' in page
    assert 'id="id_answer"' in page
    assert "I am not sure yet" in page
    assert rows() == (0, 0)


@pytest.mark.parametrize("answer", ["maybe", "YES", "\0", "yes\0", "null", "é" * 10_000])
def test_an_answer_that_does_not_exist_is_refused(client: Client, answer: str) -> None:
    taker = Taker(client)
    assert taker.answer(1, answer).status_code == 422
    assert rows() == (0, 0)


def test_skipping_leaves_a_question_open_and_goes_on(client: Client) -> None:
    taker = Taker(client)
    assertRedirects(taker.answer(1, "open", "later"), taker.question(2), status_code=303)
    answer = Answer.objects.get()
    assert (answer.value, answer.note) == (None, "later")
    assert re.search(r'value="open"[^>]* checked', client.get(taker.question(1)).content.decode())


def test_resuming_leads_to_the_first_open_question_then_to_the_review_then_to_the_result(
    client: Client,
) -> None:
    taker = Taker(client)
    assertRedirects(client.get(taker.result), taker.question(1))
    taker.answer(1, "yes")
    taker.answer(2, "open")
    taker.answer(3, "no")
    assertRedirects(client.get(taker.result), taker.question(2))
    taker.answer_all(SEVEN_TWO_ONE)
    assertRedirects(client.get(taker.result), taker.review)
    taker.finish()
    assert client.get(taker.result).status_code == 200


def test_going_back_keeps_what_was_chosen(client: Client) -> None:
    taker = Taker(client)
    assertRedirects(taker.answer(2, "no", "kept", action="back"), taker.question(1), status_code=303)
    assert Answer.objects.get().note == "kept"
    assertRedirects(taker.answer(1, action="back"), START, status_code=303)
    assert Answer.objects.count() == 1


def test_a_note_alone_is_kept_when_leaving(client: Client) -> None:
    taker = Taker(client)
    assertRedirects(taker.answer(3, "", "only a note", action="later"), START, status_code=303)
    answer = Answer.objects.get()
    assert (answer.question, answer.value, answer.note) == ("lasting-ties", None, "only a note")


def test_leaving_leads_to_ones_history_and_can_be_resumed(signed_in: Client) -> None:
    taker = Taker(signed_in)
    history = reverse("assessments:history")
    assertRedirects(taker.answer(1, "yes", action="later"), history, status_code=303)
    assertContains(signed_in.get(history), taker.result)


def test_a_question_changed_from_the_review_returns_to_the_review(client: Client) -> None:
    taker = Taker(client)
    taker.answer_all(SEVEN_TWO_ONE)
    assertContains(client.get(taker.review), taker.question(4) + "?review")
    assertContains(client.get(taker.question(4) + "?review"), f'action="{taker.question(4)}?review"')
    assertRedirects(taker.answer(4, "no", query="?review"), taker.review, status_code=303)
    assert taker.check.counts() == Counts(6, 2, 2, 0)


def test_enter_goes_on_instead_of_back(client: Client) -> None:
    """The first button that belongs to the form is the one that Enter presses."""
    page = client.get(Taker(client).at).content.decode()
    first = re.findall(r'<button[^>]*form="q"[^>]*>', page)[0]
    assert "name=" not in first


# --- Reviewing and finishing -----------------------------------------------------------------------------


def test_the_review_shows_every_answer_with_its_note(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes", "first\nsecond")
    page = client.get(taker.review)
    assertContains(page, "first<br>second")
    assertContains(page, "9 questions are still open")
    assert all(question.aspect in page.content.decode() for question in ASKED)


def test_finishing_with_open_questions_leaves_them_open(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    taker.finish()
    assert taker.check.counts() == Counts(1, 0, 0, 9)
    assertContains(client.get(taker.result), "9\N{NO-BREAK SPACE}open")


def test_a_check_without_any_answer_is_not_finished(client: Client) -> None:
    taker = Taker(client)
    asked = client.get(taker.review)
    assertContains(asked, "Answer at least one question")
    assertNotContains(asked, "You can finish all the same")
    assertContains(taker.finish(), "Answer at least one question", status_code=422)
    taker.answer(1, "open")
    assert taker.finish().status_code == 422
    assert taker.check.finished_at is None


def test_finishing_twice_finishes_once(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    taker.finish()
    then = taker.check.finished_at
    assertRedirects(taker.finish(), taker.result, status_code=303)
    assert taker.check.finished_at == then


def test_a_finished_check_is_no_longer_asked(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    taker.finish()
    assertRedirects(client.get(taker.question(1)), taker.result)
    assertRedirects(client.get(taker.review), taker.result, status_code=303)


@pytest.mark.parametrize("answer", ["no", "", "nonsense"])
def test_a_late_answer_changes_nothing_and_loses_nothing(client: Client, answer: str) -> None:
    taker = Taker(client)
    taker.answer(1, "yes", "then")
    taker.finish()
    response = taker.answer(1, answer, "a late thought")
    assertContains(response, "This check is finished", status_code=409)
    assertContains(response, "a late thought", status_code=409)
    given = Answer.objects.get()
    assert (given.value, given.note) == ("yes", "then")


# --- The result ------------------------------------------------------------------------------------------


def test_the_ring_says_its_finding_in_words(client: Client) -> None:
    taker = Taker(client)
    taker.answer_all(["yes", "partly", *["open"] * 8])
    taker.finish()
    page = client.get(taker.result).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "1 yes: Authenticity; 1 partly: Dialogue; 8 open: Lasting ties, " in page
    assert 'aria-label="2 Dialogue: Partly"' in page


def test_up_to_three_small_steps_are_offered_no_before_partly(client: Client) -> None:
    taker = Taker(client)
    taker.answer_all(["partly", "partly", "partly", "no", *["yes"] * 6])
    taker.finish()
    steps = re.findall(r'<ol class="next">(.*?)</ol>', client.get(taker.result).content.decode(), re.DOTALL)
    assert re.findall(r"<h3>(.*?)</h3>", steps[0]) == [
        ASKED[3].person.step,
        ASKED[0].person.step,
        ASKED[1].person.step,
    ]


def test_ten_yeses_need_no_steps(client: Client) -> None:
    taker = Taker(client)
    taker.answer_all(["yes"] * 10)
    taker.finish()
    page = client.get(taker.result)
    assertNotContains(page, 'id="steps"')
    assertContains(page, "Every question has found")


def test_a_visitor_is_told_until_when_the_check_stays(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    taker.finish()
    page = client.get(taker.result)
    assertContains(page, "Without an account it is deleted on")
    assertContains(page, reverse("account_signup") + "?next=" + taker.result)


def test_who_has_an_account_is_not_asked_to_make_one(signed_in: Client) -> None:
    taker = Taker(signed_in)
    taker.answer(1, "yes")
    taker.finish()
    assertNotContains(signed_in.get(taker.result), "Without an account")


def test_where_nobody_may_sign_up_nobody_is_invited_to(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "closed"
    taker = Taker(client)
    taker.answer(1, "yes")
    taker.finish()
    assertNotContains(client.get(taker.result), reverse("account_signup"))


# --- In German, and from one language to the other ----------------------------------------------------------


def test_all_pages_speak_german(client: Client) -> None:
    german = {"Accept-Language": "de"}
    assertContains(client.get(START, headers=german), "Um wessen Netzwerk geht es?")
    taker = Taker(client)
    assertContains(
        client.get(taker.at, headers=german), "Bin ich online derselbe Mensch wie von Angesicht zu Angesicht?"
    )
    taker.answer_all(SEVEN_TWO_ONE)
    assertContains(client.get(taker.review, headers=german), "Sind das deine Antworten?")
    taker.finish()
    page = client.get(taker.result, headers=german).content.decode().replace("\N{NO-BREAK SPACE}", " ")
    assert "7 Ja · 2 Teils · 1 Nein" in page
    assert "Vermisst werden" in page


def test_the_language_may_change_midway_and_the_answers_stay(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    client.post(taker.question(2), {"answer": "no"}, headers={"Accept-Language": "de"})
    assert taker.check.counts() == Counts(1, 0, 1, 8)
    assert taker.check.language == "en"


@pytest.mark.parametrize("who", ["visitor", "user"])
def test_another_language_keeps_what_was_chosen_and_typed(client: Client, user: User, who: str) -> None:
    """The buttons belong to the form of the question, so that nothing unsent is lost."""
    if who == "user":
        client.force_login(user)
    taker = Taker(client)
    here = taker.question(2) + "?review"
    assertContains(client.get(here), 'form="q" name="language" value="de"')
    response = taker.answer(2, "partly", "not sent yet", query="?review", language="de")
    assertRedirects(response, here, status_code=303, fetch_redirect_response=False)
    page = client.get(here)
    assertContains(page, '<html lang="de"')
    assertContains(page, "not sent yet")
    assertContains(page, "Suche ich echte Gespräche")
    assert re.search(r'value="partly"[^>]* checked', page.content.decode())
    user.refresh_from_db()
    assert user.language == ("de" if who == "user" else "en")
    assertContains(client.get(taker.review), "Sind das deine Antworten?")


def test_another_language_asks_for_no_answer(client: Client) -> None:
    taker = Taker(client)
    assertRedirects(taker.answer(1, "", "", language="de"), taker.question(1), status_code=303)
    assert rows() == (0, 0)


@pytest.mark.parametrize("language", ["fr", "\0", "de\0", "x" * 10_000])
def test_a_language_that_nobody_speaks_here_loses_nothing(client: Client, language: str) -> None:
    taker = Taker(client)
    assertContains(taker.answer(1, "yes", "what I typed", language=language), "what I typed", status_code=422)


def test_german_numbers_never_reach_the_drawing(client: Client) -> None:
    taker = Taker(client)
    taker.answer_all(SEVEN_TWO_ONE)
    taker.finish()
    page = client.get(taker.result, headers={"Accept-Language": "de"}).content.decode()
    assert "<svg" in page
    assert not re.findall(r'="-?\d+,\d', page)


# --- What must not be ------------------------------------------------------------------------------------


def test_to_a_stranger_a_check_does_not_exist(client: Client, user: User, stranger: User) -> None:
    client.force_login(user)
    taker = Taker(client)
    taker.answer(1, "yes", "a canary")
    nobody, somebody = Client(), Client()
    somebody.force_login(stranger)
    other_visitor = Client()
    Taker(other_visitor).answer(1, "no")
    for other in (nobody, somebody, other_visitor):
        for url in (taker.result, taker.review, taker.question(1)):
            assert other.get(url).status_code == 404
            assert other.post(url, {"answer": "no"}).status_code == 404
    assert taker.check.counts() == Counts(1, 0, 0, 9)


def test_a_visitors_check_is_no_user_s_and_no_other_visitors(client: Client, user: User) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    other = Client()
    other.force_login(user)
    assert other.get(taker.question(1)).status_code == 404
    assert Client().get(taker.question(1)).status_code == 404


def test_the_id_of_somebody_elses_form_opens_nothing(client: Client, user: User) -> None:
    """Whoever learns the id of a form begins under the same uid, but comes to see only what is theirs."""
    form = uuid.uuid4()
    taker = Taker(client, form=form)
    taker.answer(1, "yes", "a canary")
    other = Client()
    other.force_login(user)
    thief = Taker(other, form=form)
    assert thief.uid == taker.uid
    assertNotContains(other.get(thief.at), "a canary")
    assert thief.answer(1, "no").status_code == 404
    assert taker.check.owner is None
    assert taker.check.counts() == Counts(1, 0, 0, 9)


@pytest.mark.parametrize("number", ["0", "11", "-1", "1.5", "9" * 30, "9" * 5000, "x"])
def test_a_question_that_does_not_exist_is_not_found(client: Client, number: str) -> None:
    taker = Taker(client)
    url = f"/check/{taker.uid}/{number}/"
    assert client.get(url).status_code == 404
    assert client.post(url, {"answer": "yes"}).status_code == 404


@pytest.mark.parametrize("uid", [uuid.UUID(int=0), uuid.uuid4(), "x", "%00"])
def test_a_check_that_does_not_exist_is_not_found(client: Client, uid: object) -> None:
    assert client.get(f"/check/{uid}/").status_code == 404
    assert client.get(f"/check/{uid}/1/").status_code == 404


def test_a_note_may_have_four_thousand_characters_whatever_the_browser_calls_a_line_break(
    client: Client,
) -> None:
    taker = Taker(client)
    note = "é\r\n" * 1999 + "éé"
    assert len(note.replace("\r\n", "\n")) == 4000
    assert taker.answer(1, "yes", note).status_code == 303
    assert Answer.objects.get().note == note.replace("\r\n", "\n")


def test_a_note_that_was_damaged_on_its_way_is_not_kept(client: Client) -> None:
    taker = Taker(client)
    response = taker.answer(1, "yes", "J\ufffdrgen")
    assertContains(response, "Some characters were damaged on their way here.", status_code=422)
    assertContains(response, "J\ufffdrgen</textarea>", status_code=422)
    assert rows() == (0, 0)


@pytest.mark.parametrize("length", [4001, 1_000_000])
def test_a_note_that_is_too_long_is_kept_on_the_page(client: Client, length: int) -> None:
    taker = Taker(client)
    response = taker.answer(1, "partly", "x" * length)
    assert response.status_code == 422
    page = response.content.decode()
    assert "x" * length in page
    assert "A note has room for 4000 characters" in page.replace(",", "")
    assert re.search(r'value="partly"[^>]* checked', page)
    assert rows() == (0, 0)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "what you typed should still be in its field"), ("de", "sollte noch in seinem Feld stehen")],
)
def test_a_post_over_the_limit_is_refused_with_what_to_do(client: Client, language: str, words: str) -> None:
    taker = Taker(client)
    typed = {"answer": "yes", "note": "x" * 2_700_000}
    response = client.post(taker.at, typed, headers={"Accept-Language": language})
    assertContains(response, words, status_code=400)
    assert rows() == (0, 0)


# --- A form that is out of date ----------------------------------------------------------------------------


@pytest.fixture
def careful() -> Client:
    """A browser whose forms need the right token."""
    return Client(enforce_csrf_checks=True, headers={"Origin": "http://testserver"})


def begun_with_care(client: Client) -> str:
    """The address of a first question, begun with the token that the page had."""
    client.get(START)
    form = {"uid": str(uuid.uuid4()), "perspective": "person", "csrfmiddlewaretoken": token(client)}
    return client.post(START, form)["Location"]


def token(client: Client) -> str:
    return client.cookies["netvalue_csrf"].value


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "what you sent is still here"), ("de", "Was du abgeschickt hast, ist noch hier")],
)
def test_a_form_that_is_out_of_date_can_be_sent_once_more(careful: Client, language: str, words: str) -> None:
    """As a tab is after somebody signed in in another one."""
    at = begun_with_care(careful)
    typed = {"answer": "partly", "note": "two words\n& more", "action": "next"}
    page = careful.post(at, typed | {"csrfmiddlewaretoken": "x" * 64}, headers={"Accept-Language": language})
    assertContains(page, words, status_code=403)
    assertContains(page, "two words\n&amp; more</textarea>", status_code=403)
    assertContains(page, f'action="{at}"', status_code=403)
    assertContains(page, "btn-primary", count=1, status_code=403)
    assert rows() == (0, 0)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.content.decode()))
    again = careful.post(at, fields | {"note": typed["note"]})
    assert again.status_code == 303
    answer = Answer.objects.get()
    assert (answer.value, answer.note) == ("partly", typed["note"])


@pytest.mark.django_db
@pytest.mark.parametrize("origin", ["", "null", "https://elsewhere.example", "http://testserver.example"])
def test_what_a_foreign_page_sends_is_not_offered_again(careful: Client, origin: str) -> None:
    at = begun_with_care(careful)
    page = careful.post(at, {"answer": "yes", "note": "lure lure"}, headers={"Origin": origin})
    assertContains(page, "This page was out of date.", status_code=403)
    assertNotContains(page, "lure", status_code=403)


@pytest.mark.django_db
def test_a_password_is_never_written_into_a_page(careful: Client) -> None:
    page = careful.post("/accounts/login/", {"login": "me@example.org", "password": "very secret"})
    assertContains(page, "This page was out of date.", status_code=403)
    assertNotContains(page, "secret", status_code=403)


@pytest.mark.parametrize("bad", ["%00", "a%00b", "%ED%A0%80", "%F0%9F", "%FF%FE"])
def test_bytes_that_are_no_text_break_nothing(client: Client, bad: str) -> None:
    taker = Taker(client)
    response = client.post(
        taker.at, f"answer=yes&note={bad}", content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code in {303, 422}
    if "%00" in bad:
        assertContains(response, "Null characters", status_code=422)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["visitor", "user"])
def test_two_clicks_at_once_make_one_check_with_one_answer(
    client: Client, user: User, settings: Settings, who: str
) -> None:
    """And count as one: the last check that an address may begin in an hour is not refused."""
    if who == "user":
        client.force_login(user)
    taker = Taker(client)
    client.get(taker.at)
    settings.VISITOR_CHECKS_PER_HOUR = 1
    address = f"2001:db8:{secrets.token_hex(2)}:{secrets.token_hex(2)}::1"
    together = threading.Barrier(2)
    answers: list[int] = []

    def click() -> None:
        browser = Client(REMOTE_ADDR=address)
        browser.cookies = client.cookies
        together.wait()
        try:
            answers.append(browser.post(taker.at, {"answer": "yes"}).status_code)
        finally:
            connection.close()

    clicks = [threading.Thread(target=click) for _ in range(2)]
    for one in clicks:
        one.start()
    for one in clicks:
        one.join()
    assert answers == [303, 303]
    assert rows() == (1, 1)
    assert client.get(taker.review).status_code == 200


@pytest.mark.parametrize("number", [0, 11, 999_999_999_999])
@pytest.mark.parametrize("language", ["en", "de"])
def test_an_answer_to_a_question_that_is_not_asked_is_given_back(
    client: Client, number: int, language: str
) -> None:
    taker = Taker(client)
    typed = {"answer": "no", "note": "what I typed"}
    page = client.post(f"/check/{taker.uid}/{number}/", typed, headers={"Accept-Language": language})
    assertContains(page, "what I typed", status_code=404)
    assertContains(page, {"en": "“No”", "de": "„Nein“"}[language], status_code=404)
    assert rows() == (0, 0)


def test_an_answer_after_the_end_is_given_back(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    taker.finish()
    page = taker.answer(2, "partly", "what I typed")
    for words in ("This check is finished", "You had chosen “Partly”.", "what I typed"):
        assertContains(page, words, status_code=409)
    assert rows() == (1, 1)
