"""A sender that dies at one exact point, in a process of its own, on the test's database.

The points: before the fence, between fence and body, between body and the server's last word, and between
that word and its being written down.
"""

from __future__ import annotations

import os
import select
import signal
import sys
from datetime import datetime
from typing import TYPE_CHECKING

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup
from django.db import connection  # noqa: E402

from netvalue.outbox import delivery  # noqa: E402
from netvalue.outbox.fenced_smtp import FencedSMTP  # noqa: E402
from netvalue.outbox.relay import Relay, Tls  # noqa: E402
from netvalue.outbox.times import Times  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

POINT, PORT, DATABASE, NOW = sys.argv[1:5]


def reached(point: str) -> None:
    if point == POINT:
        os.kill(os.getpid(), signal.SIGKILL)


class Doomed(FencedSMTP):
    def pass_the_fence(self, fence: Callable[[], bool]) -> None:
        reached("pre_fence")
        super().pass_the_fence(fence)
        reached("post_fence")

    def send_body(self, message: bytes) -> None:
        super().send_body(message)
        if POINT == "post_body":
            # The server has said its last word, and nobody has read it.
            assert self.sock is not None
            select.select([self.sock], [], [])
        reached("post_body")

    def last_word(self) -> tuple[int, bytes]:
        word = super().last_word()
        reached("post_250")
        return word


def connect(relay: Relay, times: Times, name: str) -> FencedSMTP:
    smtp = Doomed(relay.host, relay.port, name)
    smtp.ehlo()
    return smtp


connection.settings_dict["NAME"] = DATABASE
settings.EMAIL_RELAY = Relay("127.0.0.1", int(PORT), Tls.NONE)
delivery.pump(now=datetime.fromisoformat(NOW), connect=connect)
