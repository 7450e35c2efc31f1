"""Which mail server takes our mail: what EMAIL_URL says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

EXAMPLE = "smtp://user:password@mail.example.org:587/?tls=starttls or smtps://user:password@mail.example.org"


class Tls(StrEnum):
    """How the connection is encrypted."""

    NONE = "none"
    STARTTLS = "starttls"
    IMPLICIT = "implicit"


@dataclass(frozen=True, slots=True)
class Relay:
    """A mail server and how to reach it."""

    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str = ""
    # A file with the authority that signed the server's certificate, beside those the machine knows.
    ca: str = ""


def parse(url: str) -> Relay:
    """Raises a ValueError with a sentence for whoever set it, which never repeats the password."""
    shape = ValueError(f"EMAIL_URL cannot be read; it must look like {EXAMPLE}")
    try:
        parts = urlsplit(url)
    except ValueError:
        raise shape from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path not in {"", "/"}:
        raise shape
    try:
        port = parts.port
    except ValueError:
        raise ValueError("EMAIL_URL has a port that is not a number from 1 to 65535") from None
    query = parse_qs(parts.query, keep_blank_values=True)
    wish = query.pop("tls", [""])[-1]
    ca = query.pop("ca", [""])[-1]
    if query:
        raise ValueError(
            f"EMAIL_URL has an option we do not know: {', '.join(sorted(query))}; there are tls and ca"
        )
    if wish not in {"", "starttls", "none"} or (wish and parts.scheme == "smtps"):
        raise ValueError(
            "EMAIL_URL: tls is starttls or none, and only for smtp:// (smtps:// is encrypted anyway)"
        )
    tls = Tls.IMPLICIT if parts.scheme == "smtps" else Tls(wish or ("starttls" if parts.username else "none"))
    return Relay(
        host=parts.hostname,
        port=port or {Tls.IMPLICIT: 465, Tls.STARTTLS: 587, Tls.NONE: 25}[tls],
        tls=tls,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        ca=ca,
    )
