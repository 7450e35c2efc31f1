"""Who knows whom, by thumb, by keys and without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from contacts.models import Contact, Tie, TieRound
from tests.e2e.conftest import View
from tests.factories import UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor


@pytest.fixture
def mara(db: None) -> User:
    mara = UserFactory.create(name="Mara")
    for given in ("Ada", "Bo", "Cy", "Di"):
        Contact(owner=mara, given=given, closeness=5).keep()
    return mara


def ties() -> list[str]:
    return sorted(f"{tie.one} {tie.kind} {tie.other}" for tie in Tie.objects.kept())


def test_a_round_by_thumb_with_a_way_back(visitor: Visitor, mara: User) -> None:
    page = visitor.page(View(width=360), user=mara)
    page.goto("/contacts/")
    page.get_by_role("link", name="Who knows whom?").click()
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Whom does Ada know?")).to_be_focused()
    page.get_by_role("radiogroup", name="Bo").get_by_text("knows").click()
    page.get_by_role("radiogroup", name="Di").get_by_text("close").click()
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_role("heading", name="Whom does Bo know?")).to_be_focused()
    expect(page).to_have_url(re.compile("/2/$"))
    assert ties() == ["Ada close Di", "Ada knows Bo"]
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("radiogroup", name="Bo").get_by_role("radio", name="knows")).to_be_checked()
    page.get_by_role("radiogroup", name="Bo").get_by_role("radio", name="a stranger").check()
    page.get_by_role("button", name="Continue", exact=True).click()
    expect(page.get_by_text("Removed: Ada: knows Bo")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Removed: Ada: knows Bo")).to_have_count(0)
    # The browser's own way back, too, shows a whole page.
    page.go_back()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/contacts/ties/round/")
    page.get_by_role("link", name="Go on with 2 of 3").click()
    page.get_by_role("button", name="None of them").click()
    expect(page.get_by_role("heading", name="Whom does Cy know?")).to_be_focused()
    page.get_by_role("button", name="None of them").click()
    expect(page.get_by_text("You were asked about 6 pairs. 2 of them know each other")).to_be_visible()
    assert ties() == ["Ada close Di", "Ada knows Bo"]


def test_a_round_by_keys_alone(visitor: Visitor, mara: User) -> None:
    page = visitor.page(user=mara)
    page.goto("/contacts/ties/round/")
    page.get_by_role("button", name="Begin").press("Enter")
    expect(page.get_by_role("heading", name="Whom does Ada know?")).to_be_focused()
    for key in ("Tab", "1", "Tab", "2", "Tab", "1", "0", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_role("heading", name="Whom does Bo know?")).to_be_focused()
    assert ties() == ["Ada close Cy", "Ada knows Bo"]


def test_without_scripts_a_round_is_pages_and_ties_are_forms(visitor: Visitor, mara: User) -> None:
    page = visitor.page(user=mara, java_script_enabled=False)
    page.goto("/contacts/ties/round/")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("radiogroup", name="Cy").get_by_text("close").click()
    page.get_by_role("button", name="Continue later").click()
    expect(page.get_by_role("link", name="Go on with 1 of 3")).to_be_visible()
    assert TieRound.objects.get().reached == 0
    page.goto(Contact.objects.get(given="Ada").get_absolute_url())
    page.get_by_role("link", name="Add somebody").click()
    page.get_by_role("searchbox", name="Find somebody").fill("di")
    page.get_by_role("button", name="Find").click()
    page.get_by_text("Di", exact=True).click()
    page.get_by_text("child of").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Noted. Ada: child of Di.")).to_be_visible()
    page.get_by_role("link", name="Di", exact=True).click()
    page.get_by_role("link", name=re.compile("Change.*Whom they know")).click()
    page.get_by_role("link", name=re.compile("Change.*Ada")).click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("Removed: Di: mother or father of Ada")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    assert ties() == ["Ada close Cy", "Di parent Ada"]
