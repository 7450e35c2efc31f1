"""SMTP with a fence: between the server's 354 and the first byte of the body we ask Postgres whether we may.

Before the fence a mail surely was not sent. After it, until the server's last word is read, nobody can know.
"""

from __future__ import annotations

import re
import smtplib
import ssl
import time
from functools import lru_cache
from typing import TYPE_CHECKING

from netvalue.outbox.relay import Relay, Tls
from netvalue.outbox.times import Times
from netvalue.outbox.verdicts import Answer, Phase

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    # May it leave, to those who were taken?
    Fence = Callable[[Sequence[str]], bool]

# What is said to a recipient whose mail is taken.
TAKEN = {250, 251}
# A machine that was put to sleep does not count it on the monotonic clock.
AWAKE_OR_NOT = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)


class FenceClosed(Exception):  # noqa: N818 -- an event, not an error: this mail is not ours to send
    """Nothing was sent, and the connection must be dropped without another word."""


class FencedSMTP(smtplib.SMTP):
    """One connection to the relay; `hand_over` gives it one mail."""

    times = Times()

    def hand_over(self, sender: str, recipients: Sequence[str], message: bytes, fence: Fence) -> Answer:
        """The first recipient decides; whoever else is refused gets no copy, and the fence is told."""
        recipient = recipients[0]
        if refusal := self._cannot_take(recipient, message):
            return refusal
        phase = Phase.MAIL
        answers = self._introduce(sender, recipients)
        try:
            code, reply = next(answers)
            if code == 250:
                phase = Phase.RCPT
                code, reply = next(answers)
            if phase is Phase.RCPT and code in TAKEN:
                others = zip(recipients[1:], answers, strict=True)
                taken = [recipient, *(to for to, (said, _) in others if said in TAKEN)]
                phase = Phase.DATA
                code, reply = self.ask_for_the_body()
            if phase is Phase.DATA and code == 354:
                self.pass_the_fence(lambda: fence(taken))
                phase = Phase.BODY
                self.send_body(message)
                code, reply = self.last_word()
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            return Answer(phase, None, repr(error))
        if code == 421:
            self.close()
        elif phase is not Phase.BODY:
            self._forget_it(answers)
        # It is written down, and Postgres takes no NUL.
        return Answer(phase, code, reply.decode(errors="replace").replace("\0", ""))

    def _introduce(self, sender: str, recipients: Sequence[str]) -> Iterator[tuple[int, bytes]]:
        """What the server says to MAIL and to each RCPT; asked all at once if it reads on (RFC 2920)."""
        wishes = "" if recipients[0].isascii() else " SMTPUTF8 BODY=8BITMIME"
        asked = [f"MAIL FROM:{_quoted(sender)}{wishes}", *(f"RCPT TO:{_quoted(to)}" for to in recipients)]
        if self.reads_on:
            self._say(*asked)
        for command in asked:
            if not self.reads_on:
                self._say(command)
            yield self.getreply()

    def _say(self, *commands: str) -> None:
        self.send("".join(f"{command}\r\n" for command in commands).encode())

    @property
    def reads_on(self) -> bool:
        return bool(self.has_extn("pipelining"))

    def _cannot_take(self, recipient: str, message: bytes) -> Answer | None:
        """What the server said it takes is known before it is asked."""
        if not recipient.isascii() and not self.has_extn("smtputf8"):
            return Answer(Phase.RCPT, 553, "the mail server takes no address with letters beyond ASCII")
        size = self.esmtp_features.get("size", "")
        if size.isdecimal() and 0 < int(size) < len(message):
            return Answer(Phase.DATA, 552, f"5.3.4 the mail server takes no mail beyond {size} bytes")
        return None

    def ask_for_the_body(self) -> tuple[int, bytes]:
        self.putcmd("data")
        return self.getreply()

    def pass_the_fence(self, fence: Callable[[], bool]) -> None:
        began = time.clock_gettime(AWAKE_OR_NOT)
        passed = False
        try:
            passed = fence() and time.clock_gettime(AWAKE_OR_NOT) - began < self.times.frozen
        finally:
            if not passed:
                self.close()
        if not passed:
            raise FenceClosed

    def send_body(self, message: bytes) -> None:
        assert self.sock is not None
        self.sock.settimeout(self.times.body)
        self.send(re.sub(rb"(?m)^\.", b"..", message) + b".\r\n")

    def last_word(self) -> tuple[int, bytes]:
        answer = self.getreply()
        assert self.sock is not None
        self.sock.settimeout(self.times.command)
        return answer

    def _forget_it(self, answers: Iterator[tuple[int, bytes]]) -> None:
        try:
            if self.reads_on:
                # It answers all that it was asked.
                for _ in answers:
                    pass
            self.rset()
        except (OSError, smtplib.SMTPException):
            self.close()

    def answers(self) -> bool:
        """Whether somebody is still there after a silence."""
        try:
            code, _ = self.noop()
        except (OSError, smtplib.SMTPException):
            code = 0
        if code != 250:
            self.close()
        return code == 250

    @property
    def usable(self) -> bool:
        return self.sock is not None


class FencedSMTPS(FencedSMTP, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


@lru_cache(maxsize=100)
def _quoted(address: str) -> str:
    if {"\r", "\n"} & set(address):
        raise ValueError("an address has more than one line")
    return smtplib.quoteaddr(address)


def connect(relay: Relay, times: Times, local_hostname: str) -> FencedSMTP:
    """Raises OSError or SMTPException; then nothing was sent, and nothing secret said in clear."""
    smtp: FencedSMTP
    if relay.tls is Tls.IMPLICIT:
        smtp = FencedSMTPS(
            relay.host,
            relay.port,
            local_hostname=local_hostname,
            timeout=times.connect,
            context=_context(relay),
        )
    else:
        smtp = FencedSMTP(relay.host, relay.port, local_hostname=local_hostname, timeout=times.connect)
    smtp.times = times
    try:
        if relay.tls is Tls.STARTTLS:
            smtp.starttls(context=_context(relay))
        smtp.ehlo_or_helo_if_needed()
        if relay.user:
            smtp.login(relay.user, relay.password)
        assert smtp.sock is not None
        smtp.sock.settimeout(times.command)
    except (OSError, smtplib.SMTPException):
        smtp.close()
        raise
    return smtp


def _context(relay: Relay) -> ssl.SSLContext:
    """Certificates are checked, by the machine's authorities and the one that EMAIL_URL names."""
    context = ssl.create_default_context()
    if relay.ca:
        context.load_verify_locations(relay.ca)
    return context
