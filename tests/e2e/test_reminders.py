"""The main job in a real browser: somebody with a birthday, the mail on a mail server, and its links."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from netvalue.outbox.delivery import pump
from netvalue.outbox.localtime import DAY, next_instant
from netvalue.outbox.models import Email
from tests.e2e.conftest import View
from tests.netvalue.outbox.sink import Sink, SinkController

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from pytest_django import Settings

    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

PHONE = View(390, "light", "de")
DESK = View(1280, "dark", "en")


@pytest.fixture
def sink(settings: Settings) -> Iterator[Sink]:
    sink = Sink()
    controller = SinkController(sink)
    controller.start()
    settings.EMAIL_RELAY = sink.relay
    yield sink
    controller.stop()


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_birthday_that_is_typed_in_arrives_as_a_mail(visitor: Visitor, user: User, sink: Sink) -> None:
    tomorrow = next_instant(timezone.now(), user.reminder_hour, user.zone)
    born = tomorrow.astimezone(user.zone).date() + 7 * DAY
    page = visitor.page(PHONE, user)
    page.goto("/contacts/add/")
    page.get_by_label("Vorname").first.fill("Henrike")
    page.get_by_label("Nachname").fill("Sörensen")
    page.locator("[name=birth_day]").fill(str(born.day))
    page.locator("[name=birth_month]").select_option(str(born.month))
    page.get_by_role("button", name="Speichern").click()
    expect(page.get_by_role("heading", name="Henrike Sörensen")).to_be_visible()
    page.goto("/reminders/")
    expect(page.get_by_text("in 7 Tagen")).to_be_visible()
    assert pump(now=tomorrow) == 1
    (mail,) = sink.accepted
    assert mail["To"] == user.email
    assert mail["Subject"] == "Henrike Sörensen hat in 7 Tagen Geburtstag"
    assert re.search(r"Henrike Sörensen: .*in 7 Tagen", text_of(mail))
    page.goto(f"/mail/{Email.objects.get().pk}/")
    expect(page.frame_locator("iframe").locator(".meta")).to_contain_text("in 7 Tagen")


def test_a_test_reminder_arrives_and_its_link_ends_such_mails(
    visitor: Visitor, user: User, sink: Sink
) -> None:
    page = visitor.page(DESK, user)
    page.goto("/reminders/")
    page.get_by_role("button", name="Send me a test reminder").click()
    expect(page.get_by_text("Your test reminder is on its way")).to_be_visible()
    assert pump(now=timezone.now() + timedelta(seconds=5)) == 1
    (mail,) = sink.accepted
    assert mail["Subject"] == "Your test reminder"
    link = re.search(r"/unsubscribe/\S+", text_of(mail))
    assert link
    somebody = visitor.page(DESK)
    somebody.goto(link[0])
    somebody.get_by_role("button", name="Stop these mails").click()
    expect(somebody.get_by_role("heading", name="Done")).to_be_visible()
