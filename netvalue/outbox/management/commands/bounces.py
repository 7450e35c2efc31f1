"""Takes mails that came back: one from standard input, or all new ones of a Maildir."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from netvalue.outbox import bounces

if TYPE_CHECKING:
    from django.core.management.base import CommandParser

MOST_BYTES = 1_000_000
# sysexits.h: the mail server keeps the message and tries again.
TRY_AGAIN = 75


class Command(BaseCommand):
    """For a pipe in the mail server, or for a timer."""

    help = (
        "Read delivery reports sent to bounce+…@MAIL_BOUNCE_DOMAIN. In Postfix: a pipe of "
        "“manage.py bounces --to ${original_recipient}” in master.cf; or a Maildir now and then."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", metavar="ADDRESS", help="to which address it was sent")
        parser.add_argument("--maildir", metavar="FOLDER", help="read the new messages of this folder")

    def handle(self, *args: Any, to: str = "", maildir: str | None = None, **options: Any) -> None:
        if not settings.MAIL_BOUNCE_DOMAIN:
            raise CommandError("MAIL_BOUNCE_DOMAIN is empty: no mail comes back to an address of its own")
        try:
            if maildir:
                self._read_folder(maildir)
            else:
                self.stdout.write(bounces.take(sys.stdin.buffer.read(MOST_BYTES), to))
        except DatabaseError as error:
            raise CommandError(f"the database cannot be asked: {error}", returncode=TRY_AGAIN) from None

    def _read_folder(self, path: str) -> None:
        """What is read goes from `new` to `cur`, also what is no report: one message stops no other."""
        new, read = Path(path, "new"), Path(path, "cur")
        if not (new.is_dir() and read.is_dir()):
            raise CommandError(f"there is no Maildir at {path}")
        for file in sorted(new.iterdir()):
            with file.open("rb") as message:
                self.stdout.write(bounces.take(message.read(MOST_BYTES)))
            file.rename(read / f"{file.name.partition(':')[0]}:2,S")
