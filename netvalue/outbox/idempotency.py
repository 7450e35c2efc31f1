"""How a relay knows a mail that comes a second time: by a key in its head, for as long as it keeps the key.

The key names these very bytes. So the same mail is taken once however often it comes, and another one never
passes for it.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from netvalue.outbox.times import Times

SHAPE = re.compile(r"(?P<header>[A-Za-z][A-Za-z0-9-]{1,60}):(?P<seconds>\d{1,8})")
# What mails have already, or what tells those who carry and show them something. Any other word will do.
TAKEN = re.compile(
    r"message-id|date|from|sender|to|cc|bcc|subject|comments|keywords|reply-to|in-reply-to|references|received"
    r"|return-path|delivered-to|errors-to|importance|priority|precedence|autocrypt|auto-submitted"
    r"|x-reminder-id|x-auto-response-suppress|x-priority|feedback-id|disposition-notification-to"
    r"|x-(mailgun-variables|mailin-custom|mj-customid|msys-api|ses-message-tags)"
    r"|(arc|authentication|bimi|content|dkim|domainkey|list|mime|original|received|resent|return|tls)-.+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Idempotency:
    """The name of the header, and for how many seconds the relay remembers what stood in it."""

    header: str
    seconds: float

    def keyed(self, message_id: str, message: bytes) -> bytes:
        """The mail with its key before everything else."""
        name = message_id.strip("<>").partition("@")[0]
        key = f"{name}-{hashlib.sha256(message).hexdigest()[:32]}"
        return f"{self.header}: {key}\r\n".encode() + message


def parse(text: str, times: Times) -> Idempotency | None:
    """`Resend-Idempotency-Key:86400`. A ValueError says what is wrong."""
    if not text:
        return None
    found = SHAPE.fullmatch(text)
    if found is None or TAKEN.fullmatch(found["header"]):
        raise ValueError(
            "EMAIL_IDEMPOTENCY must name a header and for how many seconds the mail server knows what stood"
            " in it, such as Resend-Idempotency-Key:86400; a header that mails have anyway will not do"
        )
    idempotency = Idempotency(found["header"], float(found["seconds"]))
    if idempotency.seconds <= margin(times):
        raise ValueError(
            f"EMAIL_IDEMPOTENCY: {found['seconds']} seconds are over before a mail can come again;"
            f" more than {margin(times):.0f} are needed (lease and body of EMAIL_TIMES)"
        )
    return idempotency


def margin(times: Times) -> float:
    """How long before the key is forgotten the last try must begin: by then it has surely ended."""
    return times.lease + times.body
