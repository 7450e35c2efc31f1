"""SMTP with a fence: between the server's 354 and the first byte of the body we ask Postgres whether we may.

Before the fence a mail surely was not sent. After it, until the server's last word is read, nobody can know.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from typing import TYPE_CHECKING

from netvalue.outbox.relay import Relay, Tls
from netvalue.outbox.verdicts import Answer, Phase

if TYPE_CHECKING:
    from collections.abc import Callable

CONNECT_SECONDS = 10
COMMAND_SECONDS = 60
# RFC 5321 4.5.3.2.6: a server may take ten minutes to answer the final dot.
BODY_SECONDS = 600
# Who stood still that long between the fence and the body may have lost the lease.
FROZEN_SECONDS = 30


class FenceClosed(Exception):  # noqa: N818 -- an event, not an error: this mail is not ours to send
    """Nothing was sent, and the connection must be dropped without another word."""


class FencedSMTP(smtplib.SMTP):
    """One connection to the relay; `hand_over` gives it one mail."""

    def hand_over(self, sender: str, recipient: str, message: bytes, fence: Callable[[], bool]) -> Answer:
        if not recipient.isascii() and not self.has_extn("smtputf8"):
            return Answer(Phase.RCPT, 553, "the mail server takes no address with letters beyond ASCII")
        phase = Phase.MAIL
        try:
            code, reply = self.mail(sender, [] if recipient.isascii() else ["SMTPUTF8"])
            if code == 250:
                phase = Phase.RCPT
                code, reply = self.rcpt(recipient)
            if phase is Phase.RCPT and code in {250, 251}:
                phase = Phase.DATA
                code, reply = self.ask_for_the_body()
            if phase is Phase.DATA and code == 354:
                self.pass_the_fence(fence)
                phase = Phase.BODY
                self.send_body(message)
                code, reply = self.last_word()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(phase, None, repr(error))
        if code == 421:
            self.close()
        elif phase is not Phase.BODY:
            self._forget_it()
        # It is written down, and Postgres takes no NUL.
        return Answer(phase, code, reply.decode(errors="replace").replace("\0", ""))

    def ask_for_the_body(self) -> tuple[int, bytes]:
        self.putcmd("data")
        return self.getreply()

    def pass_the_fence(self, fence: Callable[[], bool]) -> None:
        began = time.monotonic()
        passed = False
        try:
            passed = fence() and time.monotonic() - began < FROZEN_SECONDS
        finally:
            if not passed:
                self.close()
        if not passed:
            raise FenceClosed

    def send_body(self, message: bytes) -> None:
        assert self.sock is not None
        self.sock.settimeout(BODY_SECONDS)
        self.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")

    def last_word(self) -> tuple[int, bytes]:
        answer = self.getreply()
        assert self.sock is not None
        self.sock.settimeout(COMMAND_SECONDS)
        return answer

    def _forget_it(self) -> None:
        try:
            self.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    @property
    def usable(self) -> bool:
        return self.sock is not None


class FencedSMTPS(FencedSMTP, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def connect(relay: Relay, local_hostname: str) -> FencedSMTP:
    """Raises OSError or SMTPException; then nothing was sent."""
    context = ssl.create_default_context()
    smtp: FencedSMTP
    if relay.tls is Tls.IMPLICIT:
        smtp = FencedSMTPS(
            relay.host, relay.port, local_hostname=local_hostname, timeout=CONNECT_SECONDS, context=context
        )
    else:
        smtp = FencedSMTP(relay.host, relay.port, local_hostname=local_hostname, timeout=CONNECT_SECONDS)
    try:
        if relay.tls is Tls.STARTTLS:
            smtp.starttls(context=context)
        smtp.ehlo()
        if relay.user:
            smtp.login(relay.user, relay.password)
        assert smtp.sock is not None
        smtp.sock.settimeout(COMMAND_SECONDS)
    except (OSError, smtplib.SMTPException):
        smtp.close()
        raise
    return smtp
