"""Where a mail comes back to: an address of its own, signed, so that nobody else can say it did."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re

BEFORE = "bounce"
# Some servers write addresses in small letters, some in large ones.
OURS = re.compile(rf"{BEFORE}\+(?P<pk>\d{{1,18}})-(?P<seal>[a-z2-7]{{26}})@(?P<domain>.+)", re.IGNORECASE)


def address(key: str, pk: int, message_id: str, domain: str) -> str:
    return f"{BEFORE}+{pk}-{_seal(key, message_id)}@{domain}"


def mail_of(text: str, domain: str) -> int | None:
    """The mail that this address names; whether it is signed is to be seen."""
    found = OURS.fullmatch(text.strip())
    return int(found["pk"]) if found and found["domain"].lower() == domain.lower() else None


def is_signed(text: str, key: str, message_id: str) -> bool:
    found = OURS.fullmatch(text.strip())
    return found is not None and hmac.compare_digest(found["seal"].lower(), _seal(key, message_id))


def _seal(key: str, message_id: str) -> str:
    digest = hmac.new(key.encode(), f"bounce|{message_id}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:16]).decode().lower().rstrip("=")
