"""The check as somebody takes it who has no account yet: with the keyboard alone, and without scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assessments.models import Assessment
from netvalue.accounts.models import User
from tests.e2e.conftest import VIEWS, View, faults_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page
    from pytest_django import Settings

    from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.usefixtures("many_checks")

YES, PARTLY, NO, SKIP = "1", "2", "3", "0"
ANSWERS = [YES, YES, PARTLY, YES, NO, YES, SKIP, YES, PARTLY, YES]
NOTE = "Lea & Jonas – „bald“"


@dataclass(frozen=True)
class Words:
    begin: str
    question: str
    answers: dict[str, str]
    note: str
    note_label: str
    go_on: str
    sure: str
    finish: str
    verdict: str
    counted: str
    ring: str
    no_petal: str
    open_petal: str
    keep: str
    name: str
    email: str
    password: str
    make: str
    kept: str
    history: str


ENGLISH = Words(
    begin="Begin the check",
    question="Question {} of 10: ",
    answers={YES: "Yes", PARTLY: "Partly", NO: "No", SKIP: "Skip for now"},
    note="A note to yourself",
    note_label="Your note",
    go_on="Continue",
    sure="Are these your answers?",
    finish="Finish the check",
    verdict="So far, yes and questions stand side by side, and some of it is still open.",
    counted="6 yes · 2 partly · 1 no · 1 open",
    ring="6 yes: Authenticity, Dialogue, ",
    no_petal="5 Reciprocity: No",
    open_petal="7 Clean motives: Open",
    keep="Create an account",
    name="Your name",
    email="E-mail address",
    password="Password",
    make="Create an account",
    kept="Your check is in your history now.",
    history="All checks",
)
GERMAN = Words(
    begin="Den Check beginnen",
    question="Frage {} von 10: ",
    answers={YES: "Ja", PARTLY: "Teils", NO: "Nein", SKIP: "Später beantworten"},
    note="Eine Notiz für dich",
    note_label="Deine Notiz",
    go_on="Weiter",
    sure="Sind das deine Antworten?",
    finish="Check abschließen",
    verdict="Bisher stehen Ja und Fragen nebeneinander, und manches ist noch offen.",
    counted="6 Ja · 2 Teils · 1 Nein · 1 offen",
    ring="6 Ja: Echtheit, Dialog, ",
    no_petal="5 Gegenseitigkeit: Nein",
    open_petal="7 Beweggründe: Offen",
    keep="Konto anlegen",
    name="Dein Name",
    email="E-Mail-Adresse",
    password="Passwort",
    make="Konto anlegen",
    kept="Dein Check steht jetzt in deinem Verlauf.",
    history="Alle Checks",
)


@pytest.fixture
def many_checks(settings: Settings) -> None:
    """All tests come from one address, and the count of an hour outlives them."""
    settings.VISITOR_CHECKS_PER_HOUR = 100_000


class Taker:
    """Somebody who takes the check in their own language."""

    def __init__(self, page: Page, words: Words) -> None:
        self.page = page
        self.words = words

    def begins(self) -> None:
        self.page.goto("/")
        self.page.get_by_role("button", name=self.words.begin).first.click()

    def stands_at(self, number: int) -> None:
        expect(self.page).to_have_title(re.compile(rf"^{self.words.question.format(number)}"))

    def answer(self, key: str) -> Locator:
        return self.page.get_by_role("radio", name=re.compile(rf"^{self.words.answers[key]}\b"))

    def note(self) -> Locator:
        return self.page.get_by_label(self.words.note_label)

    def goes_on(self) -> None:
        self.page.get_by_role("button", name=self.words.go_on, exact=True).click()

    def has_the_result(self) -> None:
        expect(self.page.get_by_role("heading", level=1)).to_have_text(self.words.verdict)
        expect(self.page.get_by_text(self.words.counted, exact=True)).to_be_visible()
        ring = self.page.get_by_role("group", name=self.words.ring)
        expect(ring.get_by_role("link")).to_have_count(10)
        expect(ring.get_by_role("link", name=self.words.no_petal)).to_be_visible()
        expect(ring.get_by_role("link", name=self.words.open_petal)).to_be_visible()
        expect(self.page.get_by_text(NOTE)).to_be_visible()

    def signs_up(self, email: str) -> None:
        self.page.get_by_role("link", name=self.words.keep).click()
        self.page.get_by_label(self.words.name).fill("Lea")
        self.page.get_by_label(self.words.email).fill(email)
        self.page.get_by_label(self.words.password, exact=True).fill("a long enough sentence")
        self.page.get_by_role("button", name=self.words.make).click()

    def keeps_it(self) -> None:
        """The same result stands there, nobody asks for an account, and the history lists it."""
        expect(self.page.get_by_text(self.words.kept)).to_be_visible()
        self.has_the_result()
        expect(self.page.get_by_role("link", name=self.words.keep)).to_have_count(0)
        self.page.get_by_role("link", name=self.words.history).click()
        listed = self.page.get_by_role("listitem").filter(has_text=self.words.counted)
        expect(listed.get_by_role("link")).to_have_count(1)


def test_with_the_keyboard_alone_then_signed_up_and_kept(visitor: Visitor) -> None:
    page = visitor.page()
    taker = Taker(page, ENGLISH)
    taker.begins()
    for number, key in enumerate(ANSWERS, 1):
        taker.stands_at(number)
        if number == 3:
            page.get_by_text(ENGLISH.note).focus()
            page.keyboard.press("Enter")
            taker.note().fill(NOTE)
        page.get_by_role("radio").first.focus()
        page.keyboard.press(key)
        expect(taker.answer(key)).to_be_checked()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(ENGLISH.sure)
    page.get_by_role("button", name=ENGLISH.finish).focus()
    page.keyboard.press("Enter")
    taker.has_the_result()
    assert faults_of(page, VIEWS[:2]) == []
    taker.signs_up("lea@example.org")
    taker.keeps_it()
    assert User.objects.get(email="lea@example.org").name == "Lea"


def test_without_scripts_and_in_german(visitor: Visitor) -> None:
    page = visitor.page(View(390, language="de"), java_script_enabled=False)
    taker = Taker(page, GERMAN)
    taker.begins()
    for number, key in enumerate(ANSWERS, 1):
        taker.stands_at(number)
        if number == 3:
            page.get_by_text(GERMAN.note).click()
            taker.note().fill(NOTE)
        taker.answer(key).check()
        taker.goes_on()
    expect(page.get_by_role("heading", level=1)).to_have_text(GERMAN.sure)
    page.get_by_role("button", name=GERMAN.finish).click()
    taker.has_the_result()
    taker.signs_up("lea@example.org")
    taker.keeps_it()
    assert User.objects.get(email="lea@example.org").language == "de"


def test_nothing_is_lost_by_going_back_or_leaving(visitor: Visitor) -> None:
    taker = begun(visitor)
    page = taker.page
    taker.answer(PARTLY).check()
    taker.goes_on()
    taker.stands_at(2)
    page.get_by_text(ENGLISH.note).click()
    taker.note().fill(NOTE)
    page.get_by_role("button", name="Back").click()
    taker.stands_at(1)
    expect(taker.answer(PARTLY)).to_be_checked()
    page.get_by_role("button", name="Continue later").click()
    page.get_by_role("link", name="Continue where you were").click()
    taker.stands_at(2)
    expect(taker.note()).to_have_value(NOTE)


def begun(visitor: Visitor, view: View | None = None) -> Taker:
    taker = Taker(visitor.page(view), ENGLISH)
    taker.begins()
    taker.stands_at(1)
    return taker


def test_zero_skips_and_the_last_digit_counts(visitor: Visitor) -> None:
    taker = begun(visitor)
    taker.answer(NO).focus()
    for key in (PARTLY, SKIP, YES):
        taker.page.keyboard.press(key)
        expect(taker.answer(key)).to_be_checked()
    taker.page.keyboard.press("Enter")
    taker.stands_at(2)


def test_digits_in_a_note_are_only_digits(visitor: Visitor) -> None:
    taker = begun(visitor)
    taker.page.get_by_text(ENGLISH.note).click()
    taker.note().press_sequentially("2 of 3")
    expect(taker.note()).to_have_value("2 of 3")
    expect(taker.page.get_by_role("radio", checked=True)).to_have_count(0)


def test_an_error_takes_the_focus_and_leads_to_the_answers(visitor: Visitor) -> None:
    taker = begun(visitor, View(390))
    taker.goes_on()
    expect(taker.page.get_by_role("alert")).to_be_focused()
    assert faults_of(taker.page, VIEWS[:1]) == []
    taker.page.get_by_role("alert").get_by_role("link").click()
    expect(taker.answer(YES)).to_be_focused()


def test_nothing_is_lost_by_going_back_in_the_browser(visitor: Visitor) -> None:
    taker = begun(visitor)
    taker.answer(PARTLY).check()
    taker.page.get_by_text(ENGLISH.note).click()
    taker.note().fill(NOTE)
    taker.goes_on()
    taker.stands_at(2)
    taker.page.go_back()
    expect(taker.answer(PARTLY)).to_be_checked()
    expect(taker.note()).to_have_value(NOTE)
    taker.page.reload()
    expect(taker.note()).to_have_value(NOTE)


def test_a_double_click_answers_one_question_once(visitor: Visitor) -> None:
    taker = begun(visitor)
    taker.answer(YES).check()
    taker.page.get_by_role("button", name="Continue", exact=True).dblclick(no_wait_after=True)
    taker.stands_at(2)
    taker.page.wait_for_load_state("networkidle")
    check = Assessment.objects.get()
    assert check.answers.count() == 1
    assert check.counts().yes == 1


def test_a_double_click_begins_one_check(visitor: Visitor) -> None:
    page = visitor.page()
    page.goto("/check/")
    page.get_by_role("button", name="Begin").dblclick(no_wait_after=True)
    taker = Taker(page, ENGLISH)
    taker.stands_at(1)
    page.wait_for_load_state("networkidle")
    taker.answer(YES).check()
    taker.goes_on()
    taker.stands_at(2)
    assert Assessment.objects.get().counts().yes == 1
