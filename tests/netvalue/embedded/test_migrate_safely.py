from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from netvalue.embedded.binaries import postgres_programs
from netvalue.embedded.management.commands.migrate_safely import KEPT, LOCK, alone
from netvalue.embedded.sysuser import ourselves

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    return postgres_programs(ourselves(), tmp_path)


@pytest.fixture
def older_version(monkeypatch: pytest.MonkeyPatch, transactional_db: None) -> None:
    """The test database, as if its last migration had not run yet; and its address where programs look."""
    parameters: dict[str, Any] = connection.get_connection_params()
    host = quote(parameters["host"], safe="")
    address = f"postgres://{parameters['user']}@/{parameters['dbname']}?host={host}"
    monkeypatch.setenv("DATABASE_URL", address)
    MigrationRecorder(connection).record_unapplied("sessions", "0001_initial")


def migrate(programs: Path, directory: Path) -> None:
    call_command("migrate_safely", dump_with=programs, dump_to=directory, verbosity=0)


def pretend_it_ran() -> None:
    MigrationRecorder(connection).record_applied("sessions", "0001_initial")


def test_an_older_version_is_dumped_before_it_is_migrated(
    older_version: None, programs: Path, tmp_path: Path
) -> None:
    try:
        with pytest.raises(Exception, match="already exists"):
            migrate(programs, tmp_path)
    finally:
        pretend_it_ran()
    (dump,) = tmp_path.glob("before-migrating-*.dump")
    listed = subprocess.run([programs / "pg_restore", "--list", dump], capture_output=True, check=True)
    assert b"TABLE DATA public accounts_user" in listed.stdout


def test_what_cannot_be_dumped_is_not_migrated(
    older_version: None, programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://nobody@/nothing?host=/nowhere")
    try:
        with pytest.raises(CommandError, match="was not migrated"):
            migrate(programs, tmp_path)
    finally:
        pretend_it_ran()
    assert not list(tmp_path.iterdir())


def test_only_the_newest_dumps_are_kept(older_version: None, programs: Path, tmp_path: Path) -> None:
    for number in range(KEPT + 2):
        (tmp_path / f"before-migrating-2020010{number}-000000.dump").touch()
    try:
        with pytest.raises(Exception, match="already exists"):
            migrate(programs, tmp_path)
    finally:
        pretend_it_ran()
    assert len(list(tmp_path.iterdir())) == KEPT
    assert not (tmp_path / "before-migrating-20200100-000000.dump").exists()


@pytest.mark.django_db(transaction=True)
def test_nothing_to_do_makes_no_dump(programs: Path, tmp_path: Path) -> None:
    migrate(programs, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db(transaction=True)
def test_nobody_else_migrates_meanwhile() -> None:
    parameters = connection.get_connection_params()
    other = psycopg.connect(
        host=parameters["host"], user=parameters["user"], dbname=parameters["dbname"], autocommit=True
    )
    with other:
        with alone():
            assert other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (False,)
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,)
