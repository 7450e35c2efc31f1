"""People who take the checklist, each with a browser that sends the same form until it is acknowledged."""

from __future__ import annotations

import asyncio
import re
import secrets
import time
import uuid
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from assessments.questions import FIRST
from tests.load.judge import Begun, Sent

if TYPE_CHECKING:
    from collections.abc import Mapping

# A broken connection is part of the exercise; silence for so long is not.
SILENCE = 120.0
VALUES: tuple[str | None, ...] = ("yes", "partly", "no", None)
BROKEN = (OSError, asyncio.IncompleteReadError)
UNAVAILABLE, SEE_OTHER, OK = 503, 303, 200


class WrongError(Exception):
    """An answer that nobody may get here."""


@dataclass(frozen=True)
class Reply:
    """What came back."""

    status: int
    location: str
    body: bytes


@dataclass
class Tally:
    """What all of them saw."""

    begun: list[Begun] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    requests: int = 0
    broken: int = 0
    unavailable: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def told(self) -> int:
        sent = [answer for check in self.begun for answers in check.answers.values() for answer in answers]
        return sum(answer.told for answer in sent)


class Browser:
    """HTTP/1.1 over one connection that stays open, and the cookies of somebody who is signed in."""

    def __init__(self, host: str, port: int, session: str) -> None:
        self.host, self.port = host, port
        self.token = secrets.token_hex(16)
        self.cookies = f"netvalue_session={session}; netvalue_csrf={self.token}"
        self.reader: asyncio.StreamReader | None = None
        self.writer: asyncio.StreamWriter | None = None

    async def send(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Reply:
        """One request, once. It fails like a connection does."""
        try:
            async with asyncio.timeout(SILENCE):
                return await self._send(method, path, form)
        except BROKEN:
            self.close()
            raise

    async def _send(self, method: str, path: str, form: Mapping[str, str] | None) -> Reply:
        if self.reader is None or self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(self.host, self.port)
        body = urlencode({**form, "csrfmiddlewaretoken": self.token}).encode() if form is not None else b""
        head = (
            f"{method} {path} HTTP/1.1",
            f"Host: localhost:{self.port}",
            f"Cookie: {self.cookies}",
            "Accept-Language: en",
            "User-Agent: a person in a hurry",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
        )
        self.writer.write("\r\n".join((*head, "", "")).encode() + body)
        await self.writer.drain()
        return await self._reply(self.reader)

    async def _reply(self, reader: asyncio.StreamReader) -> Reply:
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("transfer-encoding") == "chunked":
            body = b""
            while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
                body += (await reader.readexactly(size + 2))[:-2]
            await reader.readuntil(b"\r\n")
        else:
            body = await reader.readexactly(int(headers.get("content-length", 0)))
        if headers.get("connection") == "close":
            self.close()
        return Reply(int(status.split()[1]), headers.get("location", ""), body)

    def close(self) -> None:
        if self.writer:
            self.writer.close()
        self.reader = self.writer = None


class Person:
    """Takes one check after the other until time is up: begins, answers, sometimes goes back, finishes."""

    def __init__(self, email: str, browser: Browser, tally: Tally, chance: Random, thinks: float) -> None:
        self.email, self.browser, self.tally, self.chance = email, browser, tally, chance
        self.thinks = thinks
        self.said = 0

    async def live(self, until: float) -> None:
        try:
            await asyncio.sleep(self.chance.uniform(0, 2 * self.thinks))
            while time.monotonic() < until:
                await self.take_a_check(until)
        except WrongError as error:
            self.tally.wrong.append(f"{self.email}: {error}")
        finally:
            self.browser.close()

    async def take_a_check(self, until: float) -> None:
        perspective = self.chance.choice(["person", "organisation"])
        location = await self.post(
            "/check/", {"uid": str(uuid.UUID(int=self.chance.getrandbits(128))), "perspective": perspective}
        )
        found = re.fullmatch(r"/check/([0-9a-f-]{36})/1/", location)
        if not found:
            raise WrongError(f"began at {location}")
        check = Begun(found[1], self.email)
        self.tally.begun.append(check)
        number = 1
        while number <= len(FIRST):
            if time.monotonic() > until:
                return
            back = number > 1 and self.chance.random() < 0.15
            number = await self.answer(check, number, "back" if back else "next")
        if self.chance.random() < 0.3:
            await self.answer(check, self.chance.randint(1, len(FIRST)), "next", "?review")
        # Nobody has answered all with “skip for now”.
        if any(answers[-1].value for answers in check.answers.values()):
            check.finish_sent = True
            await self.post(f"/check/{check.uid}/review/", {})
            check.finish_told = True

    async def answer(self, check: Begun, number: int, action: str, query: str = "") -> int:
        """Sometimes reloads a question; thinks, answers it, and is told which one comes then."""
        path = f"/check/{check.uid}/{number}/{query}"
        if self.chance.random() < 0.3:
            await self.get(path)
        await asyncio.sleep(self.chance.uniform(0.5, 1.5) * self.thinks)
        self.said += 1
        sent = Sent(self.chance.choice(VALUES), f"{self.email} says “{self.said}”\nto {number} ✓")
        check.answers[FIRST[number - 1].key].append(sent)
        form = {"answer": sent.value or "open", "note": sent.note, "action": action}
        location = await self.post(path, form)
        sent.told = True
        coming = number - 1 if action == "back" else number + 1
        expected = "review" if query or coming > len(FIRST) else str(coming)
        if location != f"/check/{check.uid}/{expected}/":
            raise WrongError(f"{path} led to {location}")
        return coming

    async def post(self, path: str, form: Mapping[str, str]) -> str:
        """Sends the same form until it is acknowledged; where to go then."""
        reply = await self._insist("POST", path, form)
        if reply.status != SEE_OTHER:
            raise WrongError(f"POST {path} answered {reply.status}")
        return reply.location

    async def get(self, path: str) -> None:
        reply = await self._insist("GET", path)
        whole = reply.body.lstrip().startswith(b"<!doctype html>") and b"</html>" in reply.body
        if reply.status != OK or not whole:
            raise WrongError(f"GET {path} answered {reply.status} with {len(reply.body)} bytes")

    async def _insist(self, method: str, path: str, form: Mapping[str, str] | None = None) -> Reply:
        began, pause = time.monotonic(), 0.1
        while True:
            try:
                reply = await self.browser.send(method, path, form)
            except TimeoutError:
                raise WrongError(f"{method} {path} was not answered in {SILENCE:.0f} s") from None
            except BROKEN:
                self.tally.broken += 1
            else:
                if reply.status != UNAVAILABLE:
                    self.tally.requests += 1
                    self.tally.waited.append(time.monotonic() - began)
                    return reply
                self.tally.unavailable += 1
            if time.monotonic() - began > SILENCE:
                raise WrongError(f"{method} {path} was not answered in {SILENCE:.0f} s")
            pause = min(2 * pause, 1.6)
            await asyncio.sleep(pause)
