"""Releases of tzdata that never were: the pinned one, but for what one zone's clocks do."""

from __future__ import annotations

import shutil
import struct
from importlib.resources import files
from pathlib import Path


def zone_file(rule: str) -> bytes:
    """A zone that has always gone by one POSIX rule, as `CET-1CEST,M3.5.0,M10.5.0/3`."""
    designations = b"ZZZ\0"
    counts = struct.pack(">6l", 0, 0, 0, 0, 1, len(designations))
    block = b"TZif2" + bytes(15) + counts + struct.pack(">lbB", 0, 0, 0) + designations
    return block + block + b"\n" + rule.encode() + b"\n"


def release(folder: Path, version: str, **rules: str) -> Path:
    """A folder for PYTHONPATH in which a package tzdata of this version lies; Europe__Berlin is a zone."""
    pinned = Path(str(files("tzdata")))
    shutil.copytree(pinned, folder / "tzdata")
    for name, rule in rules.items():
        (folder / "tzdata" / "zoneinfo").joinpath(*name.split("__")).write_bytes(zone_file(rule))
    about = folder / f"tzdata-{version}.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: tzdata\nVersion: {version}\n")
    return folder
