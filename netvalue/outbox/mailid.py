"""What a mail is called: the same Message-ID for the same recipient, day and kind, for ever.

It is made from what the mail is, not from its row: a row written again after a restore has the same name.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import date


def message_id(key: str, *, recipient: str, day: date, kind: str, topic: str, domain: str) -> str:
    return _name(key, f"{recipient.lower()}|{day.isoformat()}|{kind}|{topic}", domain)


def thread_id(key: str, *, recipient: str, thread: str, domain: str) -> str:
    """What all mails about the same refer to; no mail has it as its own."""
    return _name(key, f"{recipient.lower()}|thread|{thread}", domain)


def _name(key: str, what: str, domain: str) -> str:
    digest = hmac.new(key.encode(), what.encode(), hashlib.sha256).digest()
    return f"<{base64.b32encode(digest[:20]).decode().lower()}@{domain}>"
