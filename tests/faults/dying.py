"""A sender that dies at one exact point of its talk with the mail server."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from netvalue.outbox import letters
from netvalue.outbox.fenced_smtp import FencedSMTP
from tests.faults import child

if TYPE_CHECKING:
    from collections.abc import Callable

    from netvalue.outbox.letters import Letter
    from netvalue.outbox.models import Email


def at(point: str) -> None:
    """One tick; it ends before the fence, between fence and body, after the body, or after the last word."""

    def reached(here: str) -> None:
        if here == point:
            os.kill(os.getpid(), signal.SIGKILL)

    pass_the_fence, send_body, last_word = (
        FencedSMTP.pass_the_fence,
        FencedSMTP.send_body,
        FencedSMTP.last_word,
    )

    def around_the_fence(self: FencedSMTP, fence: Callable[[], bool]) -> None:
        reached("before the fence")
        pass_the_fence(self, fence)
        reached("after the fence")

    def and_the_body(self: FencedSMTP, message: bytes) -> None:
        send_body(self, message)
        reached("after the body")

    def and_the_answer(self: FencedSMTP) -> tuple[int, bytes]:
        word = last_word(self)
        reached("after the last word")
        return word

    FencedSMTP.pass_the_fence = around_the_fence  # type: ignore[method-assign]
    FencedSMTP.send_body = and_the_body  # type: ignore[method-assign]
    FencedSMTP.last_word = and_the_answer  # type: ignore[method-assign]
    child.tick()


def of_poison(token: str) -> None:
    """A pump; it dies as a library would that crashes on one person's name."""
    message = letters.message

    def and_die(email: Email, letter: Letter) -> bytes:
        if token in letter.text:
            os.abort()
        return message(email, letter)

    letters.message = and_die
    child.pump(0.25)
