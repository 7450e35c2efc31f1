"""The check as somebody takes it who has no account yet: by keyboard, by thumb, and without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import View

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Visitor

WORDS = {
    "en": {
        "begin": "Begin the check",
        "question": "Question {} of 10",
        "result": "7 yes · 2 partly · 1 no",
        "keep": "Create an account",
        "password": "Password",
        "make": "Make an account",
        "history": "Your checks",
    },
    "de": {
        "begin": "Den Check beginnen",
        "question": "Frage {} von 10",
        "result": "7 Ja · 2 Teils · 1 Nein",
        "keep": "Konto anlegen",
        "password": "Passwort",
        "make": "Konto anlegen",
        "history": "Deine Checks",
    },
}
DIGITS = "1112311211"


def answer_by_keyboard(page: Page, question: str) -> None:
    for number, digit in enumerate(DIGITS, start=1):
        expect(page).to_have_title(re.compile(f"^{question.format(number)}: "))
        page.locator("#id_answer").focus()
        page.keyboard.press(digit)
        page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_visitor_takes_the_check_signs_up_and_finds_it_again(visitor: Visitor, language: str) -> None:
    words = WORDS[language]
    page = visitor.page(View(language=language))
    page.goto("/")
    page.get_by_role("button", name=words["begin"]).first.click()
    answer_by_keyboard(page, words["question"])
    page.locator("main form .btn-primary").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(words["result"])
    result = page.url

    page.get_by_role("link", name=words["keep"]).click()
    page.locator("#id_email").fill("mara@example.org")
    page.get_by_label(words["password"], exact=True).fill("a long enough sentence")
    page.get_by_role("button", name=words["make"]).click()
    expect(page).to_have_url(result)
    expect(page.get_by_role("link", name=words["keep"])).to_have_count(0)

    page.goto("/check/history/")
    expect(page.get_by_role("heading", level=1)).to_have_text(words["history"])
    page.locator(".checks a").click()
    expect(page).to_have_url(result)
    assert visitor.complaints == []


def test_without_scripts_answers_are_kept_and_taken_up_again(visitor: Visitor) -> None:
    page = visitor.page(View(390), java_script_enabled=False)
    page.goto("/")
    page.get_by_role("button", name="Begin the check").first.click()
    page.get_by_text("Partly", exact=True).click()
    page.get_by_role("button", name="Continue", exact=True).click()
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Choose one of the answers")
    page.get_by_text("Yes", exact=True).click()
    page.get_by_role("button", name="Continue later").click()

    page.goto("/check/")
    page.get_by_text("Continue where you were").click()
    expect(page).to_have_title(
        "Question 3 of 10: Would I give up a quick win to keep a relationship that lasts? – NetValue"
    )
    page.get_by_role("button", name="Back").click()
    expect(page.locator("#id_answer")).to_be_checked()
