"""The main job in a real browser: somebody with a birthday, the mail on a mail server, and its links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from netvalue.outbox import delivery
from netvalue.outbox.models import OptOut
from tests.e2e.conftest import VIEWS, View, faults_of

if TYPE_CHECKING:
    from email.message import EmailMessage

    from time_machine import TimeMachineFixture

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor
    from tests.netvalue.outbox.sink import Sink

# A Tuesday in Berlin, an hour before the reminders; long ago, so that every database's clock is later.
EIGHT = datetime(2025, 5, 6, 6, 0, tzinfo=UTC)
NINE = EIGHT + timedelta(hours=1)
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Words:
    language: str
    first_name: str
    last_name: str
    day: str
    month: str
    may: str
    year: str
    save: str
    ahead: str
    ahead_line: str
    on_the_day: str
    on_the_day_line: str
    end: str
    ended: str


ENGLISH = Words(
    language="en",
    first_name="First name",
    last_name="Last name",
    day="Day",
    month="Month",
    may="May",
    year="Year",
    save="Save",
    ahead="Henrike Sörensen turns 45 in 7 days",
    ahead_line="turns 45 in 7 days, on Tuesday, 13 May",
    on_the_day="Henrike Sörensen turns 45 today",
    on_the_day_line="turns 45 today",
    end="Stop these mails",
    ended="You get no more reminders by mail.",
)
GERMAN = Words(
    language="de",
    first_name="Vorname",
    last_name="Nachname",
    day="Tag",
    month="Monat",
    may="Mai",
    year="Jahr",
    save="Speichern",
    ahead="Henrike Sörensen wird in 7 Tagen 45",
    ahead_line="wird in 7 Tagen 45, am Dienstag, 13. Mai",
    on_the_day="Henrike Sörensen wird heute 45",
    on_the_day_line="wird heute 45",
    end="Diese Mails abbestellen",
    ended="Du bekommst keine Erinnerungen mehr per Mail.",
)


def pump() -> int:
    """A tick of the worker, at the time that the test says it is."""
    return delivery.pump(now=timezone.now())


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("words", [ENGLISH, GERMAN], ids=lambda words: words.language)
def test_a_birthday_is_told_a_week_ahead_and_on_the_day_until_somebody_says_enough(
    visitor: Visitor, user: User, postbox: Sink, time_machine: TimeMachineFixture, words: Words
) -> None:
    time_machine.move_to(EIGHT)
    page = visitor.page(View(language=words.language), user)
    page.goto("/contacts/add/")
    page.get_by_role("textbox", name=re.compile(f"^{words.first_name}")).fill("Henrike")
    page.get_by_label(words.last_name).fill("Sörensen")
    page.get_by_role("textbox", name=words.day, exact=True).fill("13")
    page.get_by_role("combobox", name=words.month, exact=True).select_option(words.may)
    page.get_by_role("textbox", name=words.year, exact=True).fill("1980")
    page.get_by_role("button", name=words.save).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Henrike Sörensen")
    assert pump() == 0

    time_machine.move_to(NINE)
    assert (pump(), pump()) == (1, 0)
    (ahead,) = postbox.accepted
    assert (ahead["To"], ahead["Subject"]) == (user.email, words.ahead)
    for kind in ("plain", "html"):
        assert "Henrike Sörensen" in part(ahead, kind)
        assert words.ahead_line in part(ahead, kind)
    assert f'<html lang="{words.language}"' in part(ahead, "html")
    page.goto("/today/")
    link = re.search(r"\S+/contacts/\S+/", part(ahead, "plain"))
    assert link
    page.goto(link[0])
    expect(page.get_by_role("heading", level=1)).to_have_text("Henrike Sörensen")

    time_machine.move_to(NINE + WEEK)
    assert (pump(), pump()) == (1, 0)
    _, today = postbox.accepted
    assert today["Subject"] == words.on_the_day
    assert words.on_the_day_line in part(today, "plain")

    anybody = visitor.page(View(390, language=words.language))
    anybody.goto(today["List-Unsubscribe"].strip("<>"))
    assert not OptOut.objects.exists()
    anybody.get_by_role("button", name=words.end).click()
    expect(anybody.get_by_text(words.ended)).to_be_visible()
    time_machine.move_to(NINE + WEEK * 52)
    assert pump() == 0


def test_a_mail_program_ends_mails_with_one_post(
    visitor: Visitor, user: User, postbox: Sink, time_machine: TimeMachineFixture
) -> None:
    page = visitor.page(View(), user)
    page.goto("/reminders/")
    page.get_by_role("button", name="Send me a test reminder").click()
    expect(page.get_by_text("Your test reminder is on its way")).to_be_visible()
    assert delivery.pump() == 1
    (mail,) = postbox.accepted
    assert mail["Subject"] == "Your test reminder"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    link = mail["List-Unsubscribe"].strip("<>")
    answer = Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    page.reload()
    expect(page.get_by_role("heading", name="Reminders", level=1)).to_be_visible()
    page.goto("/mail/")
    page.get_by_role("link", name="Your test reminder").click()
    expect(page.get_by_text("No mail server is set up")).to_have_count(0)


def test_without_a_mail_server_mails_wait_and_can_be_read(visitor: Visitor, user: User) -> None:
    page = visitor.page(View(), user)
    page.goto("/reminders/")
    expect(page.get_by_text("No mail server is set up")).to_be_visible()
    page.get_by_role("button", name="Send me a test reminder").click()
    assert delivery.pump() == 0
    page.goto("/mail/")
    expect(page.get_by_text("No mail server is set up")).to_be_visible()
    page.get_by_role("link", name="Your test reminder").click()
    expect(page.get_by_text("waits for a mail server")).to_be_visible()
    framed = page.frame_locator("iframe")
    expect(framed.get_by_text("It works")).to_be_visible()
    page.get_by_text("As plain text").click()
    expect(page.get_by_text("It works: Reminders reach you at this address.")).to_be_visible()
    assert faults_of(page, VIEWS[:2]) == []
