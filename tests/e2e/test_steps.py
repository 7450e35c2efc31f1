"""A small step on its way to a day: found with a few letters, taken back, and all without scripts."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import transaction
from playwright.sync_api import expect

from assessments.models import Answer, Assessment, Step
from contacts.models import Contact, FollowUp
from tests.e2e.conftest import View
from tests.factories import UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor


@pytest.fixture
def mara(db: None) -> User:
    """Somebody with people and a check in which two things are not a yes."""
    mara = UserFactory.create(name="Mara")
    for given, family in [("Ada", "Lovelace"), ("Bo", "Ångström"), ("Cy", "Young")]:
        Contact(owner=mara, given=given, family=family, closeness=9).keep()
    check = Assessment.objects.create(owner=mara, language="en")
    for question in check.questions:
        partly = question.key in {"reciprocity", "being-missed"}
        check.record(question, Answer.PARTLY if partly else Answer.YES)
    check.finish()
    return mara


def test_with_scripts_a_person_is_found_and_every_decision_is_taken_back(
    visitor: Visitor, mara: User
) -> None:
    page = visitor.page(user=mara)
    page.goto("/today/")
    page.get_by_role("button", name="Not this one").click()
    expect(page.get_by_text("Ask one person what they count on you for.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Offer help before anyone asks.")).to_be_visible()

    page.get_by_role("link", name="Pick a day").click()
    page.get_by_label("How it will stand on your list").fill("Ask Bo about the move")
    page.get_by_role("searchbox", name="Who is it about?").press_sequentially("angs")
    expect(page.get_by_role("radio")).to_have_count(2)
    page.get_by_role("radio", name="Bo Ångström").check()
    expect(page.get_by_label("How it will stand on your list")).to_have_value("Ask Bo about the move")
    page.get_by_role("button", name="Put it on my list").click()
    expect(page).to_have_url(re.compile("/today/$"))
    expect(page.get_by_text("Ask Bo about the move")).to_be_visible()
    expect(page.get_by_role("heading", name="A small step")).to_have_count(0)
    noted = FollowUp.objects.get()
    assert (noted.what, str(noted.contact)) == ("Ask Bo about the move", "Bo Ångström")

    page.goto(f"/check/{Assessment.objects.get().uid}/")
    page.get_by_role("button", name="Set it aside").click()
    expect(page.get_by_role("button", name="Take it up again")).to_be_visible()
    expect(page.get_by_role("heading", name="Small steps")).to_be_focused()
    page.get_by_role("button", name="Take it up again").click()
    expect(page.get_by_role("button", name="Set it aside")).to_be_visible()
    expect(page.get_by_role("link", name="Bo Ångström")).to_be_visible()


def test_without_scripts_on_a_phone_and_in_german(visitor: Visitor, mara: User) -> None:
    mara.language = "de"
    mara.save()
    page = visitor.page(View(390, language="de"), user=mara, java_script_enabled=False)
    page.goto(f"/check/{Assessment.objects.get().uid}/")
    page.get_by_role("link", name=re.compile("Einplanen.*Biete Hilfe an")).click()
    page.get_by_role("searchbox", name="Um wen geht es?").fill("lovel")
    page.get_by_role("button", name="Suchen", exact=True).click()
    expect(page.get_by_role("radio")).to_have_count(2)
    page.get_by_role("radio", name="Ada Lovelace").check()
    page.get_by_label("Tag", exact=True).fill("2020-01-01")
    page.get_by_role("button", name="Auf meine Liste setzen").click()
    expect(page.get_by_role("alert")).to_contain_text("Dieser Tag")
    expect(page.get_by_role("radio", name="Ada Lovelace")).to_be_checked()
    page.get_by_label("Tag", exact=True).fill("2040-01-01")
    page.get_by_role("button", name="Auf meine Liste setzen").click()
    expect(page.get_by_role("link", name="Ada Lovelace")).to_be_visible()
    page.get_by_role("button", name="Diesen nicht").click()
    expect(page.get_by_role("button", name="Wieder aufnehmen")).to_be_visible()
    page.get_by_role("button", name="Rückgängig").click()
    expect(page.get_by_role("button", name="Diesen nicht")).to_be_visible()


def test_a_name_and_a_step_of_one_long_word_fit_a_phone(visitor: Visitor, mara: User) -> None:
    long = Contact(owner=mara, given="X" * 80, family="Y" * 80, closeness=10)
    long.keep()
    check = Assessment.objects.get()
    asked = [line.question for line in check.lines() if line.answer and line.answer.value == Answer.PARTLY]
    noted = FollowUp(owner=mara, contact=long, what="W" * 300, due_on=date(2027, 1, 1))
    with transaction.atomic():
        Step.objects.at(check, asked[1]).accept(noted)
    for path in (f"/check/{check.uid}/", f"/check/{check.uid}/steps/{asked[0].number}/"):
        assert visitor.faults(path, mara) == []
