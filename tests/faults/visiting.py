"""What somebody sees and does on the pages, in the run's time."""

from __future__ import annotations

import re
from typing import Any

from django.conf import settings
from django.test import Client

from netvalue.accounts.models import User
from netvalue.outbox.models import Email, Occurrence
from tests.faults.judge import TOKEN

ROW = re.compile(r'<a class="mail-row" href="(/mail/\d+/)">(.*?)</a>', re.DOTALL)


def browser(email: str) -> Client:
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    client = Client(SERVER_NAME="localhost")
    client.force_login(User.objects.get(email=email))
    return client


def held(owners: list[str]) -> list[str]:
    """What stands, on “Mail for you”, in mails of which these owners are told that they may have arrived."""
    seen = []
    for email in owners:
        client = browser(email)
        page = 1
        while rows := ROW.findall(client.get("/mail/", {"page": page}).content.decode()):
            for path, row in rows:
                if str(Email.State.UNKNOWN.label) in row:
                    seen += TOKEN.findall(client.get(path).content.decode())
            page += 1
            if len(rows) < PAGE:
                break
    return sorted(set(seen))


PAGE = 30


def read(email: str, path: str) -> str:
    """A page as its owner sees it."""
    return browser(email).get(path).content.decode()


def post(email: str, path: str, fields: dict[str, Any]) -> int:
    """A form sent by its owner; the answer's status."""
    return browser(email).post(path, fields).status_code


def counted_as_told() -> int:
    """Staff decides, after an older database was put back, that what was due has been told."""
    staff = User.objects.order_by("pk")[0]
    User.objects.filter(pk=staff.pk).update(is_staff=True)
    assert post(staff.email, "/staff/mail/restored/", {"as": "told"}) == 303
    return Occurrence.objects.filter(ended=Occurrence.Ended.TOLD).count()


BUTTON = re.compile(r'name="choice" value="(\w+)"')
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def scanned(path: str) -> list[int]:
    """A link in a mail, opened by whoever scans links; the answers."""
    stranger = stranger_s_browser()
    answers = [stranger.get(path), stranger.head(path), stranger.get(path)]
    return [answer.status_code for answer in answers]


def pressed(path: str) -> list[int]:
    """The link opened, its button pressed twice as it stood; the answers."""
    stranger = stranger_s_browser()
    page = stranger.get(path).content.decode()
    fields = dict(HIDDEN.findall(page)) | {"choice": BUTTON.findall(page)[0]}
    return [stranger.post(path, fields).status_code for _ in range(2)]


def stranger_s_browser() -> Client:
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return Client(SERVER_NAME="localhost")
