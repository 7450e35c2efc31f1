"""Plans and sends mail, without a broker: once, or for ever every so many seconds."""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from netvalue.outbox import delivery

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """A loop of its own beside Celery: mail leaves while the queue is away."""

    help = "Plan and send what is due. With --every SECONDS again and again, by a clock that nobody can set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--every", type=float, metavar="SECONDS")

    def handle(self, *args: Any, every: float | None = None, **options: Any) -> None:
        if every is None:
            self.stdout.write(f"{delivery.pump()} sent")
            return
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: stop.set())
        next_tick = time.monotonic()
        while not stop.wait(max(0.0, next_tick - time.monotonic())):
            next_tick = max(next_tick + every, time.monotonic())
            self.tick()

    def tick(self) -> None:
        """Neither a database that is away nor a mail that cannot be written is a reason to end."""
        try:
            delivery.pump()
        except Exception:  # the loop's last door: it is logged, and the others' mail goes on
            logger.exception("this tick failed; the next one tries again")
        finally:
            close_old_connections()
