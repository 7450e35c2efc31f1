"""One of the processes that send, or take, many mails: `sink`, `raw`, `pump` or `prebuilt`.

`raw` is smtplib with mails written beforehand, `pump` the whole way of a reminder, `prebuilt` that way
without its writing. Each says that it is ready, waits for a line, and says when it began, when it ended, how
many left, and how many kilobytes it held whenever another tenth of them had left.
"""

from __future__ import annotations

import smtplib
import socket
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
from aiosmtpd.controller import Controller

if TYPE_CHECKING:
    from collections.abc import Callable

BODY = (
    b"From: NetValue <reminders@example.org>\r\nTo: somebody@example.org\r\nSubject: Given Family\r\n"
    b"Content-Type: text/html; charset=utf-8\r\n\r\n" + b"<p>Given Family has a birthday today.</p>\r\n" * 300
)


class Taker:
    """Takes everything."""

    async def handle_DATA(self, *_: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        return "250 taken"


def sink() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Taker(), hostname="127.0.0.1", port=port)
    controller.start()
    print(port, flush=True)
    sys.stdin.readline()
    controller.stop()


def raw(port: int) -> Callable[[float], int]:
    """Sends for so many seconds."""
    smtp = smtplib.SMTP("127.0.0.1", port)

    def send(seconds: float) -> int:
        end, sent = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            smtp.sendmail("reminders@example.org", ["somebody@example.org"], BODY)
            sent += 1
        return sent

    return send


def pump(port: int, database: str, now: str, *, written: bool) -> Callable[[float], int]:
    django.setup()

    from django.conf import settings  # noqa: PLC0415 -- after setup
    from django.db import connection  # noqa: PLC0415

    from netvalue.outbox import delivery, letters  # noqa: PLC0415
    from netvalue.outbox.relay import Relay, Tls  # noqa: PLC0415

    connection.settings_dict["NAME"] = database
    settings.EMAIL_RELAY = Relay("127.0.0.1", port, Tls.NONE)
    if not written:
        nothing: Any = {}
        letters.drafts = lambda *_: nothing
        letters.write = lambda *_: nothing
        letters.message = lambda *_: BODY

    def send(seconds: float) -> int:
        return delivery.pump(seconds, now=datetime.fromisoformat(now))

    # Whatever is done once in the life of a sender is done.
    send(0.5)
    return send


def held() -> int:
    """Kilobytes in memory, where that is told."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4 if status.exists() else 0


def report(send: Callable[[float], int], seconds: float, most: int) -> None:
    """For that long; or, with a number, until so many have left."""
    print("ready", flush=True)
    sys.stdin.readline()
    began, sent = time.time(), 0
    tenths: list[int] = []
    while more := send(seconds):
        sent += more
        if sent * 10 >= (len(tenths) + 1) * most:
            tenths.append(held())
        if sent >= most:
            break
    print(began, time.time(), sent, *tenths, flush=True)


if __name__ == "__main__":
    role, *told = sys.argv[1:]
    if role == "sink":
        sink()
    else:
        how_long, how_many, mail_server, *where = told
        one = (
            raw(int(mail_server)) if role == "raw" else pump(int(mail_server), *where, written=role == "pump")
        )
        report(one, float(how_long), int(how_many))
