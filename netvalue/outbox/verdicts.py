"""What a mail server's answer means, and when to try again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Phase(StrEnum):
    """How far we came."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    # Learned afterwards: from a witness, or because it came back.
    PROBE = "probe"
    BOUNCE = "bounce"


class Verdict(StrEnum):
    """What is known about a mail afterwards."""

    SENT = "sent"
    # Surely not sent, and not this mail's fault: leave the server alone for a while.
    AWAY = "away"
    # Surely not sent: try again later.
    LATER = "later"
    # Surely not sent, and never will be as it is.
    REFUSED = "refused"
    # It may have been accepted.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """The last thing the server said; without a code it said nothing any more."""

    phase: Phase
    code: int | None
    reply: str

    @property
    def said(self) -> str:
        return f"{self.code or ''} {self.reply}".strip()[:500]


def verdict(answer: Answer) -> Verdict:
    code = answer.code
    if code is None:
        return Verdict.UNKNOWN if answer.phase is Phase.BODY else Verdict.AWAY
    if answer.phase is Phase.BODY:
        if 200 <= code < 300:
            return Verdict.SENT
        if 400 <= code < 600:
            return Verdict.REFUSED if code >= 500 else Verdict.LATER
        return Verdict.UNKNOWN
    if answer.phase in {Phase.CONNECT, Phase.MAIL} or code == 421:
        return Verdict.AWAY
    return Verdict.REFUSED if code >= 500 else Verdict.LATER


MINUTES = (1, 5, 15, 30, 60)
# Too many at once: everybody else was told the same, so come back at a time of one's own.
CROWDED = {432, 452}


def wait_seconds(tries: int, code: int | None, chance: float) -> float:
    """How long to wait after that many tries; `chance`, from 0 to 1, spreads it by a fifth either way."""
    base = 60.0 * MINUTES[min(tries, len(MINUTES)) - 1]
    spread = base * (0.8 + 0.4 * chance)
    return spread + (600 * chance if code in CROWDED else 0)


def pause_seconds(pauses: int) -> int:
    """How long to leave a server alone that could not be reached that many times in a row."""
    return int(min(30 * 2 ** (max(pauses, 1) - 1), 300))


def unnamed(words: str) -> str:
    """A server's words without the addresses in them, for logs and for whoever is not the mail's owner."""
    return re.sub(r"\S+@\S+", "…", words)
