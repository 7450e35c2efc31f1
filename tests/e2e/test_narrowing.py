"""The list narrowed, ordered and kept as a view in a real browser, with scripts and without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contacts.models import Circle, Membership
from tests.e2e.conftest import View
from tests.e2e.test_people import SCRIPTS, names
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor


@pytest.fixture
def some(user: User) -> None:
    choir = Circle.objects.create(owner=user, name="Choir")
    for name, closeness in {"Ada": 9, "Bo": 7, "Cy": 3}.items():
        contact = ContactFactory.create(owner=user, given=name, family="", closeness=closeness)
        if name != "Ada":
            Membership.objects.create(owner=user, circle=choir, contact=contact)


@SCRIPTS
@pytest.mark.usefixtures("some")
def test_a_list_is_narrowed_kept_found_again_and_let_go(
    visitor: Visitor, user: User, scripts: bool  # noqa: FBT001
) -> None:  # fmt: skip
    page = visitor.page(View(360), user, java_script_enabled=scripts)
    page.goto(reverse("contacts:list"))
    page.locator("summary", has_text="Filter").click()
    page.get_by_role("checkbox", name="Choir").check()
    page.get_by_role("checkbox", name="very close").check()
    page.get_by_role("checkbox", name="loose").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Closeness: loose remove this filter")).to_be_visible()
    assert names(page) == ["Cy"]
    page.get_by_role("link", name="Closeness: very close remove this filter").click()
    expect(page.get_by_role("link", name="Closeness: very close")).to_have_count(0)
    page.locator("summary", has_text="Order:").click()
    page.get_by_role("link", name="Closest first").click()
    expect(page.get_by_text("Those whose closeness is open stand at the end.")).to_be_visible()
    page.get_by_role("link", name="Save as a view").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("This field is required.").last).to_be_visible()
    page.get_by_label("Name of the view").fill("Far singers")
    page.get_by_role("button", name="Save").click()
    tabs = page.get_by_role("navigation", name="Saved views")
    expect(tabs.get_by_role("link", name="Far singers")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Choir remove this filter").click()
    tabs.locator("summary").click()
    tabs.get_by_role("button", name="Keep what is shown now").click()
    tabs.get_by_role("link", name="Everybody").click()
    expect(tabs.get_by_role("link", name="Everybody")).to_have_attribute("aria-current", "true")
    assert names(page) == ["Ada", "Bo", "Cy"]
    tabs.get_by_role("link", name="Far singers").click()
    expect(page).to_have_url(re.compile(r"closeness=3-4&sort=close&view="))
    tabs.locator("summary").click()
    tabs.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("is removed.")).to_be_visible()
    expect(tabs).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(tabs.get_by_role("link", name="Far singers")).to_be_visible()


@pytest.mark.usefixtures("some")
def test_filters_narrow_at_once_and_typing_keeps_them_and_the_focus(visitor: Visitor, user: User) -> None:
    page = visitor.page(View(), user)
    page.goto(reverse("contacts:list") + "?sort=close")
    page.locator("summary", has_text="Filter").press("Enter")
    page.get_by_role("checkbox", name="Choir").press("Space")
    expect(page.get_by_role("status").filter(has_text="2 contacts")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Choir")).to_be_focused()
    expect(page.get_by_role("link", name="Choir remove this filter")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("summary", has_text="Filter")).to_be_focused()
    search = page.get_by_role("searchbox")
    search.press_sequentially("b", delay=30)
    expect(page.get_by_role("status").filter(has_text="1 contact")).to_be_visible()
    expect(search).to_be_focused()
    assert names(page) == ["Bo"]
    assert re.search(r"q=b&circle=\d+&", page.url)
    assert "sort=close" in page.url
