"""Give and take on a telephone: a line and a tap, kept with another, undone, and all without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from contacts.models import Contact, Favour
from tests.e2e.conftest import View
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor


@pytest.fixture
def ada(db: None) -> Contact:
    return ContactFactory.create(owner=UserFactory.create(name="Mara"), given="Ada", family="Lovelace")


@pytest.fixture
def mara(ada: Contact) -> User:
    return ada.owner


def test_a_promise_is_written_down_with_a_line_and_a_tap_and_kept_with_another(
    visitor: Visitor, mara: User, ada: Contact
) -> None:
    page = visitor.page(View(width=360), user=mara)
    page.goto(ada.get_absolute_url())
    page.get_by_label("What is it about?").and_(page.locator("#giving-what")).fill("Plum jam")
    page.get_by_role("button", name="I promised").click()
    expect(page.get_by_text("Noted: I promised, Plum jam")).to_be_visible()
    expect(page.get_by_role("heading", name="Still open between you")).to_be_in_viewport()

    page.goto("/today/")
    tick = page.get_by_role("button", name="Kept: Plum jam")
    tick.click()
    expect(tick).to_have_attribute("aria-pressed", "true")
    expect(tick).to_be_focused()
    expect(page).to_have_url(re.compile("/today/$"))
    assert Favour.objects.get().state == "closed"
    page.get_by_role("button", name="Undo").click()
    expect(tick).to_have_attribute("aria-pressed", "false")
    assert Favour.objects.get().state == "open"
    page.locator("summary").filter(has_text="More actions: Plum jam").click()
    page.get_by_role("button", name="Kept in part").click()
    expect(page.get_by_text("kept in part", exact=True)).to_be_visible()


def test_what_was_lent_is_given_a_day_with_everything_typed_carried_along(
    visitor: Visitor, mara: User, ada: Contact
) -> None:
    page = visitor.page(user=mara)
    page.goto(ada.get_absolute_url())
    page.locator("#giving-what").fill("The long ladder")
    page.get_by_role("button", name="More …").click()
    expect(page.get_by_label("What is it about?")).to_have_value("The long ladder")
    page.get_by_text("I helped", exact=True).click()
    expect(page.get_by_label("By when?")).to_be_hidden()
    page.get_by_text("I lent it to them").click()
    page.get_by_label("By when?").fill("2030-05-01")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("button", name="Back again: The long ladder")).to_be_visible()
    assert str(Favour.objects.get().due_on) == "2030-05-01"


def test_it_works_without_scripts(visitor: Visitor, mara: User, ada: Contact) -> None:
    page = visitor.page(user=mara, java_script_enabled=False)
    page.goto(ada.get_absolute_url())
    page.locator("#giving-what").fill("Soup")
    page.get_by_role("button", name="I promised").click()
    page.get_by_role("button", name="Kept: Soup").click()
    expect(page).to_have_url(re.compile(ada.get_absolute_url()))
    expect(page.get_by_role("heading", name="Still open between you")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Still open between you")).to_be_visible()
