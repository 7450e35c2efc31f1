"""What comes back is believed if it is signed, written beside its mail, and counts once."""

from __future__ import annotations

import io
import mailbox
import sys
from datetime import timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from netvalue.outbox import addresses, bounces, dsn, trial, verp
from netvalue.outbox.models import Attempt, Email
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

DOMAIN = "bounces.example.org"
HARD = "550 5.1.1 <x@example.org>: Recipient address rejected: User unknown"


def report(
    to: str, *, action: str = "failed", status: str = "5.1.1", recipient: str = "x@example.org"
) -> bytes:
    """As Postfix writes it."""
    return f"""\
Date: Fri, 20 Nov 2026 08:00:00 +0000 (UTC)
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {to}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

This is the mail system at host mx.example.org.

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org
X-Postfix-Queue-ID: 4F2A
Arrival-Date: Fri, 20 Nov 2026 08:00:00 +0000 (UTC)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.elsewhere.org
Diagnostic-Code: smtp; {HARD}

--B
Content-Type: message/rfc822

From: netvalue@example.org
Subject: x

--B--
""".encode()


@pytest.fixture
def returning(settings: Settings) -> None:
    settings.MAIL_BOUNCE_DOMAIN = DOMAIN


def own_address(email: Email, settings: Settings) -> str:
    return verp.address(settings.MAIL_ID_KEY, email.pk, email.message_id, DOMAIN)


def test_an_address_is_read_in_any_case_and_names_its_mail() -> None:
    mine = verp.address("key", 7, "<a@b>", DOMAIN)
    assert len(mine.partition("@")[0]) <= 64
    for written in (mine, mine.upper(), f" {mine} "):
        assert verp.mail_of(written, DOMAIN) == 7
        assert verp.is_signed(written, "key", "<a@b>")
    assert not verp.is_signed(mine, "other key", "<a@b>")
    assert not verp.is_signed(mine, "key", "<b@b>")
    assert verp.mail_of(mine, "elsewhere.org") is None
    assert verp.mail_of("bounce+7-abc@" + DOMAIN, DOMAIN) is None


@given(st.binary(max_size=400), st.text(max_size=80))
def test_nothing_that_arrives_breaks_the_reading(raw: bytes, text: str) -> None:
    dsn.read(raw)
    dsn.read(report(text, status=text, action=text, recipient=text)[:2000])
    dsn.read(report("a@b.org").replace(b"smtp;", raw))


# Parts within parts within parts, deeper than Python goes.
NESTED = b"".join(
    b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (level, level) for level in range(1000)
)


def test_what_is_nested_too_deeply_reports_nothing() -> None:
    assert dsn.read(b"To: a@b.org\n" + NESTED).reports == []


def test_of_very_many_addresses_a_few_are_looked_up() -> None:
    crowd = ", ".join(f"bounce+{n}-x@y.org" for n in range(500))
    assert len(dsn.read(report(crowd)).addressed) == 20


def test_what_a_report_says() -> None:
    (found,) = dsn.read(report("bounce+1-x@y.org")).reports
    assert (found.recipient, found.failed, found.status) == ("x@example.org", True, "5.1.1")
    assert found.words == f"5.1.1 smtp; {HARD}"
    assert dsn.read(b"To: a@b.org\n\nI am on holiday").reports == []
    assert dsn.read(report("a@b.org", action="delayed")).reports[0].failed is False


