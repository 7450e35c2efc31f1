"""Choosing when to be reminded of the next check, in a browser with and without scripts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from playwright.sync_api import expect

from assessments.models import Assessment, Retake
from tests.e2e.conftest import View
from tests.factories import UserFactory

if TYPE_CHECKING:
    from tests.e2e.conftest import Visitor


@pytest.mark.parametrize("scripts", [True, False])
def test_a_day_is_chosen_after_a_mistake(visitor: Visitor, scripts: bool) -> None:  # noqa: FBT001
    user = UserFactory.create()
    check = Assessment.objects.create(owner=user, language="en")
    check.record(check.questions[0], "yes")
    check.finish()
    page = visitor.page(View(width=390), user, java_script_enabled=scripts)
    page.goto(f"/check/{check.uid}/")
    section = page.locator("#again")
    expect(section.get_by_label("Day", exact=True)).to_be_hidden()
    section.get_by_text("on a day").click()
    section.get_by_label("Day", exact=True).fill("2020-02-29")
    section.get_by_role("button", name="Save").click()
    expect(section).to_contain_text("Please choose a day from tomorrow on.")
    expect(section.get_by_label("Day", exact=True)).to_have_value("2020-02-29")
    if scripts:
        expect(page.get_by_role("heading", name="What you answered")).to_be_visible()
        expect(section.get_by_label("Day", exact=True)).to_be_focused()
    day = timezone.localdate(timezone=user.zone) + timedelta(days=40)
    section.get_by_label("Day", exact=True).fill(f"{day:%Y-%m-%d}")
    section.get_by_role("button", name="Save").click()
    expect(section).to_contain_text(f"The next reminder comes on {date_format(day, 'l, j F Y')}, at 9:00.")
    expect(page.get_by_role("heading", name="What you answered")).to_be_attached()
    assert Retake.objects.of(user).get().on == day
    section.get_by_text("not at all").click()
    section.get_by_role("button", name="Save").click()
    expect(section).to_contain_text("No reminder will come.")
