"""`manage.py make_ready`: all that stands between a started database and the first page, in one process."""

from __future__ import annotations

import hashlib
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import BaseCommand, call_command

if TYPE_CHECKING:
    from argparse import ArgumentParser

# A thousand files that no page of ours asks for: copies of htmx, and the admin where it is not mounted.
UNUSED = ["django_htmx", *([] if settings.ADMIN else ["admin"])]


class Command(BaseCommand):
    """What `./netvalue.sh up` runs before the web server."""

    help = "Migrates, collects changed static files, leaves the set-up link while there is no user."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dump-with", type=Path, help="the directory of pg_dump")
        parser.add_argument("--dump-to", type=Path, help="the directory that keeps the dumps")
        parser.add_argument("--scratch", type=Path, required=True, help="the directory for link and stamp")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate_safely", dump_with=options["dump_with"], dump_to=options["dump_to"])
        collect_static_files(options["scratch"] / "static-files")
        if link := call_command("setup_link", stdout=StringIO()):
            (options["scratch"] / "setup-link").write_text(link)


def collect_static_files(stamp: Path) -> None:
    """Only when one of them changed, or the copies are gone."""
    now = fingerprint()
    copied = Path(settings.STATIC_ROOT, "staticfiles.json").exists()
    if not (copied and stamp.exists() and stamp.read_text() == now):
        call_command("collectstatic", interactive=False, verbosity=0, ignore_patterns=UNUSED)
        stamp.write_text(now)


def fingerprint() -> str:
    found = hashlib.sha256(repr(UNUSED).encode())
    for finder in get_finders():
        for name, storage in finder.list(UNUSED):
            status = Path(storage.path(name)).stat()
            found.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return found.hexdigest()