@pytest.mark.parametrize(
    ("words", "status", "nobody"),
    [
        ("550 5.1.1 User unknown", "5.1.1", True),
        ("550-5.1.1 The account does not exist.", "5.1.1", True),
        ("smtp;550 #5.1.10 (no such recipient)", "5.1.10", True),
        ("550 Unknown (5.1.1).", "5.1.1", True),
        ("It said 5.2.1.", "5.2.1", True),
        ("452 4.2.2 over quota", "4.2.2", False),
        ("550 5.1.7 bad sender; it was 5.1.1 once", "5.1.7", False),
        ("554 Client host [4.16.8.9] blocked", "", False),
        ("554 mx [5.1.2.77] says: 5.7.1 policy", "5.7.1", False),
        ("554 [84.5.1.2] is listed", "", False),
        ("554 5.1.2.example.org and mx5.1.2 say no, as does v5.1.1b", "", False),
        ("554 Exchange 5.5.2653", "", False),
        ("550 user unknown", "", False),
        ("", "", False),
    ],
)
def test_a_status_is_three_numbers_alone(words: str, status: str, *, nobody: bool) -> None:
    assert dsn.status_in(words) == status
    assert addresses.nobody_there(words) == nobody


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("returning", "morning")
class TestAMailThatLeft:
    """Its envelope carries the address under which it comes back."""

    @pytest.fixture
    def email(self, relay: Sink, born: Born, pump: Pump) -> Email:
        born()
        pump()
        return Email.objects.get()

    def test_it_leaves_with_an_address_of_its_own(
        self, relay: Sink, email: Email, settings: Settings
    ) -> None:
        assert relay.envelopes[0].mail_from == own_address(email, settings)

    def test_it_stays_sent_and_its_owner_sees_that_it_came_back(
        self, email: Email, settings: Settings, client: Client, user: User
    ) -> None:
        said = bounces.take(report(own_address(email, settings), recipient=user.email))
        assert said == f"mail {email.pk} came back: 5.1.1", "it goes into a log, which names nobody"
        email.refresh_from_db()
        assert (email.state, email.nobody_there) == ("sent", True)
        last = Attempt.objects.order_by("id").last()
        assert last is not None
        assert (last.phase, last.verdict) == ("bounce", "refused")
        client.force_login(user)
        assert "came back" in client.get("/mail/").content.decode()
        page = client.get(f"/mail/{email.pk}/").content.decode()
        assert "This mail came back" in page
        assert "User unknown" in page

    def test_the_same_report_counts_once(self, email: Email, settings: Settings, user: User) -> None:
        raw = report(own_address(email, settings))
        bounces.take(raw)
        assert bounces.take(raw) == f"mail {email.pk} was known to have come back"
        assert Attempt.objects.filter(phase="bounce").count() == 1
        assert not addresses.dead([user.email]), "one mail is one mail"

    @pytest.mark.parametrize("status", ["4.2.2", "5.2.2", "5.7.1", "5.1.8"])
    def test_what_is_not_about_the_address_stops_nobody(
        self, email: Email, settings: Settings, status: str
    ) -> None:
        bounces.take(report(own_address(email, settings), status=status))
        email.refresh_from_db()
        assert not email.nobody_there
        assert email.bounce.startswith(status)

    def test_a_delay_is_nothing_final(self, email: Email, settings: Settings) -> None:
        said = bounces.take(report(own_address(email, settings), action="delayed", status="4.4.1"))
        assert said == f"nothing final about mail {email.pk}"
        email.refresh_from_db()
        assert email.bounce == ""

    def test_forged_and_unsigned_reports_stop_nobody(self, email: Email, settings: Settings) -> None:
        right = own_address(email, settings)
        for wrong in (
            f"bounce+{email.pk}-{'a' * 26}@{DOMAIN}",
            f"bounce+{email.pk}@{DOMAIN}",
            right.replace(f"+{email.pk}-", f"+{email.pk + 1}-"),
            right.replace(DOMAIN, "elsewhere.org"),
            "netvalue@localhost",
        ):
            assert bounces.take(report(wrong)) == "not addressed to a mail of ours"
        assert not Email.objects.exclude(bounce="").exists()

    def test_a_report_about_the_copy_for_the_archive_stops_nobody(
        self, email: Email, settings: Settings
    ) -> None:
        settings.EMAIL_PROBE = SimpleNamespace(name="archive", copy_to="Copies@example.org")
        said = bounces.take(report(own_address(email, settings), recipient="copies@example.org"))
        assert said == f"nothing final about mail {email.pk}"

    def test_a_mail_in_doubt_that_came_back_had_been_accepted(self, email: Email, settings: Settings) -> None:
        Email.objects.update(state="unknown", sent_at=None)
        bounces.take(report(own_address(email, settings)))
        email.refresh_from_db()
        assert (email.state, email.sent_at) == ("sent", email.data_at)

    def test_the_mail_server_pipes_it_and_a_folder_can_be_read(
        self,
        email: Email,
        settings: Settings,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        piped = SimpleNamespace(buffer=io.BytesIO(report("netvalue@localhost", status="5.7.1")))
        monkeypatch.setattr(sys, "stdin", piped)
        call_command("bounces", to=own_address(email, settings))
        assert "came back: 5.7.1" in capsys.readouterr().out
        folder = mailbox.Maildir(tmp_path / "Maildir")
        folder.add(report(own_address(email, settings)))
        for said in ("came back: 5.1.1", ""):
            call_command("bounces", maildir=str(tmp_path / "Maildir"))
            assert said in capsys.readouterr().out
        assert Email.objects.get().nobody_there
        assert [message.get_flags() for message in folder] == ["S"]
        with pytest.raises(CommandError, match="no Maildir"):
            call_command("bounces", maildir=str(tmp_path / "nowhere"))

    def test_a_crafted_message_in_the_folder_keeps_none_behind_it_back(
        self, email: Email, settings: Settings, tmp_path: Path
    ) -> None:
        folder = mailbox.Maildir(tmp_path / "Maildir")
        for number, raw in enumerate((NESTED, report(own_address(email, settings)))):
            (tmp_path / "Maildir" / "new" / f"{number}.box").write_bytes(raw)
        call_command("bounces", maildir=str(tmp_path / "Maildir"), stdout=io.StringIO())
        assert Email.objects.get().nobody_there
        assert sorted(file.name for file in (tmp_path / "Maildir" / "cur").iterdir()) == [
            "0.box:2,S",
            "1.box:2,S",
        ]
        assert list((tmp_path / "Maildir" / "new").iterdir()) == []
        assert len(folder) == 2

    def test_without_a_domain_nothing_is_read(self, settings: Settings) -> None:
        settings.MAIL_BOUNCE_DOMAIN = ""
        with pytest.raises(CommandError, match="MAIL_BOUNCE_DOMAIN is empty"):
            call_command("bounces")

    def test_after_two_the_address_is_left_alone_until_its_owner_says_that_it_works(
        self, relay: Sink, email: Email, settings: Settings, born: Born, pump: Pump, signed_in: Client
    ) -> None:
        assert email.owner is not None
        born(TODAY + timedelta(days=1))
        pump(NINE + timedelta(days=1))
        for mail in Email.objects.all():
            bounces.take(report(own_address(mail, settings)))
        born(TODAY + timedelta(days=2))
        assert pump(NINE + timedelta(days=2)) == 0
        for page in ("/today/", "/reminders/", "/mail/"):
            html = signed_in.get(page).content.decode()
            assert "Your address takes no mail" in html, page
            assert "/mail/address/again/" in html
            assert ('under <a href="/mail/">Mail for you</a>' in html) == (page != "/mail/")
        trial.ask(email.owner, 1)
        assert pump(NINE + timedelta(days=2)) == 1, "who asks for a test gets one"
        bounces.take(report(own_address(Email.objects.get(kind="test"), settings)))
        signed_in.post("/mail/address/again/")
        assert "takes no mail" not in signed_in.get("/mail/").content.decode()
        assert pump(NINE + timedelta(days=2, hours=1)) == 1
        assert len(relay.accepted) == 4, "the day's mail does not wait for tomorrow"
