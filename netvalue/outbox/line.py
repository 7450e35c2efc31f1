"""The connection to the relay: opened when needed, used for many mails, then closed."""

from __future__ import annotations

import smtplib
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from netvalue.outbox.verdicts import Answer, Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netvalue.outbox.fenced_smtp import Fence, FencedSMTP

MAILS_PER_CONNECTION = 100


class Line:
    """One sender's way to the relay. What broke, grew old or fell silent is not trusted again."""

    def __init__(self, connect: Callable[[], FencedSMTP]) -> None:
        self.connect = connect
        self.smtp: FencedSMTP | None = None
        self.mails = 0
        self.opened = 0.0
        self.used = 0.0

    def hand_over(self, sender: str, recipients: Sequence[str], message: bytes, fence: Fence) -> Answer:
        try:
            smtp = self.open()
        except (OSError, smtplib.SMTPException) as error:
            return Answer(Phase.CONNECT, getattr(error, "smtp_code", None), said(error))
        self.mails += 1
        try:
            return smtp.hand_over(sender, recipients, message, fence)
        finally:
            self.used = time.monotonic()

    def open(self) -> FencedSMTP:
        if self.smtp is not None and self._is_good(self.smtp):
            return self.smtp
        self.close()
        self.smtp = self.connect()
        self.mails = 0
        self.opened = self.used = time.monotonic()
        return self.smtp

    def _is_good(self, smtp: FencedSMTP) -> bool:
        now = time.monotonic()
        if not smtp.usable or self.mails >= MAILS_PER_CONNECTION or now - self.opened > smtp.times.connection:
            return False
        return now - self.used <= smtp.times.idle or smtp.answers()

    def close(self) -> None:
        if self.smtp is not None and self.smtp.usable:
            with suppress(OSError, smtplib.SMTPException):
                self.smtp.quit()
        self.smtp = None

    def drop(self) -> None:
        """Without another word: what was said last is not known."""
        if self.smtp is not None:
            self.smtp.close()
        self.smtp = None


def said(error: Exception) -> str:
    """What the server said, or what went wrong before it could."""
    words = getattr(error, "smtp_error", None)
    return words.decode(errors="replace") if isinstance(words, bytes) else repr(error)
