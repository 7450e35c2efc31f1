"""`manage.py migrate_safely`: migrations by one machine at a time, after a dump if there is much to lose."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.management import BaseCommand, CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

# Any number does, as long as it stays the same.
LOCK = 823_700_001
KEPT = 5


class Command(BaseCommand):
    """Safe to be called by many machines at once."""

    help = "Migrates while nobody else does; with --dump-with, an older version is dumped first."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dump-with", type=Path, help="the directory of pg_dump")
        parser.add_argument("--dump-to", type=Path, help="the directory that keeps the dumps")

    def handle(self, *args: Any, **options: Any) -> None:
        with alone():
            executor = MigrationExecutor(connection)
            pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
            if not pending:
                return
            if options["dump_with"] and executor.loader.applied_migrations:
                dump(options["dump_with"], options["dump_to"])
            call_command("migrate", interactive=False, verbosity=options["verbosity"], stdout=self.stdout)


@contextmanager
def alone() -> Iterator[None]:
    """A lock on a connection of its own, freed by the server if we die; it holds behind PgBouncer as well."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SET LOCAL lock_timeout = '15min'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield
        other.rollback()
    finally:
        other.close()


def dump(programs: Path, directory: Path) -> None:
    file = directory / f"before-migrating-{timezone.now():%Y%m%d-%H%M%S}.dump"
    options = ["--format=custom", "--compress=3", f"--file={file}", os.environ["DATABASE_URL"]]
    dumped = subprocess.run([programs / "pg_dump", *options], capture_output=True, text=True, check=False)
    if dumped.returncode:
        file.unlink(missing_ok=True)
        raise CommandError(
            f"The database was not migrated, since it could not be dumped first: {dumped.stderr}"
        )
    for old in sorted(directory.glob("before-migrating-*.dump"))[:-KEPT]:
        old.unlink()
