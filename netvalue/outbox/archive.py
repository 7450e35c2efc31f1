"""What a mailbox says that gets a copy of every mail: what is there was accepted.

The copy leaves in the same transaction, so the relay takes both or none. That a mail is not there counts only
if one that left after it has been there for hours: a copy that could not be brought at first is tried again
later than those that come after it.
"""

from __future__ import annotations

import imaplib
import re
import ssl
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from netvalue.outbox.doubts import Doubt, Finding, Word
from netvalue.outbox.relay import Tls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SECONDS = 10
INTERNAL_DATE = re.compile(rb'INTERNALDATE "([^"]{20,30})"')


@dataclass(frozen=True, slots=True)
class Archive:
    """A folder on an IMAP server, and the address whose mail comes into it."""

    host: str
    port: int
    tls: Tls
    user: str
    password: str
    folder: str
    copy_to: str
    ca: str = ""
    name: str = "archive"

    def ask(self, doubts: Sequence[Doubt]) -> Mapping[str, Finding]:
        """Raises OSError if the mailbox cannot be read."""
        try:
            with self._open() as mailbox:
                mailbox.login(self.user, self.password)
                answer, _ = mailbox.select(f'"{self.folder}"', readonly=True)
                if answer != "OK":
                    raise OSError(f"there is no folder {self.folder!r} in the archive")
                return {doubt.message_id: self._finding(mailbox, doubt) for doubt in doubts}
        except (imaplib.IMAP4.error, ValueError) as error:
            # A ValueError: it says what nobody can read.
            raise OSError(f"the archive refuses: {error}".replace(self.password, "…")) from None

    def _open(self) -> imaplib.IMAP4:
        if self.tls is Tls.NONE:
            return imaplib.IMAP4(self.host, self.port, timeout=SECONDS)
        context = ssl.create_default_context()
        if self.ca:
            context.load_verify_locations(self.ca)
        return imaplib.IMAP4_SSL(self.host, self.port, ssl_context=context, timeout=SECONDS)

    def _finding(self, mailbox: imaplib.IMAP4, doubt: Doubt) -> Finding:
        if _numbers(mailbox, doubt.message_id):
            return Finding(Word.ACCEPTED, "in the archive")
        if doubt.later and any(
            _came_at(mailbox, it) <= doubt.there_by for it in _numbers(mailbox, doubt.later)
        ):
            return Finding(Word.ABSENT, "not in the archive, though a later one has been there for hours")
        return Finding(Word.UNSAID, "not in the archive, nor a later one for long enough")


def _numbers(mailbox: imaplib.IMAP4, message_id: str) -> list[str]:
    found = _answer(mailbox, "SEARCH", "HEADER", "Message-ID", f'"{message_id}"')
    return b" ".join(part for part in found if isinstance(part, bytes)).decode("ascii", "replace").split()


def _came_at(mailbox: imaplib.IMAP4, number: str) -> datetime:
    """When the mailbox got it, by its own clock."""
    for part in _answer(mailbox, "FETCH", number, "(INTERNALDATE)"):
        if isinstance(part, bytes) and (found := INTERNAL_DATE.search(part)):
            return datetime.strptime(found[1].decode().strip(), "%d-%b-%Y %H:%M:%S %z")
    raise OSError("the archive does not say when a mail came")


def _answer(mailbox: imaplib.IMAP4, *command: str) -> list[Any]:
    answer, data = mailbox.uid(*command)
    if answer != "OK":
        raise OSError("the archive cannot be searched")
    return data
