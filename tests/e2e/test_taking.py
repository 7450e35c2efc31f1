"""Taking the check in a real browser: keys, tabs, history, languages, devices. Nothing typed is lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assessments.models import Answer, Assessment
from tests.e2e.conftest import VIEWS, View, faults_of
from tests.factories import UserFactory

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from pytest_django import Settings

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

YES, PARTLY, NO, SKIP = "1", "2", "3", "0"
LABELS = {YES: "Yes", PARTLY: "Partly", NO: "No", SKIP: "Skip for now"}
PASSWORD = "a long enough sentence"


@pytest.fixture(autouse=True)
def _many_checks(settings: Settings) -> None:
    """All tests come from one address, and the count of an hour outlives them."""
    settings.VISITOR_CHECKS_PER_HOUR = 100_000


def begin(page: Page) -> str:
    """Begins a check, and its address."""
    page.goto("/check/")
    page.get_by_role("button", name="Begin").click()
    stands_at(page, 1)
    return re.sub(r"\d+/$", "", page.url)


def stands_at(page: Page, number: int) -> None:
    """At the whole page of that question: its title, the bar above and the foot below."""
    expect(page).to_have_title(re.compile(rf"^Question {number} of 10: "))
    expect(page.get_by_role("link", name="NetValue")).to_be_visible()
    expect(page.get_by_role("group", name="Language")).to_be_visible()


def answer(page: Page, key: str) -> Locator:
    return page.get_by_role("radio", name=re.compile(rf"^{LABELS[key]}\b"))


def note(page: Page) -> Locator:
    field = page.get_by_label("Your note")
    if not field.is_visible():
        page.get_by_text("A note to yourself").click()
    return field


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue", exact=True).click()


def chosen(page: Page) -> Locator:
    return page.get_by_role("radio", checked=True)


# --- Keys ------------------------------------------------------------------------------------------------


def test_digits_and_enter_alone_take_it_from_the_first_to_the_last_question(visitor: Visitor) -> None:
    """The question has the focus, so that nobody needs the Tab key first."""
    page = visitor.page()
    begin(page)
    for number, key in enumerate([YES, PARTLY, NO, SKIP, YES, YES, NO, PARTLY, SKIP, YES], 1):
        stands_at(page, number)
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        page.keyboard.press(key)
        expect(answer(page, key)).to_be_checked()
        page.keyboard.press("Enter")
    expect(page).to_have_title(re.compile("^Your answers"))
    counts = Assessment.objects.get().counts()
    assert (counts.yes, counts.partly, counts.no, counts.open) == (4, 2, 2, 2)


@pytest.mark.parametrize("held", ["ctrlKey", "altKey", "metaKey", "shiftKey"])
def test_a_digit_with_another_key_is_the_browsers_own(visitor: Visitor, held: str) -> None:
    page = visitor.page()
    begin(page)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    prevented = page.evaluate(
        """([held, key]) => {
          const down = new KeyboardEvent("keydown", {key, [held]: true, bubbles: true, cancelable: true})
          document.querySelector("h1").dispatchEvent(down)
          return down.defaultPrevented
        }""",
        [held, "@" if held == "shiftKey" else "2"],
    )
    assert prevented is False
    expect(chosen(page)).to_have_count(0)


def test_while_a_word_is_being_composed_digits_choose_among_words(visitor: Visitor) -> None:
    page = visitor.page()
    begin(page)
    prevented = page.evaluate(
        """() => {
          const how = {key: "2", isComposing: true, bubbles: true, cancelable: true}
          const down = new KeyboardEvent("keydown", how)
          document.querySelector("input[name=answer]").dispatchEvent(down)
          return down.defaultPrevented
        }"""
    )
    assert prevented is False
    expect(chosen(page)).to_have_count(0)


def test_elsewhere_on_the_page_digits_do_nothing(visitor: Visitor) -> None:
    page = visitor.page()
    begin(page)
    field = note(page)
    elsewhere = [
        page.get_by_role("button", name="Continue later"),
        page.get_by_role("link", name="NetValue"),
        page.get_by_role("button", name="Deutsch"),
        page.get_by_text("Why we ask"),
        field,
    ]
    for place in elsewhere:
        place.focus()
        page.keyboard.press("2")
    expect(chosen(page)).to_have_count(0)
    expect(field).to_have_value("2")


# --- Tabs and clicks -------------------------------------------------------------------------------------


def test_two_tabs_answer_different_questions_and_the_same_one(visitor: Visitor) -> None:
    first = visitor.page()
    check = begin(first)
    second = first.context.new_page()
    second.goto(f"{check}2/")
    answer(first, YES).check()
    answer(second, NO).check()
    go_on(second)
    go_on(first)
    stands_at(first, 2)
    expect(answer(first, NO)).to_be_checked()
    second.goto(f"{check}1/")
    first.goto(f"{check}1/")
    answer(second, PARTLY).check()
    note(second).fill("the later one")
    answer(first, NO).check()
    go_on(first)
    go_on(second)
    stands_at(second, 2)
    given = {it.question: (it.value, it.note) for it in Answer.objects.all()}
    assert given == {"authenticity": ("partly", "the later one"), "dialogue": ("no", "")}


def test_what_is_sent_after_the_end_in_another_tab_is_given_back(visitor: Visitor) -> None:
    first = visitor.page()
    check = begin(first)
    answer(first, YES).check()
    go_on(first)
    stands_at(first, 2)
    second = first.context.new_page()
    second.goto(f"{check}review/")
    note(first).fill("long thought\nabout")
    answer(first, PARTLY).check()
    second.get_by_role("button", name="Finish the check").click()
    expect(second).to_have_title(re.compile("^Check of "))
    go_on(first)
    expect(first).to_have_title(re.compile("^This check is finished"))
    expect(first.get_by_text("You had chosen “Partly”.")).to_be_visible()
    expect(first.get_by_label("What you had written")).to_have_value("long thought\nabout")
    assert faults_of(first, VIEWS[:2]) == []
    first.get_by_role("link", name="To the result").click()
    expect(first).to_have_title(re.compile("^Check of "))


def test_a_check_deleted_in_another_tab_gives_the_answer_back(visitor: Visitor) -> None:
    first = visitor.page()
    begin(first)
    answer(first, YES).check()
    go_on(first)
    stands_at(first, 2)
    second = first.context.new_page()
    second.goto("/check/")
    second.get_by_role("link", name=re.compile("^Discard")).click()
    second.get_by_role("button", name="Discard").click()
    expect(second.get_by_text("The check was discarded.")).to_be_visible()
    note(first).fill("long thought")
    go_on(first)
    expect(first).to_have_title(re.compile("^This is not here"))
    expect(first.get_by_label("What you had written")).to_have_value("long thought")
    assert faults_of(first, VIEWS[:2]) == []
    assert not Assessment.objects.exists()


# --- Back, forward, reload -------------------------------------------------------------------------------


def test_back_forward_and_reload_show_whole_pages_at_every_step(visitor: Visitor) -> None:
    page = visitor.page()
    begin(page)
    for number in range(1, 11):
        stands_at(page, number)
        page.reload()
        stands_at(page, number)
        answer(page, YES).check()
        go_on(page)
        if number < 10:
            stands_at(page, number + 1)
        else:
            expect(page).to_have_title(re.compile("^Your answers"))
        page.go_back()
        stands_at(page, number)
        expect(answer(page, YES)).to_be_checked()
        page.go_forward()
    expect(page).to_have_title(re.compile("^Your answers"))
    page.reload()
    expect(page).to_have_title(re.compile("^Your answers"))
    assert Assessment.objects.get().counts().yes == Answer.objects.count() == 10


def test_after_the_end_every_way_back_leads_to_the_result(visitor: Visitor) -> None:
    page = visitor.page()
    begin(page)
    for number in (1, 2):
        stands_at(page, number)
        answer(page, YES).check()
        go_on(page)
    stands_at(page, 3)
    page.goto(re.sub(r"3/$", "review/", page.url))
    page.get_by_role("button", name="Finish the check").click()
    result = re.compile("^Check of ")
    expect(page).to_have_title(result)
    result_at = page.url
    page.reload()
    expect(page).to_have_title(result)
    for _ in range(3):  # the review, and questions
        page.go_back()
        expect(page).to_have_title(result)
        expect(page).to_have_url(result_at)
    page.go_forward()
    expect(page).to_have_title(result)
    assert Answer.objects.count() == 2


# --- Languages and devices -------------------------------------------------------------------------------


def test_the_language_changes_midway_with_everything_unsent(visitor: Visitor) -> None:
    page = visitor.page(View(390))
    begin(page)
    answer(page, PARTLY).check()
    note(page).fill("not sent yet")
    page.get_by_role("button", name="Deutsch").click()
    expect(page).to_have_title(re.compile("^Frage 1 von 10: Bin ich online"))
    expect(page.get_by_role("radio", name=re.compile("^Teils"))).to_be_checked()
    expect(page.get_by_label("Deine Notiz")).to_have_value("not sent yet")
    page.get_by_role("button", name="Weiter", exact=True).click()
    expect(page).to_have_title(re.compile("^Frage 2 von 10: "))
    page.get_by_role("button", name="English").click()
    stands_at(page, 2)
    assert Assessment.objects.get().counts().partly == 1


def sign_in(page: Page, user: User) -> None:
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_begun_on_a_phone_and_finished_at_a_desk(visitor: Visitor) -> None:
    user = UserFactory.create()
    phone = visitor.page(View(390))
    begin(phone)
    for number in range(1, 5):
        stands_at(phone, number)
        if number == 2:
            note(phone).fill("from the train")
        answer(phone, YES).check()
        go_on(phone)
    stands_at(phone, 5)
    phone.get_by_role("button", name="Continue later").click()
    phone.get_by_role("link", name="Sign in", exact=True).click()
    sign_in(phone, user)
    expect(phone.get_by_text("Your check is in your history now.")).to_be_visible()
    desk = visitor.page()
    desk.goto("/accounts/login/")
    sign_in(desk, user)
    desk.get_by_role("link", name="Continue the check").click()
    stands_at(desk, 5)
    for number in range(5, 11):
        stands_at(desk, number)
        answer(desk, NO).check()
        go_on(desk)
    expect(desk.get_by_text("from the train")).to_be_visible()
    desk.get_by_role("button", name="Finish the check").click()
    expect(desk).to_have_title(re.compile("^Check of "))
    phone.reload()
    expect(phone.get_by_role("link", name=re.compile("^Continue where you were"))).to_have_count(0)
    counts = Assessment.objects.get(owner=user).counts()
    assert (counts.yes, counts.no, counts.open) == (4, 6, 0)


def test_who_signs_in_in_another_tab_sends_the_open_question_once_more(visitor: Visitor) -> None:
    user = UserFactory.create()
    first = visitor.page()
    begin(first)
    answer(first, YES).check()
    go_on(first)
    stands_at(first, 2)
    second = first.context.new_page()
    second.goto("/accounts/login/")
    sign_in(second, user)
    expect(second).to_have_url(re.compile("/today/$"))
    answer(first, PARTLY).check()
    note(first).fill("typed before signing in")
    go_on(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("This page was out of date.")
    expect(first.get_by_label("What you had written")).to_have_value("typed before signing in")
    assert faults_of(first, VIEWS[:2]) == []
    first.get_by_role("button", name="Send it once more").click()
    stands_at(first, 3)
    given = {it.question: (it.value, it.note) for it in Answer.objects.filter(owner=user)}
    assert given == {"authenticity": ("yes", ""), "dialogue": ("partly", "typed before signing in")}


def test_a_note_far_too_long_is_still_there_after_going_back(visitor: Visitor) -> None:
    page = visitor.page()
    begin(page)
    note(page).fill("x" * 2_700_000)
    answer(page, YES).check()
    go_on(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("That was too much at once.")
    page.go_back()
    stands_at(page, 1)
    assert len(page.get_by_label("Your note").input_value()) == 2_700_000
