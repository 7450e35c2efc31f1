"""Many people at once, as somebody does it: ticking, asking, waiting, undoing; with scripts and without."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contacts.models import BulkChange, Circle, Contact, bulk
from tests.e2e.conftest import VIEWS, View, faults_of
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def people(user: User, many: int) -> list[Contact]:
    return [ContactFactory.create(owner=user, given=f"Given{n:02}", family="X") for n in range(many)]


@SCRIPTS
@pytest.mark.parametrize("width", [1280, 360])
def test_some_are_put_into_a_circle_and_out_again(
    visitor: Visitor, user: User, scripts: bool, width: int  # noqa: FBT001
) -> None:  # fmt: skip
    people(user, 4)
    page = visitor.page(View(width), user, java_script_enabled=scripts)
    page.goto(reverse("contacts:list"))
    for n in (0, 2):
        page.get_by_role("checkbox", name=f"Given{n:02} X").check()
    page.locator(".bulkbar summary").click()
    page.get_by_role("button", name="Put into a circle").click()
    expect(page.get_by_role("heading", name="Put 2 contacts into a circle")).to_be_visible()
    expect(page.get_by_text("Given00 X, Given02 X")).to_be_visible()
    page.get_by_role("button", name="Put into the circle").click()
    expect(page.get_by_text("Please choose a circle, or name a new one.").last).to_be_visible()
    page.get_by_label("Or a new circle").fill("Choir")
    page.get_by_role("button", name="Put into the circle").click()
    expect(page.get_by_text("2 contacts put into “Choir”.")).to_be_visible()
    assert Circle.objects.get().contacts.count() == 2
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Undone.")).to_be_visible()
    assert Circle.objects.get().contacts.count() == 0


def test_the_keyboard_and_the_mouse_select_alike(visitor: Visitor, user: User) -> None:
    people(user, 6)
    page = visitor.page(View(), user)
    page.goto(reverse("contacts:list"))
    bar, status = page.locator(".bulkbar"), page.locator("nv-bulk [role=status]")
    boxes = page.locator("[name=who]")
    expect(bar).to_be_hidden()
    boxes.nth(1).focus()
    page.keyboard.press("Space")
    expect(bar).to_be_visible()
    expect(status).to_have_text("1 selected")
    boxes.nth(4).click(modifiers=["Shift"])
    expect(status).to_have_text("4 selected")
    boxes.nth(2).click(modifiers=["Shift"])
    expect(status).to_have_text("1 selected")
    everybody = page.get_by_role("checkbox", name="Select everybody on this page")
    expect(everybody).to_have_js_property("indeterminate", value=True)
    everybody.check()
    expect(status).to_have_text("6 selected")
    page.get_by_role("button", name="Select nobody").click()
    expect(bar).to_be_hidden()
    expect(everybody).not_to_be_checked()
    boxes.nth(0).check()
    page.get_by_role("link", name="Given03 X", exact=True).click()
    expect(page.get_by_role("heading", name="Given03 X", level=1)).to_be_visible()
    page.go_back()
    expect(boxes.nth(0)).to_be_checked()
    expect(bar).to_be_visible()


def test_a_search_starts_a_new_selection(visitor: Visitor, user: User) -> None:
    people(user, 3)
    ContactFactory.create(owner=user, given="Other", family="Y")
    page = visitor.page(View(), user)
    page.goto(reverse("contacts:list"))
    page.get_by_role("checkbox", name="Given01 X").check()
    page.get_by_role("searchbox").press_sequentially("other", delay=20)
    expect(page.get_by_role("checkbox", name="Other Y")).not_to_be_checked()
    expect(page.locator("[name=who]")).to_have_count(1)
    expect(page.locator(".bulkbar")).to_be_hidden()
    page.get_by_role("checkbox", name="Other Y").check()
    expect(page.locator(".bulkbar")).to_be_visible()


@SCRIPTS
def test_all_that_match_are_archived_while_one_watches(
    visitor: Visitor, user: User, monkeypatch: pytest.MonkeyPatch, scripts: bool  # noqa: FBT001
) -> None:  # fmt: skip
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    monkeypatch.setattr(bulk, "CHUNK", 20)
    people(user, 55)
    page = visitor.page(View(390), user, java_script_enabled=scripts)
    page.goto(reverse("contacts:list"))
    if scripts:
        page.get_by_role("checkbox", name="Given00 X").check()
    page.get_by_role("checkbox", name="all 55 that match").check()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_role("heading", name="Archive 55 contacts")).to_be_visible()
    expect(page.get_by_text("and 50 more")).to_be_visible()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("You may leave this page; it goes on.")).to_be_visible()
    BulkChange.objects.all().go_on()
    expect(page.get_by_text("20 of 55")).to_be_visible()
    BulkChange.objects.all().work()
    expect(page.get_by_role("heading", name="55 contacts archived.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("This is being undone.")).to_be_visible()
    BulkChange.objects.all().work()
    expect(page.get_by_role("status").filter(has_text="Undone.")).to_be_visible()
    assert Contact.objects.of(user).in_view().count() == 55


def test_what_is_asked_is_clean(visitor: Visitor, user: User) -> None:
    people(user, 7)
    found = []
    for language in ("en", "de"):
        page = visitor.page(View(language=language), user)
        for do in ("into", "closeness", "pause", "archive"):
            page.goto(reverse("contacts:list"))
            page.locator("[name=who]").first.check()
            page.locator("thead [data-all]").check()
            if do == "into":
                page.locator(".bulkbar summary").click()
                found += faults_of(page, [view for view in VIEWS if view.language == language])
                page.set_viewport_size({"width": 1280, "height": 900})
                page.locator(".bulkbar summary").click()
            if do != "archive":
                page.locator(".bulkbar summary").click()
            page.locator(f".bulkbar [value={do}]").click()
            expect(page.locator("main form h1")).to_be_visible()
            page.locator("main form .btn-primary").focus()
            found += faults_of(page, [view for view in VIEWS if view.language == language])
            page.set_viewport_size({"width": 1280, "height": 900})
    assert found == []
