"""Brings the German catalogues up to date: `manage.py messages [PACKAGE …]`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from netvalue.ui import catalogues

if TYPE_CHECKING:
    from django.core.management.base import CommandParser


class Command(BaseCommand):
    """Says what is still to do; the test of the translations holds it to that."""

    help = (
        "Collects what needs a translation, keeps what has one, and compiles. Needs Babel, no gettext tools."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("package", nargs="*", choices=[*catalogues.PACKAGES, []], default=[])

    def handle(self, *args: Any, **options: Any) -> None:
        for package in options["package"] or catalogues.PACKAGES:
            catalogue = catalogues.update(package)
            file = catalogues.catalogue_file(package)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(catalogues.as_po(catalogue))
            file.with_suffix(".mo").write_bytes(catalogues.as_mo(catalogue))
            open_ones = [fault for message in catalogue if message.id for fault in catalogues.faults(message)]
            self.stdout.write(f"{package}: {len(catalogue)} sentences, {len(open_ones)} to do")
            for fault in open_ones:
                self.stdout.write(f"  {fault}")
