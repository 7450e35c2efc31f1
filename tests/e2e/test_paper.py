"""A result on paper: two sheets at most, whatever its notes hold, and nothing of the page around it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assessments.models import NOTE_LENGTH, Answer, Assessment
from tests.e2e.conftest import View
from tests.factories import UserFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

# The longest verdict, every answer with its anchor, three steps.
VALUES = [Answer.NO, Answer.YES, Answer.PARTLY, Answer.NO, *[Answer.PARTLY] * 6]
COLOURS = """() => [...document.querySelectorAll(".paper, .paper *")]
  .filter(element => element.checkVisibility())
  .map(element => getComputedStyle(element).color)"""
LONG = "Ganz kannst du sie in NetValue lesen"
NOTES = {
    "words": "Donnerstagabend mit Jonas telefoniert, lange. " * 100,
    "one word": "Ü" * NOTE_LENGTH,
    "capitals": "W" * NOTE_LENGTH,
    "wide letters": "水" * NOTE_LENGTH,
    "lines": "ja\n" * (NOTE_LENGTH // 3),
    "empty lines": "\n" * (NOTE_LENGTH - 1) + "x",
    "stacked accents": ("e" + "\N{COMBINING ACUTE ACCENT}" * 9) * (NOTE_LENGTH // 10),
    "none": "",
}


def window(visitor: Visitor, language: str) -> tuple[Page, User]:
    """Somebody's window as a printer sees it."""
    owner = UserFactory.create(name="Friederike Überall-Hohenstein", language=language)
    page = visitor.page(View(language=language, theme="dark"), owner)
    page.emulate_media(media="print")
    return page, owner


def shows(page: Page, owner: User, note: str, perspective: str = "organisation") -> None:
    """The result of a check with ten such notes."""
    check = Assessment.objects.create(owner=owner, language=owner.language, perspective=perspective)
    for question, value in zip(check.questions, VALUES, strict=True):
        check.record(question, value, note[:NOTE_LENGTH])
    check.finish()
    page.goto(f"/check/{check.uid}/")


def sheets(page: Page) -> int:
    """How many sheets the browser would print."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize("language", ["en", "de"])
def test_it_takes_two_sheets_at_most_whatever_the_notes_hold(visitor: Visitor, language: str) -> None:
    page, owner = window(visitor, language)
    printed = {}
    for name, note in NOTES.items():
        shows(page, owner, note)
        printed[name] = sheets(page)
    assert {name: number for name, number in printed.items() if not 1 <= number <= 2} == {}


def test_a_note_that_is_cut_says_so_and_where_it_stands_whole(visitor: Visitor) -> None:
    page, owner = window(visitor, "de")
    shows(page, owner, NOTES["words"])
    expect(page.get_by_text(LONG)).to_be_visible()
    printed = page.locator(".note:visible").all_inner_texts()
    assert len(printed) == 10
    assert all(note.startswith("Donnerstagabend") and note.endswith(" …") for note in printed)
    page.emulate_media(media="screen")
    expect(page.get_by_text(LONG)).to_be_hidden()
    whole = page.locator(".note:visible").all_inner_texts()
    assert [len(note) for note in whole] == [len(NOTES["words"][:NOTE_LENGTH].rstrip())] * 10


def test_a_short_note_is_printed_as_it_is(visitor: Visitor) -> None:
    page, owner = window(visitor, "de")
    shows(page, owner, "Mit Jonas geredet.")
    expect(page.get_by_text(LONG)).to_have_count(0)
    assert page.locator(".note:visible").all_inner_texts() == ["Mit Jonas geredet."] * 10


def test_only_the_check_is_on_paper_with_room_for_a_date(visitor: Visitor) -> None:
    page, owner = window(visitor, "en")
    shows(page, owner, "", "person")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("As a person")).to_be_visible()
    expect(page.locator(".wheel")).to_be_visible()
    expect(page.get_by_text("By (date):")).to_have_count(3)
    for around in ("navigation", "button", "banner", "contentinfo"):
        assert not [it for it in page.get_by_role(around).all() if it.is_visible()]
    assert set(page.evaluate(COLOURS)) <= {"rgb(0, 0, 0)", "oklch(0 0 0)"}
