"""A conversation on a telephone: three taps from Today, one on a person's page, and all without scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from contacts.models import Contact, Interaction
from tests.e2e.conftest import View
from tests.factories import UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor


@pytest.fixture
def mara(db: None) -> User:
    mara = UserFactory.create(name="Mara")
    for given, family in [("Ada", "Lovelace"), ("Bo", "Ångström"), ("Cy", "Young")]:
        Contact(owner=mara, given=given, family=family, closeness=9 if given != "Bo" else 0).keep()
    return mara


def who(talk: Interaction) -> set[str]:
    return {part.contact.given for part in talk.parts.select_related("contact")}


def test_three_taps_from_today_two_from_the_list_and_back(visitor: Visitor, mara: User) -> None:
    page = visitor.page(View(width=360), user=mara)
    page.goto("/today/")
    page.get_by_role("link", name="Write down a conversation").click()
    page.get_by_text("Ada Lovelace").click()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page).to_have_url(re.compile("/today/$"))
    expect(page.get_by_text("Written down: Call, today.")).to_be_visible()
    assert who(Interaction.objects.get()) == {"Ada"}
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Written down: Call, today.")).to_have_count(0)
    assert Interaction.objects.get().removed_at

    page.goto("/contacts/")
    page.get_by_role("link", name="Write down a conversation: Cy Young").click()
    page.get_by_role("button", name="Letter").click()
    expect(page).to_have_url(re.compile("/contacts/$"))
    expect(page.get_by_role("row", name=re.compile("Cy Young.*today"))).to_be_visible()


def test_people_are_found_with_a_few_letters_and_nothing_typed_is_lost(visitor: Visitor, mara: User) -> None:
    page = visitor.page(user=mara)
    page.goto(Contact.objects.get(given="Ada").get_absolute_url())
    page.get_by_label("What did you talk about?").fill("Soup on the pier")
    page.get_by_role("button", name="Another day, more people …").click()
    expect(page.get_by_label("What did you talk about?")).to_have_value("Soup on the pier")
    expect(page.get_by_role("checkbox", name="Ada Lovelace")).to_be_checked()
    page.get_by_text("Cy Young").click()
    page.get_by_role("searchbox", name="Find somebody").press_sequentially("angs")
    page.get_by_text("Bo Ångström").click()
    page.get_by_role("searchbox", name="Find somebody").fill("zzzz")
    expect(page.get_by_text("Nobody else found. Try another spelling.")).to_be_visible()
    for name in ("Ada Lovelace", "Bo Ångström", "Cy Young"):
        expect(page.get_by_role("checkbox", name=name)).to_be_checked()
    expect(page.get_by_role("textbox", name="Year")).to_be_hidden()
    page.get_by_text("I know it roughly").click()
    page.get_by_label("Month or season").select_option("Spring (March to May)")
    page.get_by_role("textbox", name="Year").fill("2020")
    page.get_by_role("button", name="Meeting").click()
    expect(page.get_by_text("Written down: Meeting, spring 2020.")).to_be_visible()
    talk = Interaction.objects.get()
    assert (who(talk), talk.line, talk.season) == ({"Ada", "Bo", "Cy"}, "Soup on the pier", 1)


def test_without_scripts_everything_is_a_form(visitor: Visitor, mara: User) -> None:
    page = visitor.page(user=mara, java_script_enabled=False)
    page.goto(Contact.objects.get(given="Ada").get_absolute_url())
    page.get_by_label("What did you talk about?").fill("Soup")
    page.get_by_role("button", name="Another day, more people …").click()
    page.get_by_role("searchbox", name="Find somebody").fill("angstrom")
    page.get_by_role("button", name="Find").click()
    page.get_by_text("Bo Ångström").click()
    page.get_by_text("Yesterday").click()
    page.get_by_role("button", name="Video call").click()
    expect(page.get_by_text("Written down: Video call, yesterday.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Change.*Video call, yesterday")).click()
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("none noted", exact=True)).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Soup")).to_be_visible()
    assert who(Interaction.objects.get()) == {"Ada", "Bo"}
