"""Says whether anything that must always hold about reminders does not."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from netvalue.outbox import verifying


class Command(BaseCommand):
    """For the operator, and for tests after every fault."""

    help = "Look for reminders that are lost, early, or stuck. Ends with an error if there are any."

    def handle(self, *args: Any, **options: Any) -> None:
        faults = list(verifying.faults())
        for fault in faults:
            self.stdout.write(fault)
        if faults:
            raise CommandError(f"{len(faults)} kinds of fault")
        self.stdout.write("nothing is lost, early or stuck")
