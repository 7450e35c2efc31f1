"""The frame around every page: menu, keys, toasts, language and light, with scripts and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import View

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

PHONE = View(390)


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_phone_the_rest_of_the_menu_is_behind_more(visitor: Visitor, user: User, scripts: bool) -> None:  # noqa: FBT001
    page = visitor.page(PHONE, user, java_script_enabled=scripts)
    page.goto("/today/")
    sign_out = page.get_by_role("button", name="Sign out")
    expect(sign_out).to_be_hidden()
    page.get_by_role("button", name="More").click()
    expect(sign_out).to_be_visible()
    page.keyboard.press("Escape")
    expect(sign_out).to_be_hidden()


def test_a_question_mark_asks_for_help_but_not_while_typing(visitor: Visitor, user: User) -> None:
    page = visitor.page(View(), user)
    page.goto("/settings/")
    page.get_by_label("Your name").press("?")
    expect(page).to_have_url(f"{visitor.origin}/settings/")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page).to_have_url(f"{visitor.origin}/help/")


def test_light_and_language_are_chosen_without_scripts(visitor: Visitor) -> None:
    page = visitor.page(View(), java_script_enabled=False)
    page.goto("/help/")
    page.get_by_role("button", name="Dark").click()
    expect(page).to_have_url(f"{visitor.origin}/help/")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Deutsch").click()
    expect(page.get_by_role("heading", name="Hilfe")).to_be_visible()
    expect(page.get_by_role("button", name="Dunkel")).to_have_attribute("aria-current", "true")


def test_a_request_that_fails_is_said_and_stays_said(visitor: Visitor, user: User) -> None:
    page = visitor.page(View(), user)
    page.clock.install()
    page.goto("/today/")
    page.evaluate("() => htmx.ajax('POST', '/no-such-page/', {target: '#main'})")
    toast = page.get_by_role("status").get_by_text("That did not work.")
    expect(toast).to_be_visible()
    page.clock.fast_forward("05:00")
    expect(toast).to_be_visible()
    page.get_by_role("button", name="Close").click()
    expect(toast).to_be_hidden()


def test_a_toast_leaves_by_itself_but_waits_while_one_looks(visitor: Visitor, user: User) -> None:
    page = visitor.page(View(), user)
    page.clock.install()
    page.goto("/settings/")
    page.get_by_role("button", name="Save").click()
    toast = page.locator("nv-toast")
    toast.hover()
    page.clock.fast_forward("01:00")
    expect(toast).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.fast_forward("00:11")
    expect(toast).to_have_count(0)
