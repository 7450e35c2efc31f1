"""People and what to come back to in a real browser: with scripts a swap, without them a page."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from contacts.models import Contact, FollowUp
from tests.e2e.conftest import View
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def names(page: Page) -> list[str]:
    return page.locator("table.contacts .who a").all_text_contents()


def test_the_list_narrows_while_one_types(visitor: Visitor, user: User) -> None:
    for given in ("Ada", "Adele", "Bo"):
        ContactFactory.create(owner=user, given=given, family="X")
    page = visitor.page(View(), user)
    page.goto(reverse("contacts:list"))
    page.evaluate("() => { window.same = true }")
    search = page.get_by_role("searchbox")
    search.press_sequentially("ad", delay=30)
    expect(page.get_by_role("status").filter(has_text="2 contacts")).to_be_visible()
    assert names(page) == ["Ada X", "Adele X"]
    expect(search).to_be_focused()
    search.press_sequentially("e", delay=30)
    expect(page.get_by_role("status").filter(has_text="1 contact")).to_be_visible()
    expect(search).to_have_value("ade")
    assert page.evaluate("() => window.same")
    assert "?q=ade&" in page.url
    page.reload()
    assert names(page) == ["Adele X"]
    page.get_by_role("link", name="Adele X", exact=True).click()
    expect(page.get_by_role("heading", name="Adele X", level=1)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="Contacts", level=1)).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("ade")
    assert names(page) == ["Adele X"]
    page.go_back()
    expect(page.get_by_role("status").filter(has_text="2 contacts")).to_be_visible()
    expect(page.get_by_role("navigation", name="Main menu")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_have_value("ad")
    search.fill("")
    expect(page.get_by_role("status").filter(has_text="3 contacts")).to_be_visible()


@SCRIPTS
def test_the_archive_is_one_filter_away(visitor: Visitor, user: User, scripts: bool) -> None:  # noqa: FBT001
    ContactFactory.create(owner=user, given="Ada", family="X")
    ContactFactory.create(owner=user, given="Bo", family="X").archive()
    page = visitor.page(View(390), user, java_script_enabled=scripts)
    page.goto(reverse("contacts:list"))
    page.locator("summary", has_text="Filter").click()
    page.get_by_label("Which contacts").select_option("Archive")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("link", name="Archive remove this filter")).to_be_visible()
    assert names(page) == ["Bo X"]
    page.get_by_role("link", name="Archive remove this filter").click()
    expect(page.get_by_role("link", name="Ada X", exact=True)).to_be_visible()


@SCRIPTS
def test_somebody_is_written_down_corrected_and_put_away(
    visitor: Visitor, user: User, scripts: bool  # noqa: FBT001
) -> None:  # fmt: skip
    page = visitor.page(View(), user, java_script_enabled=scripts)
    page.goto(reverse("contacts:list"))
    page.get_by_role("link", name="Add the first person").click()
    page.get_by_label("First name").fill("Ada")
    page.get_by_role("textbox", name="Day", exact=True).fill("30")
    page.get_by_role("combobox", name="Month").select_option("February")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("30 February does not exist.")
    expect(page.get_by_label("First name")).to_have_value("Ada")
    expect(page.get_by_role("textbox", name="Day", exact=True)).to_have_value("30")
    page.get_by_role("textbox", name="Day", exact=True).fill("29")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Ada", level=1)).to_be_visible()
    expect(page.get_by_text("29 February", exact=True)).to_be_visible()
    page.locator("summary").filter(has=page.get_by_label("More actions")).click()
    page.get_by_role("button", name="Archive").click()
    expect(page.get_by_text("Ada is in the archive.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Ada is back among your contacts.")).to_be_visible()
    assert Contact.objects.get().archived_at is None


@SCRIPTS
def test_something_is_noted_done_and_taken_back(visitor: Visitor, user: User, scripts: bool) -> None:  # noqa: FBT001
    ada = ContactFactory.create(owner=user, given="Ada", family="X")
    page = visitor.page(View(390), user, java_script_enabled=scripts)
    page.goto(ada.get_absolute_url())
    what = page.locator("#follow-ups").get_by_label("What is it about?")
    page.locator("summary", has_text="Note a follow-up").click()
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    what.fill("Call about the engine")
    page.get_by_role("button", name="Note it").click()
    row = page.locator(".follow-up")
    expect(row).to_contain_text("Call about the engine")
    expect(what).to_have_value("")
    if scripts:
        expect(what).to_be_focused()
    row.get_by_role("button", name="Done: Call").click()
    expect(page.get_by_text("Done: Call about the engine").last).to_be_visible()
    if scripts:
        expect(page.locator(".tick")).to_be_focused()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".follow-up summary", has_text="Later")).to_be_visible()
    assert FollowUp.objects.get().done_at is None


@SCRIPTS
def test_what_waits_today_can_wait_longer(visitor: Visitor, user: User, scripts: bool) -> None:  # noqa: FBT001
    today = timezone.localdate(timezone=user.zone)
    ada = ContactFactory.create(owner=user)
    follow_up = FollowUpFactory.create(owner=user, contact=ada, what="Call", due_on=today)
    page = visitor.page(View(390), user, java_script_enabled=scripts)
    page.goto(reverse("today"))
    page.locator("summary", has_text="Later").click()
    page.get_by_role("button", name="A week later").click()
    expect(page.get_by_text("Later: Call,")).to_be_visible()
    follow_up.refresh_from_db()
    assert follow_up.day == today + timedelta(days=7)


def test_a_second_number_finds_a_row_and_a_word_of_ones_own(visitor: Visitor, user: User) -> None:
    page = visitor.page(user=user)
    page.goto(reverse("contacts:add"))
    page.get_by_label("First name").fill("Ada")
    phones = page.get_by_role("group", name="Phone")
    expect(phones.get_by_label("In your own word")).to_be_hidden()
    phones.get_by_label("Number").fill("+49 40 5550 1")
    phones.get_by_role("button", name="Another number").click()
    phones.get_by_label("Kind").nth(1).select_option("Other")
    phones.get_by_label("In your own word").nth(1).fill("On the boat")
    phones.get_by_label("Number").nth(1).fill("+49 40 5550 2")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="+49 40 5550 2")).to_have_attribute("href", "tel:+494055502")
    expect(page.get_by_text("On the boat")).to_be_visible()


@SCRIPTS
def test_where_29_february_is_kept_is_asked_once_it_is_typed(
    visitor: Visitor, user: User, scripts: bool  # noqa: FBT001
) -> None:  # fmt: skip
    page = visitor.page(View(390), user, java_script_enabled=scripts)
    page.goto(reverse("contacts:add"))
    asked = page.get_by_role("group", name="In years without a 29 February")
    page.get_by_label("First name").fill("Ada")
    day = page.get_by_label("Day", exact=True).first
    day.fill("29")
    # Who has no scripts sees the question always.
    expect(asked).to_be_visible(visible=not scripts)
    page.get_by_label("Month", exact=True).first.select_option("February")
    expect(asked).to_be_visible()
    if scripts:
        day.fill("28")
        expect(asked).to_be_hidden()
        day.fill("29")
    expect(asked.get_by_role("radio", name="as in your settings: 28 February")).to_be_checked()
    asked.get_by_text("on 1 March").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("In years without a 29 February: on 1 March")).to_be_visible()


@SCRIPTS
def test_a_single_value_is_changed_where_it_stands(visitor: Visitor, user: User, scripts: bool) -> None:  # noqa: FBT001
    ada = ContactFactory.create(owner=user, given="Ada", family="X", notes="Likes engines")
    page = visitor.page(View(390), user, java_script_enabled=scripts)
    page.goto(ada.get_absolute_url())
    page.get_by_role("link", name=re.compile("Add.*Closeness")).click()
    page.get_by_role("combobox", name="Closeness").select_option("7")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("7 of 10")).to_be_visible()
    page.get_by_role("link", name=re.compile("Add.*Rhythm")).click()
    days = page.get_by_label("How many days apart?")
    expect(days).to_be_hidden()
    page.get_by_role("combobox", name="How often").select_option("in a rhythm of my own")
    days.fill("5000")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#between .error")).to_contain_text("1 to 1095 days")
    expect(days).to_have_value("5000")
    days.fill("20")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("every 20 days")).to_be_visible()
    page.get_by_role("link", name=re.compile("Change.*Notes")).click()
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_text("Likes engines")).to_be_visible()
    expect(page.get_by_role("heading", name="Ada X", level=1)).to_be_visible()
