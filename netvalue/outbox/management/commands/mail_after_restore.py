"""Before or after a backup is put back: what becomes of the mails that may have left since."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from netvalue.outbox import heartbeat, restoring

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """The staff page without a browser."""

    help = "After a backup was put back, mail waits for a decision: does what was due count as told?"

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group(required=True)
        choice.add_argument("--hold", action="store_true", help="let nothing leave until this is decided")
        choice.add_argument("--told", action="store_true", help="what was due counts as told")
        choice.add_argument("--send", action="store_true", help="what is due leaves, maybe a second time")

    def handle(self, *args: Any, hold: bool, told: bool, send: bool, **options: Any) -> None:
        # Right after `restore` no pump has noticed yet.
        heartbeat.tick()
        if hold:
            restoring.hold()
            self.stdout.write("no mail leaves until --told or --send")
        elif told:
            self.stdout.write(f"{restoring.count_as_told()} reminders count as told")
        elif send:
            restoring.send_after_all()
            self.stdout.write("what is due leaves at the next tick")
