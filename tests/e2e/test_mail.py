"""A mail that waits is read in the app, and its links lead somewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from playwright.sync_api import expect

from netvalue.outbox import trial
from netvalue.outbox.delivery import pump
from tests.e2e.conftest import View

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor


def test_a_click_in_a_mail_leaves_the_preview_for_the_page(visitor: Visitor, user: User) -> None:
    trial.ask(user, 1)
    pump()
    page = visitor.page(View(), user)
    # The mail names the address of the site; the test's server has another one.
    page.route(f"{settings.NETVALUE_URL}/**", lambda route: route.fulfill(body="<h1>the page itself</h1>"))
    page.goto("/mail/")
    page.locator(".mail-row").click()
    page.frame_locator("iframe").get_by_role("link", name="All reminders").click()
    expect(page.get_by_role("heading", name="the page itself")).to_be_visible()
    expect(page).to_have_url(f"{settings.NETVALUE_URL}/reminders/")
