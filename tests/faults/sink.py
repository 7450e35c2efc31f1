"""A mail server in a process of its own: it writes down what it accepted before it answers 250.

In its directory it keeps
- `accepted.jsonl`: `{"id", "to", "from", "at", "text"}` for each mail it took; the judge reads nothing else;
- `mail.log`: the same as Postfix writes it, for a probe that reads such logs;
- `faults.jsonl`: `{"what", "at", "id"}` for each thing it did wrong on purpose;
- `asked.jsonl`: `{"phase", "at", "to"}` for each MAIL, RCPT, DATA and body it heard.

It looks for orders in `orders.json` before each answer: for `mail`, `rcpt`, `data` (instead of 354) and `dot`
(instead of taking the mail) a reply such as "451 later"; `hang_up_before` (at DATA), `hang_up_after` (taken,
never said) and `never` (taken, never answered): true; `hold` (a phase: `data`, `body` or `taken`): it waits
there, and says so in `faults.jsonl`, until the order is gone; `slow`: seconds before the last word;
`greylist`: seconds for which an unknown recipient is told 451; `nobody`: a list of recipients that are told
550 at RCPT; `idle`: for how many seconds it keeps a silent line.
Each may have a share instead of always: `{"reply": …, "share": 0.05}`.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from asyncio import Transport
from contextlib import suppress
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.faults.clock import Clock

IDLE_SECONDS = 3.0


class Sink:
    """What it was told to do, and what it did."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.orders: dict[str, Any] = {}
        self.changed = 0.0
        self.clock: Clock | None = None
        self.first_seen: dict[str, float] = {}
        self.taken = 0
        self.chance = random.Random(7)
        self.files = {
            name: (place / name).open("a", buffering=1)
            for name in ("accepted.jsonl", "faults.jsonl", "asked.jsonl", "mail.log")
        }

    def note(self, name: str, **what: Any) -> None:
        self.files[name].write(json.dumps({**what, "at": time.time()}) + "\n")

    def order(self, name: str) -> Any:
        """What to do instead; nothing if the dice say that this one goes well."""
        path = self.place / "orders.json"
        try:
            changed = path.stat().st_mtime_ns
            if changed != self.changed:
                self.orders, self.changed = json.loads(path.read_text()), changed
        except (OSError, ValueError):
            pass
        order = self.orders.get(name)
        if isinstance(order, dict):
            return order.get("reply", True) if self.chance.random() < order["share"] else None
        return order

    def misbehave(self, what: str, about: str = "") -> None:
        self.note("faults.jsonl", what=what, id=about)

    def wrong(self, phase: str, recipient: str = "") -> str:
        self.note("asked.jsonl", phase=phase, to=recipient)
        reply = self.order(phase)
        if reply:
            self.misbehave(phase, recipient)
        return str(reply or "")

    async def hold(self, phase: str, about: str) -> None:
        if self.order("hold") != phase:
            return
        self.misbehave(f"hold {phase}", about)
        while self.order("hold") == phase:
            await asyncio.sleep(0.02)

    async def handle_EHLO(  # noqa: N802 -- aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        self.note("asked.jsonl", phase="ehlo", to="")
        session.host_name = hostname
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.wrong("mail") or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if wrong := self.wrong("rcpt", address):
            return wrong
        if address in (self.order("nobody") or ()):
            self.misbehave("rcpt", address)
            return "550 5.1.1 nobody of that name here"
        if seconds := self.order("greylist"):
            first = self.first_seen.setdefault(address, time.time())
            if time.time() - first < seconds:
                self.misbehave("greylist", address)
                return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        name = re.sub(r"\s", "", str(mail["Message-ID"]))
        await self.hold("body", name)
        if wrong := self.wrong("dot", name):
            return wrong
        queue_id = self.take(name, envelope, mail.get_body(("plain",)))
        await self.hold("taken", name)
        transport = server.transport
        assert isinstance(transport, Transport)
        if self.order("hang_up_after"):
            self.misbehave("hang_up_after", name)
            transport.abort()
        if self.order("never"):
            self.misbehave("never", name)
            await asyncio.sleep(3600)
        if seconds := self.order("slow"):
            await asyncio.sleep(seconds)
        return f"250 2.0.0 Ok: queued as {queue_id}"

    def take(self, name: str, envelope: Envelope, text: Any) -> str:
        """From here on it is accepted, whatever the sender hears."""
        self.taken += 1
        queue_id = f"{int(time.time() * 1e6):X}{self.taken:X}"
        self.note(
            "accepted.jsonl",
            id=name,
            to=envelope.rcpt_tos,
            **{"from": envelope.mail_from, "text": text.get_content() if text else ""},
        )
        self.log(f"postfix/cleanup[1]: {queue_id}: message-id={name}")
        self.log(f"postfix/qmgr[2]: {queue_id}: from=<{envelope.mail_from}>, size=1, nrcpt=1 (queue active)")
        return queue_id

    def log(self, line: str) -> None:
        """As Postfix does, in the time of the run."""
        with suppress(OSError, ValueError):
            self.clock = Clock.read(self.place)
        if self.clock:
            self.files["mail.log"].write(f"{self.clock.now().isoformat()} mx {line}\n")


class Server(SMTP):
    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 -- aiosmtpd's name
        sink: Sink = self.event_handler
        await sink.hold("data", str(self.envelope and self.envelope.rcpt_tos))
        if sink.order("hang_up_before"):
            sink.misbehave("hang_up_before")
            assert isinstance(self.transport, Transport)
            self.transport.abort()
        elif wrong := sink.wrong("data"):
            await self.push(wrong)
        else:
            await super().smtp_DATA(arg)

    def _reset_timeout(self, duration: float | None = None) -> None:
        super()._reset_timeout(duration or self.event_handler.order("idle"))

    def _timeout_cb(self) -> None:
        """While it is held the clock does not run against the sender."""
        if self.event_handler.order("hold") or self.event_handler.order("never"):
            self._reset_timeout()
        else:
            super()._timeout_cb()  # type: ignore[no-untyped-call]  # the library's own


def serve(port: int, place: str) -> None:
    asyncio.run(listen(port, Path(place)))


async def listen(port: int, place: Path) -> None:
    sink = Sink(place)
    server = await asyncio.get_running_loop().create_server(
        lambda: Server(sink, hostname="sink.test", enable_SMTPUTF8=True, timeout=IDLE_SECONDS),
        "127.0.0.1",
        port,
        backlog=256,
        reuse_address=True,
    )
    async with server:
        while True:
            # A mail server always has something to say: who reads its log sees that it was awake.
            sink.log("postfix/anvil[3]: statistics: max cache size 1")
            await asyncio.sleep(0.5)
