"""German is complete. Needs no gettext tools: the catalogues are read and compiled by Babel."""

from __future__ import annotations

import pytest
from babel.messages.catalog import Message

from netvalue.ui import catalogues


@pytest.mark.parametrize("package", catalogues.PACKAGES)
def test_every_sentence_has_its_german(package: str) -> None:
    catalogue = catalogues.update(package)
    assert [fault for message in catalogue if message.id for fault in catalogues.faults(message)] == []


@pytest.mark.parametrize("package", catalogues.PACKAGES)
def test_the_catalogue_holds_what_the_files_say(package: str) -> None:
    file = catalogues.catalogue_file(package)
    catalogue = catalogues.update(package)
    assert file.read_bytes() == catalogues.as_po(catalogue), f"run: manage.py messages {package}"
    assert file.with_suffix(".mo").read_bytes() == catalogues.as_mo(catalogue)


@pytest.mark.parametrize(
    ("german", "fault"),
    [
        ("", "no German for '%(n)s people'"),
        ("viele Menschen", "other placeholders in 'viele Menschen' than in '%(n)s people'"),
        ("%(n)s Menschen", None),
    ],
)
def test_a_bad_translation_is_found(german: str, fault: str | None) -> None:
    message = Message("%(n)s people", german)
    assert next(catalogues.faults(message), None) == fault
