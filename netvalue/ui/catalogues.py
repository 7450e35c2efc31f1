"""Which sentences need a translation, and what a package's catalogue holds. Needs Babel, no gettext tools.

Dates and line numbers stay out of the files, so a catalogue changes only when a sentence does.
"""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Inner packages first: a file belongs to the first package that holds it.
PACKAGES = ["netvalue/accounts", "netvalue/outbox", "contacts", "assessments", "netvalue"]
TEMPLATES = {
    "templates/accounts": "netvalue/accounts",
    "templates/account": "netvalue/accounts",
    "templates/allauth": "netvalue/accounts",
    "templates/outbox": "netvalue/outbox",
    "templates/mail": "netvalue/outbox",
    "templates/contacts": "contacts",
    "templates/assessments": "assessments",
    "templates": "netvalue",
}
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")


class Sentences(Catalog):
    """A catalogue whose head says only what readers of it need."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
            ("Plural-Forms", self.plural_forms),
        ]


def catalogue_file(package: str) -> Path:
    return settings.BASE_DIR / package / "locale" / "de" / "LC_MESSAGES" / "django.po"


def package_of(path: str) -> str:
    """The package whose catalogue translates this file."""
    if path.startswith("templates/"):
        return next(package for folder, package in TEMPLATES.items() if path.startswith(f"{folder}/"))
    return next(package for package in PACKAGES if path.startswith(f"{package}/"))


def source_files(package: str) -> Iterator[Path]:
    roots = [settings.BASE_DIR / name for name in ("netvalue", "contacts", "assessments", "templates")]
    for path in sorted(path for root in roots for path in root.rglob("*.*")):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        if path.suffix in {".py", ".html", ".txt"} and package_of(name) == package:
            yield path


def as_python(path: Path) -> bytes:
    """A template as calls of gettext; indentation means nothing in it."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).splitlines())
    return text.encode()


def update(package: str) -> Sentences:
    """Every sentence of a package's files, with the translation that its catalogue already has."""
    known = read(package)
    catalogue = Sentences(locale="de", header_comment=f"# German of {package}.", fuzzy=False)
    for path in source_files(package):
        name = path.relative_to(settings.BASE_DIR).as_posix()
        for _line, found, _comments, context in extract("python", BytesIO(as_python(path)), KEYWORDS):
            message = known.get(found, context)
            catalogue.add(found, message.string if message else None, locations=[(name, 0)], context=context)
    return catalogue


def read(package: str) -> Catalog:
    path = catalogue_file(package)
    if not path.exists():
        return Catalog(locale="de")
    with path.open("rb") as file:
        return read_po(file, locale="de")


def as_po(catalogue: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(buffer, catalogue, width=110, include_lineno=False)
    return buffer.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    buffer = BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def faults(message: Message) -> Iterator[str]:
    """What is wrong with a translation: it is missing, unsure, or has lost a placeholder."""
    texts = [message.string or ""] if not isinstance(message.string, tuple | list) else message.string
    sources = message.id if isinstance(message.id, tuple | list) else [message.id]
    if not all(texts):
        yield f"no German for {sources[0]!r}"
        return
    if message.fuzzy:
        yield f"fuzzy: {sources[0]!r}"
    for source, text in zip(sources, texts, strict=True):
        if Counter(PLACEHOLDER.findall(source)) != Counter(PLACEHOLDER.findall(text)):
            yield f"other placeholders in {text!r} than in {source!r}"
