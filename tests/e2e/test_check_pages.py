"""The check in a real browser: every page clean, the keyboard, and the whole way without an account."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assessments.models import Assessment
from tests.e2e.conftest import VIEWS, View

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

ANSWERS = ["yes"] * 6 + ["partly", "partly", "no", None]


def taken(user: User, answers: list[str | None], perspective: str = "person") -> Assessment:
    check = Assessment.objects.create(owner=user, language="en", perspective=perspective)
    for question, answer in zip(check.questions, answers, strict=False):
        check.record(question, answer, "A note\nof two lines")
    return check


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_the_first_page_is_clean(visitor: Visitor, view: View) -> None:
    assert visitor.faults("/check/", view) == []


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("page", ["3/", "review/"])
def test_a_check_under_way_is_clean(visitor: Visitor, user: User, page: str, view: View) -> None:
    check = taken(user, ANSWERS)
    assert visitor.faults(f"/check/{check.uid}/{page}", view, user) == []


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_result_and_history_are_clean(visitor: Visitor, user: User, view: View) -> None:
    for perspective in ("person", "organisation"):
        check = taken(user, ANSWERS, perspective)
        check.finish()
    taken(user, ["yes"])
    assert visitor.faults(f"/check/{check.uid}/", view, user) == []
    assert visitor.faults("/check/history/", view, user) == []


@pytest.mark.parametrize("view", VIEWS[:2], ids=str)
def test_an_empty_history_is_clean(visitor: Visitor, user: User, view: View) -> None:
    assert visitor.faults("/check/history/", view, user) == []


def choice(page: Page, answer: str) -> Locator:
    return page.get_by_role("radio", name=re.compile(f"^{answer}\\b"))


def begun(page: Page) -> None:
    page.goto("/check/")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/1/")


def test_digits_choose_and_enter_goes_on(visitor: Visitor) -> None:
    page = visitor.page(View())
    begun(page)
    choice(page, "No").focus()
    page.keyboard.press("2")
    expect(choice(page, "Partly")).to_be_checked()
    page.keyboard.press("0")
    expect(choice(page, "Skip for now")).to_be_checked()
    page.keyboard.press("1")
    page.keyboard.press("Enter")
    page.wait_for_url("**/2/")
    assert visitor.complaints == []


def test_digits_in_a_note_are_only_digits(visitor: Visitor) -> None:
    page = visitor.page(View())
    begun(page)
    page.get_by_text("A note to yourself").click()
    page.get_by_label("Your note").press_sequentially("2 of 3")
    expect(page.get_by_label("Your note")).to_have_value("2 of 3")
    expect(page.locator("input:checked")).to_have_count(0)


def test_an_error_takes_the_focus_and_leads_to_the_answers(visitor: Visitor) -> None:
    page = visitor.page(View(390))
    begun(page)
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.locator(".error-summary a").click()
    expect(choice(page, "Yes")).to_be_focused()


def test_nothing_is_lost_by_going_back_in_the_browser(visitor: Visitor) -> None:
    page = visitor.page(View())
    begun(page)
    choice(page, "Partly").check()
    page.get_by_text("A note to yourself").click()
    page.get_by_label("Your note").fill("my sister")
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url("**/2/")
    page.go_back()
    expect(choice(page, "Partly")).to_be_checked()
    expect(page.get_by_label("Your note")).to_have_value("my sister")
    page.reload()
    expect(page.get_by_label("Your note")).to_have_value("my sister")


def test_a_double_click_answers_one_question_once(visitor: Visitor) -> None:
    page = visitor.page(View())
    begun(page)
    choice(page, "Yes").check()
    page.get_by_role("button", name="Continue", exact=True).dblclick(no_wait_after=True)
    page.wait_for_url("**/2/")
    page.wait_for_load_state("networkidle")
    check = Assessment.objects.get()
    assert check.answers.count() == 1
    assert check.counts().yes == 1


def test_a_double_click_begins_one_check(visitor: Visitor) -> None:
    page = visitor.page(View())
    page.goto("/check/")
    page.get_by_role("button", name="Begin").dblclick(no_wait_after=True)
    page.wait_for_url("**/1/")
    page.wait_for_load_state("networkidle")
    choice(page, "Yes").check()
    page.get_by_role("button", name="Continue", exact=True).click()
    page.wait_for_url("**/2/")
    assert Assessment.objects.get().counts().yes == 1


@pytest.mark.parametrize("script", [True, False])
def test_the_whole_way_without_an_account(visitor: Visitor, script: bool) -> None:  # noqa: FBT001 - a case
    page = visitor.page(View(390, "dark", "de"), java_script_enabled=script)
    page.goto("/check/")
    page.locator("form.question button").click()
    for answer in ("Ja", "Teils", "Nein", "Später beantworten") * 2 + ("Ja", "Ja"):
        choice(page, answer).check()
        page.get_by_role("button", name="Weiter", exact=True).click()
    page.get_by_role("button", name="Check abschließen").click()
    expect(page.locator("h1")).to_have_text("4 Ja · 2 Teils · 2 Nein · 2 offen")
    expect(page.get_by_role("link", name="3 Beständigkeit: Nein")).to_be_visible()
    expect(page.get_by_role("link", name="Konto anlegen")).to_be_visible()
    assert visitor.complaints == []
    assert Assessment.objects.get(uid=uuid.UUID(page.url.rstrip("/").rsplit("/", 1)[1])).finished_at
