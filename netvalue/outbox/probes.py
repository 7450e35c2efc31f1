"""Who is asked what became of a mail whose sender died before the last word: what EMAIL_PROBE says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from netvalue.outbox.archive import Archive
from netvalue.outbox.events import HEADS, Events
from netvalue.outbox.postfix_log import PostfixLog
from netvalue.outbox.relay import Tls

if TYPE_CHECKING:
    from netvalue.outbox.doubts import Witness

EXAMPLE = (
    "postfix-log:/var/log/mail.log or imaps://user:password@mail.example.org/INBOX?copy=archive@example.org"
    " or events://user:password@postmark"
)
# Whoever knows it can say of every mail that it arrived.
SECRET = 16
NEARBY = {"localhost", "127.0.0.1", "::1"}


def parse(url: str) -> Witness | None:
    """Raises a ValueError with a sentence for whoever set it, which never repeats the password."""
    if not url:
        return None
    shape = ValueError(f"EMAIL_PROBE cannot be read; it must look like {EXAMPLE}")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise shape from None
    query = {name: values[-1] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if parts.scheme == "postfix-log" and parts.path.startswith("/") and not parts.netloc:
        return _log(unquote(parts.path), query)
    if parts.scheme in {"imap", "imaps"} and parts.hostname and parts.username:
        return _archive(parts, port, query)
    if parts.scheme == "events" and parts.hostname and parts.username and not parts.path.strip("/"):
        return _events(parts, query)
    raise shape


def _log(path: str, query: dict[str, str]) -> PostfixLog:
    if unknown := query.keys() - {"zone"}:
        raise ValueError(f"EMAIL_PROBE has an option we do not know: {', '.join(sorted(unknown))}")
    if "zone" not in query:
        return PostfixLog(Path(path))
    try:
        return PostfixLog(Path(path), ZoneInfo(query["zone"]))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("EMAIL_PROBE: zone must be a time zone such as Europe/Berlin") from None


def _archive(parts: SplitResult, port: int | None, query: dict[str, str]) -> Archive:
    if unknown := query.keys() - {"copy", "ca"}:
        raise ValueError(f"EMAIL_PROBE has an option we do not know: {', '.join(sorted(unknown))}")
    if "@" not in query.get("copy", ""):
        raise ValueError("EMAIL_PROBE needs copy=ADDRESS: whose mail comes into that mailbox")
    tls = Tls.IMPLICIT if parts.scheme == "imaps" else Tls.NONE
    if tls is Tls.NONE and parts.hostname not in NEARBY:
        raise ValueError(
            "EMAIL_PROBE: only a mailbox on this machine may be read without encryption: imaps://"
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    folder = unquote(parts.path.strip("/")).replace('"', "") or "INBOX"
    if not (user + password + folder).isascii():
        raise ValueError("EMAIL_PROBE: name, password and folder of the mailbox must be plain ASCII")
    return Archive(
        host=parts.hostname or "",
        port=port or (993 if tls is Tls.IMPLICIT else 143),
        tls=tls,
        user=user,
        password=password,
        folder=folder,
        copy_to=query["copy"],
        ca=query.get("ca", ""),
    )


def _events(parts: SplitResult, query: dict[str, str]) -> Events:
    provider, password = parts.hostname or "", unquote(parts.password or "")
    if provider not in HEADS:
        raise ValueError(f"EMAIL_PROBE: events:// knows {', '.join(sorted(HEADS))}")
    if unknown := query.keys() - {"key"}:
        raise ValueError(f"EMAIL_PROBE has an option we do not know: {', '.join(sorted(unknown))}")
    if len(password) < SECRET:
        raise ValueError(f"EMAIL_PROBE: the password of events:// must have at least {SECRET} characters")
    if (provider == "mailgun") != bool(query.get("key")):
        raise ValueError("EMAIL_PROBE: mailgun, and nobody else, needs key=ITS WEBHOOK SIGNING KEY")
    return Events(provider, unquote(parts.username or ""), password, query.get("key", ""))
