"""The guide in a browser: nothing typed is lost, and beside a question it stays out of the way."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from assessments.models import Assessment, GuideAnswer
from tests.factories import UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

SMILE = "/check/guide/smile/"


@pytest.fixture
def writer(db: None) -> User:
    user = UserFactory.create()
    for text, days in (("From Lea.", 400), ("From Jonas.", 3)):
        GuideAnswer.write(user, "smile", text, uuid4(), at=timezone.now() - timedelta(days=days))
    return user


def test_what_is_being_typed_stays_while_an_old_version_goes_and_comes_back(
    visitor: Visitor, writer: User
) -> None:
    page = visitor.page(user=writer)
    page.goto(SMILE)
    page.get_by_label("Your answer").fill("From Jonas, or")
    page.get_by_text("One other version").click()
    page.locator("#versions").get_by_role("button", name="Remove").click()
    back = page.locator("#versions").get_by_role("button", name="Bring back")
    expect(back).to_be_focused()
    expect(page.get_by_text("From Lea.")).to_have_count(0)
    expect(page.get_by_label("Your answer")).to_have_value("From Jonas, or")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#smile")).to_contain_text("From Jonas, or")
    page.goto(f"{SMILE}?page=1")
    page.locator("#versions").get_by_role("button", name="Bring back").click()
    expect(page.get_by_text("From Lea.")).to_be_visible()


def test_the_browser_asks_before_unsaved_words_are_left_behind(visitor: Visitor, writer: User) -> None:
    page = visitor.page(user=writer)
    page.goto(SMILE)
    page.get_by_label("Your answer").press_sequentially("And from Lea.")
    page.once("dialog", lambda dialog: dialog.dismiss())
    with page.expect_event("dialog") as asked:
        page.get_by_role("link", name="Cancel").click()
    assert asked.value.type == "beforeunload"
    expect(page).to_have_url(f"{visitor.origin}{SMILE}")
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(f"{visitor.origin}/check/guide/#smile")


def test_digits_and_enter_still_answer_a_question_with_the_guide_beside_it(
    visitor: Visitor, writer: User
) -> None:
    check = Assessment.objects.create(owner=writer, language="en")
    page = visitor.page(user=writer)
    page.goto(f"/check/{check.uid}/2/")
    expect(page.get_by_text("From Jonas.")).to_be_hidden()
    page.get_by_text("From your guide").click()
    expect(page.get_by_text("From Jonas.")).to_be_visible()
    page.get_by_role("radio").first.focus()
    page.keyboard.press("2")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visitor.origin}/check/{check.uid}/3/")
    assert check.states()["dialogue"] == "partly"
