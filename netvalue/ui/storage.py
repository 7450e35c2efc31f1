"""Static files for production: one stylesheet, every name with the hash of its content, compressed once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from whitenoise.storage import CompressedManifestStaticFilesStorage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files.storage import Storage

MAIN = "css/main.css"
LAYERED_IMPORT = re.compile(r'@import url\("([^"]+)"\) layer\((\w+)\);')


class BundledStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # has no types
    """Inlines the layered imports of the main stylesheet before names are hashed."""

    def post_process(
        self,
        paths: dict[str, Any],
        dry_run: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **options: Any,
    ) -> Iterator[Any]:
        if not dry_run and MAIN in paths:
            # Its source: the copy is the bundle of last time unless the file itself has changed since.
            storage, name = paths[MAIN]
            css = LAYERED_IMPORT.sub(self._layer, _text(storage, name))
            self.delete(MAIN)
            self._save(MAIN, ContentFile(css.encode()))
            paths = {**paths, MAIN: (self, MAIN)}
        yield from super().post_process(paths, dry_run, **options)

    def _layer(self, found: re.Match[str]) -> str:
        return f"@layer {found[2]} {{\n{_text(self, f'css/{found[1]}')}\n}}"


def _text(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        return str(file.read(), "utf-8")
