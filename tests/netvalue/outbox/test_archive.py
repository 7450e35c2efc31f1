"""A mailbox that gets a copy of every mail tells what was accepted."""

from __future__ import annotations

import re
import socketserver
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from netvalue.outbox import clock
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
        # When what is in it came, by the mailbox's clock.
        self.came_at = " 1-Jan-2026 08:00:00 +0000"
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
            case ["UID", fetch] if fetch.startswith("FETCH"):
                number = fetch.split()[1]
                self.say(f'* {number} FETCH (UID {number} INTERNALDATE "{self.server.came_at}")')
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


def told_at(moment: datetime) -> str:
    return moment.strftime("%d-%b-%Y %H:%M:%S %z")


AT = datetime(2026, 11, 20, tzinfo=UTC)
NOW = AT + timedelta(days=1)


@pytest.mark.parametrize(
    ("names", "later", "came_at", "word"),
    [
        (["<a@b>"], "", NOW, Word.ACCEPTED),
        ([], "", NOW, Word.UNSAID),
        # Nothing arrives in it: that says nothing.
        ([], "<later@b>", NOW, Word.UNSAID),
        # The relay may be waiting before it tries again with the one before.
        (["<later@b>"], "<later@b>", NOW, Word.UNSAID),
        (["<later@b>"], "<later@b>", NOW - timedelta(hours=5, minutes=59), Word.UNSAID),
        (["<later@b>"], "<later@b>", NOW - timedelta(hours=6), Word.ABSENT),
    ],
)
def test_what_a_mailbox_proves(
    mailbox: Mailbox, names: list[str], later: str, came_at: datetime, word: Word
) -> None:
    mailbox.names = names
    mailbox.came_at = told_at(came_at)
    doubt = Doubt("<a@b>", AT, later, there_by=NOW - timedelta(hours=6))
    assert archive(mailbox).ask([doubt])["<a@b>"].word is word


@pytest.mark.parametrize("came_at", ["", "yesterday, when all my troubles", "99-Nov-2026 08:00:00 +0000"])
def test_a_mailbox_that_does_not_say_when_proves_nothing(mailbox: Mailbox, came_at: str) -> None:
    mailbox.names, mailbox.came_at = ["<later@b>"], came_at
    with pytest.raises(OSError, match="archive"):
        archive(mailbox).ask([Doubt("<a@b>", AT, "<later@b>", there_by=NOW)])


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
        mailbox.came_at = told_at(clock.postgres_now() - timedelta(hours=8))
        its_turn()
        assert pump(NINE + timedelta(days=1, minutes=1)) == 1
        assert sorted(Email.objects.values_list("state", flat=True)) == ["sent", "sent"]

    def test_a_copy_that_may_still_be_on_its_way_proves_nothing(
        self, relay: Sink, settings: Settings, born: Born, pump: Pump, mailbox: Mailbox
    ) -> None:
        """The archive was away: the copy of what was accepted waits at the relay, later ones come at once."""
        settings.EMAIL_PROBE = archive(mailbox)
        born()
        born(TODAY + timedelta(days=1))
        relay.faults.hang_up_after_body = True
        pump()
        taken = relay.ids
        relay.faults.hang_up_after_body = False
        its_turn(age=timedelta(minutes=17))
        pump(NINE + timedelta(days=1))
        mailbox.names = [name for name in relay.ids if name not in taken]
        mailbox.came_at = told_at(clock.postgres_now() - timedelta(minutes=1))
        its_turn()
        assert pump(NINE + timedelta(days=1, minutes=1)) == 0
        mailbox.names, mailbox.came_at = relay.ids, told_at(clock.postgres_now())
        its_turn()
        assert pump(NINE + timedelta(days=1, minutes=2)) == 0
        assert sorted(Email.objects.values_list("state", flat=True)) == ["sent", "sent"]
        assert len(relay.ids) == 2, "nobody has it twice"

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
