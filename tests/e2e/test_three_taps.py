"""On a small phone a conversation is written down in at most three taps, wherever one comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from contacts.models import Contact, Interaction
from tests.e2e.conftest import View
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@pytest.fixture
def ada(user: User) -> Contact:
    ada = ContactFactory.create(owner=user, given="Ada", family="X", rhythm_days=1)
    Contact.objects.update(created_at="2020-01-01T00:00Z")
    return ada


def from_the_list(page: Page, ada: Contact) -> None:
    page.goto(reverse("contacts:list"))
    page.locator(f"a[href^='{reverse('contacts:talk_with', args=[ada.uid])}']").tap()
    page.get_by_role("button", name="Call", exact=True).tap()


def from_the_person(page: Page, ada: Contact) -> None:
    page.goto(ada.get_absolute_url())
    page.get_by_role("button", name="Call", exact=True).tap()


def from_today(page: Page, ada: Contact) -> None:
    page.goto(reverse("today"))
    page.locator("summary", has_text="We talked").tap()
    page.get_by_role("button", name="Call", exact=True).tap()


@SCRIPTS
@pytest.mark.parametrize("way", [from_the_list, from_the_person, from_today])
def test_at_most_three_taps(
    visitor: Visitor,
    user: User,
    ada: Contact,
    way: Callable[[Page, Contact], None],
    scripts: bool,  # noqa: FBT001 -- a parameter
) -> None:
    page = visitor.page(View(360), user, java_script_enabled=scripts, has_touch=True)
    way(page, ada)
    expect(page.get_by_text("Written down: Call, today.")).to_be_visible()
    assert Interaction.objects.get().people.get() == ada
