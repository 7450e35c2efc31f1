"""What only a browser can show about signing up: the zone it knows, and the password it can show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from netvalue.accounts.models import User
from tests.e2e.conftest import View

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.conftest import Visitor

AUCKLAND = "Pacific/Auckland"


def sign_up(page: Page) -> None:
    page.get_by_label("E-mail address").fill("anna@example.org")
    page.get_by_label("Password", exact=True).fill("a long enough sentence")
    page.get_by_role("button", name="Create an account").click()
    page.wait_for_url("**/today/")


def test_the_browser_knows_where_one_lives_and_a_second_try_keeps_what_was_chosen(visitor: Visitor) -> None:
    page = visitor.page(View(), timezone_id=AUCKLAND)
    page.goto("/accounts/signup/")
    zone = page.get_by_label("Time zone")
    assert zone.input_value() == AUCKLAND
    zone.select_option("Europe/Vienna")
    page.get_by_role("button", name="Create an account").click()
    assert page.get_by_role("alert").is_visible()
    assert zone.input_value() == "Europe/Vienna"
    zone.select_option(AUCKLAND)
    sign_up(page)
    assert User.objects.get().time_zone == AUCKLAND


def test_what_is_typed_as_a_password_can_be_looked_at(visitor: Visitor) -> None:
    page = visitor.page(View(width=390))
    page.goto("/accounts/signup/")
    password = page.get_by_label("Password", exact=True)
    for ticked, kind in ((True, "text"), (False, "password")):
        page.get_by_label("Show the password").set_checked(ticked)
        assert password.get_attribute("type") == kind


def test_signing_up_needs_no_script(visitor: Visitor) -> None:
    page = visitor.page(View(), java_script_enabled=False, timezone_id=AUCKLAND)
    page.goto("/accounts/signup/")
    assert not page.get_by_label("Show the password").is_visible()
    page.get_by_label("Time zone").select_option("Europe/Vienna")
    sign_up(page)
    assert User.objects.get().time_zone == "Europe/Vienna"
