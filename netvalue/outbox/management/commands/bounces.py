"""Takes mails that came back: one from standard input, or all new ones of a Maildir."""

from __future__ import annotations

import mailbox
import sys
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
        try:
            folder = mailbox.Maildir(path, create=False)
        except mailbox.NoSuchMailboxError:
            raise CommandError(f"there is no Maildir at {path}") from None
        for key, message in folder.items():
            if message.get_subdir() == "new":
                self.stdout.write(bounces.take(folder.get_bytes(key)[:MOST_BYTES]))
                message.set_subdir("cur")
                message.add_flag("S")
                folder[key] = message
