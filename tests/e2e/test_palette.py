"""Going anywhere by keys alone, with scripts and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import View
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor


def opened(page: Page, path: str) -> None:
    """The page with its scripts at work: before them the same key leads to the palette's own page."""
    page.goto(path)
    expect(page.locator("[data-go]")).to_have_attribute("data-htmx-powered", "true")


def test_somebody_is_found_by_keys_from_any_page(visitor: Visitor, user: User) -> None:
    ada = ContactFactory.create(owner=user, given="Ada", family="Lovelace")
    page = visitor.page(View(), user)
    opened(page, "/help/")
    page.keyboard.press("Control+k")
    field = page.get_by_role("searchbox")
    expect(field).to_be_focused()
    field.press_sequentially("lovel")
    expect(
        page.get_by_role("dialog").get_by_role("link", name="Ada Lovelace", exact=False).first
    ).to_be_visible()
    expect(page).to_have_title("Help – NetValue")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visitor.origin}{ada.get_absolute_url()}")


def test_enter_goes_to_what_was_typed_and_not_to_what_was_shown_before(visitor: Visitor, user: User) -> None:
    ada = ContactFactory.create(owner=user, given="Ada", family="Lovelace")
    page = visitor.page(View(), user)
    opened(page, "/help/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("lovel")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{visitor.origin}{ada.get_absolute_url()}")


def test_arrows_walk_and_escape_closes(visitor: Visitor, user: User) -> None:
    page = visitor.page(View(), user)
    opened(page, "/settings/")
    page.locator("h1").click()
    page.keyboard.press("/")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("link", name="New contact")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    page.keyboard.press("Control+k")
    expect(dialog).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("")


def test_single_keys_do_nothing_when_switched_off(visitor: Visitor, user: User) -> None:
    page = visitor.page(View(), user)
    opened(page, "/settings/")
    page.get_by_label("the keys / and ?", exact=False).uncheck()
    page.get_by_role("button", name="Save").click()
    page.locator("h1").click()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page).to_have_url(f"{visitor.origin}/settings/")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog")).to_be_visible()


def test_without_scripts_it_is_a_page(visitor: Visitor, user: User) -> None:
    page = visitor.page(View(390), user, java_script_enabled=False)
    page.goto("/today/")
    page.get_by_role("link", name="Search").click()
    page.get_by_role("searchbox").fill("remind")
    page.get_by_role("button", name="Look").click()
    page.locator("#gone-to").get_by_role("link", name="Reminders").click()
    expect(page).to_have_url(f"{visitor.origin}{reverse('outbox:reminders')}")
