"""The secrets of one product: made at the first start, readable by nobody else, never made again."""

from __future__ import annotations

import json
import os
import secrets
from typing import TYPE_CHECKING

from netvalue.embedded.refusal import Code, Refusal

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("SECRET_KEY", "MAIL_ID_KEY", "VALKEY_PASSWORD")


def load_or_make(path: Path) -> dict[str, str]:
    keys = load(path)
    missing = {name: secrets.token_urlsafe(48) for name in NAMES if name not in keys}
    if missing:
        keys |= missing
        write(path, keys)
    return keys


def load(path: Path) -> dict[str, str]:
    """What is stored; nothing if there is no file yet."""
    if not path.exists():
        return {}
    mode = path.stat().st_mode & 0o777
    if mode & 0o077:
        raise Refusal(
            f"{path} can be read by others (mode {mode:o}). If nobody did: chmod 600 {path}; else delete it, "
            "which signs everybody out.",
            Code.CONFIG,
        )
    try:
        keys = json.loads(path.read_text())
        return {str(name): str(value) for name, value in keys.items()}
    except (ValueError, AttributeError):
        raise Refusal(f"{path} is damaged; bring it back from a copy.", Code.CONFIG) from None


def write(path: Path, keys: dict[str, str]) -> None:
    part = path.with_suffix(".new")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(keys, file)
        file.flush()
        os.fsync(file.fileno())
    part.rename(path)
