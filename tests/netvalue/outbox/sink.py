"""A real SMTP server: it writes down what it accepted before it answers 250, and can misbehave."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
from asyncio import Transport
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import time_machine
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from netvalue.outbox.relay import Relay, Tls


def hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, Transport)
    server.transport.abort()


@dataclass
class Faults:
    """What it answers instead of taking the mail: a reply per phase, or it hangs up."""

    mail: str = ""
    rcpt: str = ""
    data: str = ""
    dot: str = ""
    hang_up_after_body: bool = False
    hang_up_before_body: bool = False


@dataclass
class Sink:
    """What was accepted: the truth about what was sent."""

    port: int = 0
    faults: Faults = field(default_factory=Faults)
    accepted: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    # The header by which it knows a mail that comes again, and what came with each key.
    key_header: str = ""
    keys: dict[str, bytes] = field(default_factory=dict)
    # Keys of mails that came again and were not taken a second time.
    known_again: list[str] = field(default_factory=list)
    # Addresses that it does not know.
    refused: set[str] = field(default_factory=set)
    connections: int = 0
    # Whether it says that it reads on before it has answered (RFC 2920).
    reads_on: bool = False
    # Of each mail, whether its recipient stood there already when its sender was answered.
    asked_ahead: list[bool] = field(default_factory=list)
    # Called when a mail begins, before that is answered.
    on_mail: Callable[[], object] = lambda: None
    # Called when DATA is asked for, before the 354.
    on_data: Callable[[], None] = lambda: None
    # Called when the body is there, before it is accepted.
    on_body: Callable[[], None] = lambda: None
    log: Path | None = None
    # Where it writes what a Postfix would write about each mail.
    mail_log: Path | None = None
    queue_ids: Iterator[str] = field(default_factory=lambda: (f"{n:010X}" for n in itertools.count(0xA0001)))

    def note(self, daemon: str, text: str) -> None:
        """At the real time, as a program of its own would."""
        if self.mail_log:
            now = time_machine.escape_hatch.datetime.datetime.now(UTC)
            with self.mail_log.open("a") as log:
                log.write(f"{now.isoformat()} sink postfix/{daemon}[{os.getpid()}]: {text}\n")

    def knows(self, content: bytes) -> str:
        """What it answers to a mail with a key that it has seen: the same again, but to no other mail."""
        if not self.key_header:
            return ""
        key = str(message_from_bytes(content)[self.key_header])
        if self.keys.setdefault(key, content) is content:
            return ""
        if self.keys[key] != content:
            return "550 5.6.0 another mail came with this key"
        self.known_again.append(key)
        return "250 2.0.0 taken before"

    @property
    def relay(self) -> Relay:
        return Relay("127.0.0.1", self.port, Tls.NONE)

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.accepted]

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]] if self.reads_on else responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        waiting: Any = server._reader
        self.asked_ahead.append(b"RCPT TO" in bytes(waiting._buffer))
        await asyncio.to_thread(self.on_mail)
        envelope.mail_from = address
        return self.faults.mail or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 nobody there"
        envelope.rcpt_tos.append(address)
        return self.faults.rcpt or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.to_thread(self.on_body)
        if self.faults.dot:
            return self.faults.dot
        content = envelope.content
        assert isinstance(content, bytes)
        if answer := self.knows(content):
            return answer
        self.accepted.append(message_from_bytes(content, policy=policy.default))
        self.envelopes.append(envelope)
        queue_id = next(self.queue_ids)
        self.note("smtpd", f"{queue_id}: client=localhost[127.0.0.1]")
        self.note("cleanup", f"{queue_id}: message-id={self.ids[-1]}")
        self.note(
            "qmgr", f"{queue_id}: from=<{envelope.mail_from}>, size={len(content)}, nrcpt=1 (queue active)"
        )
        if self.log:
            with self.log.open("a") as log:
                log.write(self.ids[-1] + "\n")
        if self.faults.hang_up_after_body:
            hang_up(server)
        return "250 2.0.0 taken"


class Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        sink: Sink = self.event_handler
        await asyncio.to_thread(sink.on_data)
        if sink.faults.hang_up_before_body:
            hang_up(self)
        elif sink.faults.data:
            await self.push(sink.faults.data)
        else:
            await super().smtp_DATA(arg)


class SinkController(Controller):
    handler: Sink

    def __init__(self, sink: Sink) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            sink.port = free.getsockname()[1]
        super().__init__(sink, hostname="127.0.0.1", port=sink.port)

    def factory(self) -> Any:
        return Server(self.handler, hostname="sink.test", enable_SMTPUTF8=True)
