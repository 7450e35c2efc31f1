from __future__ import annotations

import json
import os
import re
import time
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from django.test import Client


@pytest.fixture(scope="module")
def collected(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Our static files as production serves them."""
    root = tmp_path_factory.mktemp("static")
    backend = {"BACKEND": "netvalue.ui.storage.BundledStorage"}
    with override_settings(
        STATIC_ROOT=root,
        STORAGES={**settings.STORAGES, "staticfiles": backend},
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
    ):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield root


FIRST_PAGE = [
    "css/main.css",
    "fonts/figtree-latin-wght-normal.woff2",
    "fonts/newsreader-latin-wght-normal.woff2",
    "img/icons.svg",
    "img/mark.svg",
    "js/app.js",
    "vendor/htmx.min.js",
]


def stored(root: Path, name: str) -> Path:
    names: dict[str, str] = json.loads((root / "staticfiles.json").read_text("utf-8"))["paths"]
    return root / names[name]


def test_production_has_one_stylesheet_with_every_layer(collected: Path) -> None:
    css = stored(collected, "css/main.css").read_text("utf-8")
    assert "@import" not in css
    layers = list(dict.fromkeys(re.findall(r"^@layer (\w+) \{$", css, re.MULTILINE)))
    assert layers == ["tokens", "reset", "base", "layout", "components", "pages", "utilities", "print"]
    for font in re.findall(r"url\(\"?([^\")]+woff2)", css):
        assert (collected / "css" / font).resolve().is_file()


def test_a_part_that_changed_since_is_in_the_stylesheet(tmp_path: Path) -> None:
    source, backend = tmp_path / "source", {"BACKEND": "netvalue.ui.storage.BundledStorage"}
    (source / "css").mkdir(parents=True)
    (source / "css/main.css").write_text('@import url("base.css") layer(base);')
    with override_settings(
        STATIC_ROOT=tmp_path / "copies",
        STATICFILES_DIRS=[source],
        STORAGES={**settings.STORAGES, "staticfiles": backend},
        STATICFILES_FINDERS=["django.contrib.staticfiles.finders.FileSystemFinder"],
    ):
        for rule in ("p { color: teal; }", "p { color: plum; }"):
            (source / "css/base.css").write_text(rule)
            os.utime(source / "css/base.css", (time.time() + 10, time.time() + 10))
            call_command("collectstatic", interactive=False, verbosity=0)
            assert rule in stored(tmp_path / "copies", "css/main.css").read_text("utf-8")


def test_production_has_compressed_copies(collected: Path) -> None:
    main = stored(collected, "css/main.css")
    assert main.with_name(f"{main.name}.br").stat().st_size < main.stat().st_size / 3


def test_the_first_page_weighs_little(collected: Path, client: Client) -> None:
    files = [stored(collected, name) for name in FIRST_PAGE]
    packed = [path.with_name(f"{path.name}.br") for path in files]
    weight = sum((br if br.exists() else path).stat().st_size for path, br in zip(files, packed, strict=True))
    assert len(files) + 1 <= 12
    assert weight + len(client.get("/").content) <= 150_000


def test_every_static_file_that_a_template_names_exists(collected: Path) -> None:
    names = {
        name
        for path in (settings.BASE_DIR / "templates").rglob("*.html")
        for name in re.findall(r"{% static \"([^\"]+)\" %}", path.read_text("utf-8"))
    }
    assert "css/main.css" in names
    for name in names:
        assert stored(collected, name).is_file()
