"""How somebody gets in, and how they want things: set-up link, sign-in link, codes, language, light."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from django.core.management import call_command
from playwright.sync_api import expect

from netvalue.accounts.models import User
from netvalue.outbox import delivery
from tests.e2e.conftest import VIEWS, View, faults_of
from tests.factories import UserFactory

if TYPE_CHECKING:
    from pytest_django import Settings

    from tests.e2e.conftest import Visitor
    from tests.netvalue.outbox.sink import Sink

PASSWORD = "a long enough sentence"


def printed(command: str, *words: str) -> str:
    """The path of the link that a command prints."""
    out = StringIO()
    call_command(command, *words, stdout=out)
    return urlsplit(out.getvalue().strip()).path


@pytest.mark.usefixtures("transactional_db")
def test_the_first_account_is_made_by_the_set_up_link(visitor: Visitor) -> None:
    page = visitor.page()
    path = printed("setup_link")
    page.goto(path)
    assert faults_of(page, VIEWS[:2]) == []
    page.get_by_label("Your name").fill("Mara")
    page.get_by_label("E-mail address").fill("mara@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    assert User.objects.get().is_staff
    assert printed("setup_link") == ""
    another = visitor.page()
    another.goto(path)
    expect(another.get_by_role("heading", level=1)).to_have_text("This link no longer opens anything")


def test_a_link_signs_in_once(visitor: Visitor, user: User) -> None:
    page = visitor.page()
    path = printed("login_link", user.email)
    page.goto(path)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    another = visitor.page()
    another.goto(path)
    expect(another.get_by_role("heading", level=1)).to_have_text("This link no longer opens anything")


def test_language_and_light_are_kept_when_somebody_comes_back(visitor: Visitor) -> None:
    user = UserFactory.create(password=PASSWORD)
    page = visitor.page(user=user)
    page.goto("/settings/")
    page.get_by_label("Language").select_option("German")
    page.get_by_label("Appearance").select_option("Dark")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Gespeichert.")).to_be_visible()
    for place in ("Heute", "Check", "Kontakte", "Erinnerungen", "Post für dich", "Hilfe"):
        page.get_by_role("navigation").get_by_role("link", name=place, exact=True).click()
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_role("link", name="Anmelden")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")

    # Another device, which asks for English and light.
    elsewhere = visitor.page()
    elsewhere.goto("/accounts/login/?next=/contacts/")
    elsewhere.get_by_label("E-mail address").fill(user.email)
    elsewhere.get_by_label("Password", exact=True).fill(PASSWORD)
    elsewhere.get_by_role("button", name="Sign in").click()
    expect(elsewhere.get_by_role("heading", name="Kontakte", level=1)).to_be_visible()
    expect(elsewhere.locator("html")).to_have_attribute("data-theme", "dark")
    elsewhere.get_by_role("button", name="Abmelden").click()
    expect(elsewhere.get_by_text("Du bist abgemeldet.")).to_be_visible()
    expect(elsewhere.get_by_role("link", name="Anmelden")).to_be_visible()
    expect(elsewhere.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_new_address_is_proved_by_the_code_in_the_mail(
    visitor: Visitor, postbox: Sink, settings: Settings
) -> None:
    settings.EMAIL_URL = f"smtp://127.0.0.1:{postbox.port}"
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
    page = visitor.page(View(language="de"))
    page.goto("/accounts/signup/")
    page.get_by_label("E-Mail").fill("lea@example.org")
    page.get_by_label("Passwort", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Konto anlegen").click()
    expect(page.get_by_role("textbox", name="Code")).to_be_visible()
    assert faults_of(page, VIEWS[2:]) == []
    assert delivery.pump() == 1
    (mail,) = postbox.accepted
    body = mail.get_body(("plain",))
    assert body is not None
    code = re.search(r"^\s*([A-Z0-9-]{6,})\s*$", body.get_content(), re.MULTILINE)
    assert code
    page.get_by_role("textbox", name="Code").fill(code[1])
    page.get_by_role("button", name="Bestätigen").click()
    expect(page.get_by_role("heading", name="Heute", level=1)).to_be_visible()
