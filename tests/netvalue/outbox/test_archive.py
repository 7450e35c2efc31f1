"""A mailbox that gets a copy of every mail tells what was accepted."""

from __future__ import annotations

import re
import socketserver
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from netvalue.outbox.archive import Archive
from netvalue.outbox.doubts import Doubt, Word
from netvalue.outbox.models import Email
from netvalue.outbox.relay import Tls
from tests.netvalue.outbox.conftest import NINE, TODAY
from tests.netvalue.outbox.test_settling import its_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pytest_django import Settings

    from contacts.models import Contact
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

COPIES = "copies@example.org"


class Mailbox(socketserver.ThreadingTCPServer):
    """The few commands of IMAP that are needed, over the names of the mails in one folder."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        self.names: list[str] = []
        super().__init__(("127.0.0.1", 0), Conversation)


class Conversation(socketserver.StreamRequestHandler):
    """One client."""

    server: Mailbox

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        self.say("* OK ready")
        for raw in self.rfile:
            tag, _, command = raw.decode().strip().partition(" ")
            self.say(f"{tag} {self.answer(command)}")
            if command == "LOGOUT":
                return

    def answer(self, command: str) -> str:
        match command.split(" ", 1):
            case ["CAPABILITY"]:
                self.say("* CAPABILITY IMAP4rev1")
            case ["LOGIN", who] if who != 'me "open sesame"':
                return "NO wrong password open sesame"
            case ["EXAMINE", folder] if folder != '"Copies"':
                return "NO no such folder"
            case ["EXAMINE", _]:
                self.say(f"* {len(self.server.names)} EXISTS")
            case ["UID", search]:
                asked = re.fullmatch(r'SEARCH HEADER Message-ID "(.*)"', search)
                assert asked, search
                found = [str(n) for n, name in enumerate(self.server.names, 1) if asked[1] in name]
                self.say(" ".join(["* SEARCH", *found]))
        return "OK done"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def archive(mailbox: Mailbox, *, password: str = "open sesame", folder: str = "Copies") -> Archive:
    port = mailbox.server_address[1]
    return Archive("127.0.0.1", port, Tls.NONE, "me", password, folder, COPIES)


@pytest.mark.parametrize(
    ("names", "later", "word"),
    [
        (["<a@b>"], "", Word.ACCEPTED),
        ([], "", Word.UNSAID),
        # Nothing arrives in it: that says nothing.
        ([], "<later@b>", Word.UNSAID),
        (["<later@b>"], "<later@b>", Word.ABSENT),
    ],
)
def test_what_a_mailbox_proves(mailbox: Mailbox, names: list[str], later: str, word: Word) -> None:
    mailbox.names = names
    at = datetime(2026, 11, 20, tzinfo=UTC)
    assert archive(mailbox).ask([Doubt("<a@b>", at, later)])["<a@b>"].word is word


def test_a_mailbox_that_cannot_be_read_says_so_without_the_password(mailbox: Mailbox) -> None:
    doubts = [Doubt("<a@b>", datetime(2026, 11, 20, tzinfo=UTC))]
    with pytest.raises(OSError, match="refuses") as refusal:
        archive(mailbox, password="sesame").ask(doubts)
    assert "sesame" not in str(refusal.value)
    with pytest.raises(OSError, match="no folder 'Nowhere'"):
        archive(mailbox, folder="Nowhere").ask(doubts)


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("morning")
class TestEveryMailIsCopied:
    """In one transaction with the mail itself."""

    def test_a_mail_in_doubt_is_settled_by_its_copy(
        self, relay: Sink, settings: Settings, born: Born, pump: Pump, mailbox: Mailbox
    ) -> None:
        settings.EMAIL_PROBE = archive(mailbox)
        born()
        relay.faults.hang_up_after_body = True
        pump()
        email = Email.objects.get()
        assert (email.state, email.witness) == ("unknown", "archive")
        assert relay.envelopes[0].rcpt_tos == [email.recipient, COPIES]
        assert COPIES not in str(relay.accepted[0])
        mailbox.names = relay.ids
        assert pump() == 0
        assert Email.objects.get().state == "sent"

    def test_it_is_sent_again_when_a_later_one_has_arrived_and_it_has_not(
        self, relay: Sink, settings: Settings, born: Born, pump: Pump, mailbox: Mailbox
    ) -> None:
        settings.EMAIL_PROBE = archive(mailbox)
        born()
        born(TODAY + timedelta(days=1))
        relay.faults.hang_up_after_body = True
        pump()
        relay.accepted.clear()
        relay.faults.hang_up_after_body = False
        its_turn(age=timedelta(hours=1))
        assert pump() == 0, "nothing shows that copies arrive at all"
        assert pump(NINE + timedelta(days=1)) == 1
        mailbox.names = relay.ids
        its_turn()
        assert pump(NINE + timedelta(days=1, minutes=1)) == 1
        assert sorted(Email.objects.values_list("state", flat=True)) == ["sent", "sent"]

    def test_without_its_copy_a_mail_leaves_all_the_same_and_has_no_witness(
        self, relay: Sink, settings: Settings, born: Born, pump: Pump, mailbox: Mailbox
    ) -> None:
        settings.EMAIL_PROBE = archive(mailbox)
        relay.refused = {COPIES}
        born()
        assert pump() == 1
        email = Email.objects.get()
        assert (email.state, email.witness) == ("sent", "")
        assert relay.envelopes[0].rcpt_tos == [email.recipient]
