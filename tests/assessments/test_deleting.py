"""A check is deleted as a whole, by whose it is, after it was said what goes with it."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from assessments.models import Answer, Assessment, Step
from assessments.reminders import RETAKE
from contacts.models import FollowUp
from netvalue.outbox.models import Schedule
from tests.assessments.taking import SEVEN_TWO_ONE, Taker

if TYPE_CHECKING:
    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

HISTORY, START = "/check/history/", "/check/"


def delete(taker: Taker) -> str:
    return reverse("assessments:delete", args=[taker.uid])


def test_looking_says_what_goes_and_deletes_nothing(signed_in: Client) -> None:
    taker = Taker(signed_in)
    taker.answer_all(SEVEN_TWO_ONE)
    taker.answer(3, "no", "a note")
    taker.answer(4, "open", "another")
    taker.finish()
    page = signed_in.get(delete(taker))
    assertContains(page, "Delete this check for good?")
    assertContains(page, "9 answers")
    assertContains(page, "2 notes")
    assertContains(page, "its place in your history")
    assertNotContains(page, "follow-ups")
    assert Answer.objects.count() == 10


def test_a_finished_check_is_deleted_with_its_answers_and_no_other(signed_in: Client) -> None:
    taker, other = Taker(signed_in), Taker(signed_in)
    for it in (taker, other):
        it.answer_all(SEVEN_TWO_ONE)
        it.finish()
    assertContains(signed_in.get(taker.result), delete(taker))
    assertRedirects(signed_in.post(delete(taker)), HISTORY, status_code=303, fetch_redirect_response=False)
    page = signed_in.get(HISTORY)
    assertContains(page, "The check was deleted.")
    assertNotContains(page, taker.uid)
    assert Assessment.objects.get() == other.check
    assert Answer.objects.count() == 10


def test_an_unfinished_check_is_discarded(signed_in: Client) -> None:
    taker = Taker(signed_in)
    taker.answer(1, "yes", "a note")
    for listing in (HISTORY, START):
        assertContains(signed_in.get(listing), delete(taker))
    page = signed_in.get(delete(taker))
    for words in ("Discard this check?", "one answer", "your note"):
        assertContains(page, words)
    assertNotContains(page, "in your history")
    signed_in.post(delete(taker))
    assertContains(signed_in.get(HISTORY), "The check was discarded.")
    assert not Assessment.objects.exists()


def test_what_is_not_there_is_not_said_to_go(signed_in: Client) -> None:
    taker = Taker(signed_in)
    page = signed_in.get(delete(taker))
    assertContains(page, "Nothing is answered in it yet.")
    assertNotContains(page, "What goes with it")
    taker.answer(1, "open", "a note")
    page = signed_in.get(delete(taker))
    assertContains(page, "your note")
    assertNotContains(page, "0 answers")


def test_a_visitor_may_do_it_too(client: Client) -> None:
    taker = Taker(client)
    taker.answer(1, "yes")
    assertContains(client.get(START), delete(taker))
    taker.finish()
    assertContains(client.get(taker.result), delete(taker))
    assertNotContains(client.get(delete(taker)), "history")
    assertRedirects(client.post(delete(taker)), START, status_code=303)
    assert not Assessment.objects.exists()


def test_a_check_that_was_only_begun_is_forgotten(client: Client) -> None:
    taker = Taker(client)
    assert client.get(delete(taker)).status_code == 200
    assertRedirects(client.post(delete(taker)), START, status_code=303)
    assert client.get(taker.at).status_code == 404


def test_a_step_on_a_day_stays_among_the_follow_ups(signed_in: Client, user: User) -> None:
    taker = Taker(signed_in)
    taker.answer(1, "no")
    taker.finish()
    follow_up = FollowUp.objects.create(owner=user, what="Tell somebody", due_on=date(2026, 12, 1))
    Step.objects.create(
        owner=user,
        assessment=taker.check,
        question="authenticity",
        follow_up=follow_up,
        taken_at=timezone.now(),
    )
    assertContains(signed_in.get(delete(taker)), "stay among your follow-ups")
    signed_in.post(delete(taker))
    assert not Step.objects.exists()
    assert FollowUp.objects.get() == follow_up


def test_the_reminder_of_the_next_check_follows_the_one_that_is_now_the_last(user: User) -> None:
    now = timezone.now()
    old, new = (
        Assessment.objects.create(owner=user, language="en", begun_at=now - timedelta(days=days))
        for days in (40, 1)
    )
    for check in (old, new):
        check.record(check.questions[0], Answer.YES)
        check.finish(at=check.begun_at)
    planned = Schedule.objects.of(user).filter(kind=RETAKE)
    after_new = planned.get().next_at
    new.remove()
    assert planned.get().next_at < after_new - timedelta(days=35)
    old.remove()
    assert not planned.exists()


def test_nobody_else_deletes_it(client: Client, user: User, stranger: User) -> None:
    owner, visitor, somebody = Client(), Client(), Client()
    owner.force_login(user)
    somebody.force_login(stranger)
    mine, theirs = Taker(owner), Taker(visitor)
    for taker in (mine, theirs):
        taker.answer(1, "yes")
    for other in (client, somebody):
        for taker in (mine, theirs):
            assert other.get(delete(taker)).status_code == 404
            assert other.post(delete(taker)).status_code == 404
    assert owner.post(delete(theirs)).status_code == visitor.post(delete(mine)).status_code == 404
    assert Answer.objects.count() == 2


def test_a_check_from_a_newer_version_can_be_deleted(signed_in: Client) -> None:
    taker = Taker(signed_in)
    taker.answer(1, "yes")
    taker.finish()
    Assessment.objects.filter(pk=taker.check.pk).delete()
    check = Assessment.objects.create(owner=taker_owner(signed_in), language="en", edition=77)
    Answer.objects.create(assessment=check, owner=check.owner, question="courage", value="yes")
    url = reverse("assessments:delete", args=[check.uid])
    assertContains(signed_in.get(f"/check/{check.uid}/", follow=True), url, status_code=409)
    assertContains(signed_in.get(url), "one answer")
    assertRedirects(signed_in.post(url), HISTORY, status_code=303)
    assert not Assessment.objects.exists()


def taker_owner(client: Client) -> User:
    user: User = client.get(HISTORY).context["user"]
    return user


# --- Two tabs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answered", [True, False], ids=["answered", "only begun"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_another_tab_sends_afterwards_is_given_back_and_begins_nothing(
    client: Client, language: str, *, answered: bool
) -> None:
    taker = Taker(client)
    if answered:
        taker.answer(1, "yes")
    client.post(delete(taker))
    typed = {"answer": "partly", "note": "what I typed\nfor long"}
    page = client.post(taker.question(2), typed, headers={"Accept-Language": language})
    assertContains(page, "what I typed\nfor long", status_code=404)
    assertContains(page, {"en": "“Partly”", "de": "„Teils“"}[language], status_code=404)
    assertContains(
        page,
        {"en": "What you have just sent was not saved.", "de": "nicht gespeichert"}[language],
        status_code=404,
    )
    assert client.post(taker.review).status_code == 404
    assert client.post(delete(taker)).status_code == 404
    assert not Assessment.objects.exists()


def test_answered_here_and_deleted_on_another_device(client: Client, user: User) -> None:
    here, there = Client(), Client()
    for device in (here, there):
        device.force_login(user)
    taker = Taker(here)
    taker.answer(1, "yes")
    there.post(delete(taker))
    assertContains(taker.answer(2, "no", "kept"), "kept", status_code=404)
    assert not Assessment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_deleting_and_answering_at_once_leaves_all_or_nothing(user: User) -> None:
    browser = Client()
    browser.force_login(user)
    for _ in range(10):
        taker = Taker(browser)
        taker.answer(1, "yes")
        together = threading.Barrier(3)
        said: list[int] = []

        def send(url: str, data: dict[str, str], together: threading.Barrier, said: list[int]) -> None:
            tab = Client()
            tab.cookies = browser.cookies
            together.wait()
            try:
                said.append(tab.post(url, data).status_code)
            finally:
                connection.close()

        posts = [(delete(taker), {}), (taker.question(2), {"answer": "no"}), (taker.review, {})]
        tabs = [threading.Thread(target=send, args=(*post, together, said)) for post in posts]
        for tab in tabs:
            tab.start()
        for tab in tabs:
            tab.join()
        assert len(said) == 3
        assert set(said) <= {303, 404, 409, 422}  # 422: its answers were gone before it was
        assert not Assessment.objects.exists()
        assert not Answer.objects.exists()
