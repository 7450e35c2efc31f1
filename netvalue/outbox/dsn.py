"""What a mail that came back says: the delivery reports of RFC 3464, and to whom they were addressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.utils import getaddresses
from typing import Any

# Of RFC 3463; three numbers alone, not those of an address such as 5.1.2.77 or of a name.
STATUS = re.compile(r"(?<![\w.])[245]\.\d{1,3}\.\d{1,3}(?!\.?\w)", re.ASCII)
# A report that went wrong itself may be endless.
MOST_REPORTS = 50
# Each is looked up.
MOST_ADDRESSES = 20


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one recipient."""

    recipient: str
    action: str
    status: str
    diagnostic: str
    # It was said without a number that nobody lives there.
    nobody: bool = False

    @property
    def failed(self) -> bool:
        return self.action == "failed"

    @property
    def words(self) -> str:
        return f"{self.status} {self.diagnostic}".strip()[:300]


@dataclass(frozen=True, slots=True)
class Bounce:
    """A mail that came back: the addresses it names as its own, and what it reports."""

    addressed: list[str]
    reports: list[Report]


def status_in(words: str) -> str:
    """The first there is, or nothing."""
    found = STATUS.search(words)
    return found[0] if found else ""


def read(raw: bytes) -> Bounce:
    """Whatever somebody sends: what is no delivery report has none."""
    try:
        message = message_from_bytes(raw)
        named = [
            _text(value)
            for name in ("Delivered-To", "X-Original-To", "To")
            for value in message.get_all(name, [])
        ]
        addressed = [address for _, address in getaddresses(named) if address]
        return Bounce(addressed[:MOST_ADDRESSES], _reports(message))
    except (RecursionError, ValueError):
        # Parts within parts within parts: no mail server writes that.
        return Bounce([], [])


def _reports(message: Message) -> list[Report]:
    parts = message.get_payload()
    if message.get_content_type() != "multipart/report" or not isinstance(parts, list):
        return []
    return [
        report
        for part in parts
        if isinstance(part, Message) and part.get_content_type() == "message/delivery-status"
        for group in _groups(part)
        if (report := _report(group))
    ][:MOST_REPORTS]


def _groups(part: Message) -> list[Message]:
    """One block of fields for the mail, and one for each recipient."""
    groups = part.get_payload()
    return [group for group in groups if isinstance(group, Message)] if isinstance(groups, list) else []


def _report(group: Message) -> Report | None:
    status = status_in(_text(group.get("Status")))
    recipient = _text(group.get("Original-Recipient")) or _text(group.get("Final-Recipient"))
    if not status or not recipient:
        return None
    return Report(
        recipient=recipient.partition(";")[2].strip().strip("<>"),
        action=_text(group.get("Action")).strip().lower(),
        status=status,
        diagnostic=" ".join(_text(group.get("Diagnostic-Code")).split()),
    )


def _text(value: Any) -> str:
    """One line that Postgres takes, whatever a header holds."""
    clean = str(value or "").encode(errors="replace").decode().replace("\0", "")
    return " ".join(clean.split())
