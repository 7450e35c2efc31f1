"""Old checks keep their words when a new edition comes, and a check from a newer version breaks no page."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from assessments import questions
from assessments.models import Answer, Assessment, Retake, UnknownEditionError
from assessments.questions import FIRST, Perspective, Question
from assessments.reminder_kinds import retake_line
from assessments.scoring import Counts, State
from tests.assessments.taking import SEVEN_TWO_ONE, Taker
from tests.doors import Door, doors

if TYPE_CHECKING:
    from netvalue.accounts.models import User

UNHEARD_OF = 77


def reworded(question: Question, number: int, key: str = "") -> Question:
    """The same question in the words of an edition that does not exist."""

    def anew(perspective: Perspective) -> questions.Wording:
        wording = question.wording(perspective)
        return replace(wording, question=f"Anew, {wording.question}", step=f"Anew, {wording.step}")

    person, organisation = anew(Perspective.PERSON), anew(Perspective.ORGANISATION)
    return replace(question, number=number, key=key or question.key, person=person, organisation=organisation)


# The first question is a new one, all others moved by one place, and each is put in new words.
SECOND = (
    reworded(FIRST[9], 1, "courage"),
    *(reworded(question, number) for number, question in enumerate(FIRST[:9], 2)),
)


@pytest.fixture
def second_edition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(questions.EDITIONS, 2, SECOND)


# --- A new edition ---------------------------------------------------------------------------------------


@given(
    order=st.permutations(range(10)),
    kept=st.sets(st.integers(0, 9)),
    answers=st.lists(st.sampled_from([*Answer.Value.values, None]), min_size=10, max_size=10),
    perspective=st.sampled_from(Perspective),
)
def test_whatever_a_new_edition_asks_an_old_check_stays_as_it_was(
    order: list[int], kept: set[int], answers: list[str | None], perspective: Perspective
) -> None:
    def lines() -> list[tuple[object, ...]]:
        return [(it.question, it.wording, it.state, it.note) for it in check.lines()]

    check = Assessment(pk=1, edition=1, perspective=perspective)
    check._state.adding = False
    given = [
        Answer(question=question.key, value=value, note=question.aspect)
        for question, value in zip(FIRST, answers, strict=True)
    ]
    vars(check)["_prefetched_objects_cache"] = {"answers": given}
    before = lines()
    with pytest.MonkeyPatch.context() as patched:
        edition = tuple(
            reworded(FIRST[place], number, "" if place in kept else f"new-{place}")
            for number, place in enumerate(order, 1)
        )
        patched.setitem(questions.EDITIONS, 2, edition)
        assert lines() == before
        assert Assessment(perspective=perspective).edition == 2
        assert [it.question for it in Assessment(edition=2).lines()] == list(edition)


@pytest.mark.django_db
def test_checks_are_shown_in_the_words_they_were_answered_under(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = Taker(client)
    old.answer_all(SEVEN_TWO_ONE)
    old.finish()
    monkeypatch.setitem(questions.EDITIONS, 2, SECOND)
    new = Taker(client)
    assertContains(client.get(new.at), "Anew, Do I want to be someone whose absence is felt?")
    new.answer_all(SEVEN_TWO_ONE)
    new.finish()
    assert (old.check.edition, new.check.edition) == (1, 2)
    assertNotContains(client.get(old.result), "Anew, ")
    assertContains(client.get(new.result), "Anew, Am I the same person online as I am face to face?")
    assert new.check.answers.filter(question="courage").get().value == "yes"


@pytest.mark.django_db
@pytest.mark.parametrize("answered", [True, False], ids=["answered", "only begun"])
def test_a_check_goes_on_under_the_edition_it_was_begun_under(
    client: Client, monkeypatch: pytest.MonkeyPatch, *, answered: bool
) -> None:
    """Also if nothing was answered yet: the page with the first question may stand open for long."""
    taker = Taker(client)
    if answered:
        taker.answer(1, "yes")
    monkeypatch.setitem(questions.EDITIONS, 2, SECOND)
    assertContains(client.get(taker.question(3)), FIRST[2].person.question)
    taker.answer_all(SEVEN_TWO_ONE)
    assertNotContains(client.get(taker.review), "Anew, ")
    assert taker.check.edition == 1
    assert taker.check.counts() == Counts(7, 2, 1, 0)


@pytest.mark.django_db
def test_a_form_names_no_edition(client: Client, second_edition: None) -> None:
    """Whatever somebody adds to it, the check keeps its own."""
    taker = Taker(client)
    taker.answer(1, "yes", edition="1", question="authenticity")
    assert taker.check.edition == 2
    assert taker.check.lines()[0].state == State.YES


# --- An edition that this version does not know ------------------------------------------------------------


def foreign(user: User, *, finished: bool) -> Assessment:
    """A check as a newer version has left it."""
    at = timezone.now() - timedelta(days=3)
    check = Assessment.objects.create(owner=user, language="en", begun_at=at)
    for key in ("authenticity", "courage"):
        Answer.objects.create(assessment=check, owner=user, question=key, value="yes", note="kept")
    Assessment.objects.filter(pk=check.pk).update(edition=UNHEARD_OF, finished_at=at if finished else None)
    check.refresh_from_db()
    return check


def known(user: User) -> Assessment:
    check = Assessment.objects.create(owner=user, language="en")
    check.record(check.questions[0], Answer.NO)
    check.finish()
    return check


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "unfinished"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "questions that this version of NetValue does not know yet"),
        ("de", "kennt diese Version von NetValue noch nicht"),
    ],
)
def test_its_own_pages_say_so(
    signed_in: Client, user: User, language: str, words: str, *, finished: bool
) -> None:
    user.language = language
    user.save()
    check = foreign(user, finished=finished)
    for url in (f"/check/{check.uid}/", f"/check/{check.uid}/1/", f"/check/{check.uid}/review/"):
        assertContains(signed_in.get(url, follow=True), words, status_code=409)


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "unfinished"])
def test_it_is_neither_answered_nor_finished(signed_in: Client, user: User, *, finished: bool) -> None:
    check = foreign(user, finished=finished)
    before = list(Assessment.objects.values()), list(check.answers.values())
    typed = {"answer": "no", "note": "what I typed"}
    page = signed_in.post(f"/check/{check.uid}/1/", typed)
    assertContains(page, "what I typed", status_code=409)
    assertContains(page, "You had chosen “No”.", status_code=409)
    assert signed_in.post(f"/check/{check.uid}/review/").status_code == 409
    assert (list(Assessment.objects.values()), list(check.answers.values())) == before


@pytest.mark.django_db
def test_nothing_writes_over_it(user: User) -> None:
    check = foreign(user, finished=False)
    with pytest.raises(UnknownEditionError):
        check.record(FIRST[0], Answer.NO)
    with pytest.raises(UnknownEditionError):
        check.finish()


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "unfinished"])
@pytest.mark.parametrize("others", [0, 2])
def test_it_breaks_no_page_that_lists_checks(
    signed_in: Client, user: User, others: int, *, finished: bool
) -> None:
    check = foreign(user, finished=finished)
    others_of_mine = [known(user) for _ in range(others)]
    history = signed_in.get(reverse("assessments:history"))
    assertContains(history, reverse("assessments:result", args=[check.uid]))
    assertContains(
        history,
        "taken with questions that this version does not know yet"
        if finished
        else "A check from a newer version",
    )
    for other in others_of_mine:
        assertContains(history, other.uid)
    assert signed_in.get(reverse("assessments:start")).status_code == 200
    assertNotContains(signed_in.get(reverse("today")), check.uid)


DOORS = [door for door in doors() if door.name.startswith("assessments:")]
# They are about the guide, and need a text of their own.
ELSEWHERE = {"assessments:guide_remove", "assessments:guide_bring_back"}


def address(door: Door, uid: object) -> str:
    known: dict[str, object] = {"uid": uid, "number": 1, "key": "smile"}
    return reverse(door.name, kwargs={it: known[it] for it in door.parameters})


# What can be done without knowing its questions: delete it, and say when to take the next one.
WITHOUT_QUESTIONS = {"assessments:delete", "assessments:again"}


@pytest.mark.parametrize("finished", [True, False], ids=["finished", "unfinished"])
@pytest.mark.parametrize(
    "door",
    [it for it in DOORS if "uid" in it.parameters and it.name not in WITHOUT_QUESTIONS],
    ids=lambda door: door.name,
)
def test_every_door_to_it_says_so(signed_in: Client, user: User, door: Door, *, finished: bool) -> None:
    known(user)
    check = foreign(user, finished=finished)
    answers = list(check.answers.values())
    for method in (signed_in.get, signed_in.post):
        assert method(address(door, check.uid), follow=True).status_code in {404, 405, 409}
    assert list(check.answers.values()) == answers


@pytest.mark.parametrize("door", [it for it in DOORS if it.name not in ELSEWHERE], ids=lambda door: door.name)
def test_no_other_page_breaks_because_of_it(signed_in: Client, user: User, door: Door) -> None:
    first, _ = known(user), foreign(user, finished=True)
    for check in (first, known(user)):
        response = signed_in.get(address(door, check.uid))
        assert response.status_code in {200, 302, 303, 405}
        assert response.getvalue() is not None


def test_it_is_compared_with_nothing(signed_in: Client, user: User) -> None:
    mine, theirs = known(user), foreign(user, finished=True)
    for pair in ((mine, theirs), (theirs, mine)):
        response = signed_in.get("/check/history/compare/?then={}&now={}".format(*(it.uid for it in pair)))
        assert response.status_code < 500
        assertNotContains(response, "Traceback", status_code=response.status_code)


def test_it_is_exported_as_far_as_it_is_known(signed_in: Client, user: User) -> None:
    check, mine = foreign(user, finished=True), known(user)
    for kind in ("csv", "json"):
        text = signed_in.get(f"/check/history/checks.{kind}").getvalue().decode()
        assert str(mine.uid) in text
        assert str(check.uid) in text
        assert "courage" in text


@pytest.mark.django_db
def test_a_check_begun_under_a_newer_version_is_not_begun_here(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setitem(questions.EDITIONS, 2, SECOND)
        taker = Taker(client)
    response = taker.answer(1, "yes", "what I typed")
    assertContains(response, "what I typed", status_code=409)
    assert not Assessment.objects.exists()


@pytest.mark.django_db
def test_the_reminder_of_the_next_check_does_without_its_answers(user: User) -> None:
    retake = Retake(owner=user, perspective="person")
    day = date(2027, 3, 1)
    assert "Your last check" in retake_line(retake, known(user), day, day).what
    assert retake_line(retake, foreign(user, finished=True), day, day).what == "time for the next one."


@pytest.mark.django_db
def test_an_answer_to_an_unknown_question_is_left_alone(signed_in: Client, user: User) -> None:
    check = known(user)
    odd = Assessment.objects.create(owner=user, language="en")
    Answer.objects.create(assessment=odd, owner=user, question="courage", value="yes")
    assert signed_in.get(f"/check/{odd.uid}/review/").status_code == 200
    assertRedirects(signed_in.get(f"/check/{odd.uid}/"), f"/check/{odd.uid}/1/")
    assert signed_in.get(f"/check/{check.uid}/").status_code == 200
