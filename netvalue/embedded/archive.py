"""Everything of one product in one file, and back: database, files, and the key that names its mails."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg import sql

from netvalue.embedded import environment, keys, place, servers
from netvalue.embedded.borrowing import borrowed
from netvalue.embedded.postgres import APP, DATABASE
from netvalue.embedded.refusal import Code, Refusal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    import psycopg

    from netvalue.embedded.place import Place
    from netvalue.embedded.postgres import Postgres

FORMAT = 1
FRESH, REPLACED = f"{DATABASE}_fresh", f"{DATABASE}_replaced"


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself, so that a restore can tell whether all of it came back."""

    format: int
    made: str
    # Sign-ins and sessions are made anew; the names of mails must stay, or one might be sent twice.
    mail_id_key: str
    rows: dict[str, int]
    files: dict[str, str]


def backup(options: argparse.Namespace) -> int:
    here = place.chosen(options.data)
    if not here.postgres.exists():
        raise Refusal(f"There is nothing in {here.data} to back up.", Code.CONFIG)
    here.backups.mkdir(mode=0o700, exist_ok=True)
    target = Path(options.file or here.backups / f"netvalue-{time.strftime('%Y%m%d-%H%M%S')}.zip").absolute()
    with _postgres_of(here) as postgres, tempfile.TemporaryDirectory(dir=target.parent) as directory:
        part = Path(directory)
        rows = _dump(postgres, part / "database.dump")
        if here.media.exists():
            shutil.copytree(here.media, part / "media")
        manifest = Manifest(
            FORMAT,
            time.strftime("%Y-%m-%dT%H:%M:%S%z"),
            keys.load(here.keys)["MAIL_ID_KEY"],
            rows,
            _hashes(part),
        )
        (part / "manifest.json").write_text(json.dumps(asdict(manifest), indent=1))
        written = part / "netvalue.zip"
        with zipfile.ZipFile(written, "w", strict_timestamps=False) as archive:
            for each in ("manifest.json", *manifest.files):
                archive.write(part / each, each)
        written.replace(target)
    files = len(manifest.files) - 1
    print(f"{target} has everything: {sum(rows.values())} rows and {files} files. Keep it private.")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Checked first, filled into a fresh database, counted, and only then put in the old one's place."""
    here = place.chosen(options.data)
    source = Path(options.file).absolute()
    if here.state().runs:
        raise Refusal("NetValue runs; stop it first: ./netvalue.sh down", Code.RUNNING)
    if not zipfile.is_zipfile(source):
        raise Refusal(f"There is no backup of NetValue at {source}; nothing was changed.", Code.CONFIG)
    with borrowed(here) as (run, secrets), tempfile.TemporaryDirectory(dir=here.data) as directory:
        if not run.postgres:
            raise _not_ours()
        part = Path(directory)
        manifest = _unpack(source, part)
        _fill(run.postgres, part / "database.dump", manifest)
        # Mails may have left since the backup was made: the pump asks before it sends any (netvalue.outbox).
        here.mail_marker.write_text(f"any {sys.maxsize}")
        _swap(run.postgres)
        _put_files(here, part / "media")
        keys.write(here.keys, secrets | {"MAIL_ID_KEY": manifest.mail_id_key})
    print(f"{source} of {manifest.made} is back: {sum(manifest.rows.values())} rows.")
    print("No mail leaves until you say whether what was due has been told: Settings, “Everybody’s mail”,")
    print("or ./netvalue.sh manage mail_after_restore --told (or --send).")
    print(f"What was here before stays until the next restore: database {REPLACED}, {here.media}.replaced")
    return 0


@contextmanager
def _postgres_of(here: Place) -> Iterator[Postgres]:
    state = here.state()
    if environment.given("DATABASE_URL"):
        raise _not_ours()
    if state.ready and state.runs:
        account = servers.account_of(here)
        yield servers.postgres_of(here, account, Path(state.sockets))
        return
    with borrowed(here) as (run, _):
        if not run.postgres:
            raise _not_ours()
        yield run.postgres


def _not_ours() -> Refusal:
    return Refusal(
        "DATABASE_URL is set: that database is backed up with its own server's tools.", Code.CONFIG
    )


def _dump(postgres: Postgres, file: Path) -> dict[str, int]:
    """One snapshot for the dump and for the numbers of rows beside it."""
    with postgres.connect(DATABASE) as connection, connection.transaction():
        connection.execute("set transaction isolation level repeatable read")
        connection.execute("set local idle_in_transaction_session_timeout = 0")
        snapshot = _value(connection, sql.SQL("select pg_export_snapshot()"))
        _run(
            postgres,
            "pg_dump",
            f"--snapshot={snapshot}",
            "--format=custom",
            "--compress=3",
            "--file",
            file,
            DATABASE,
        )
        return _rows(connection)


def _fill(postgres: Postgres, file: Path, manifest: Manifest) -> None:
    with postgres.connect() as connection:
        _drop(connection, FRESH)
        connection.execute(
            sql.SQL("create database {} owner {}").format(sql.Identifier(FRESH), sql.Identifier(APP))
        )
    _run(
        postgres,
        *("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction"),
        *(f"--role={APP}", "--dbname", FRESH, file),
    )
    with postgres.connect(FRESH) as connection:
        if _rows(connection) != manifest.rows:
            raise Refusal(
                "The numbers of rows are not those of the backup; nothing was changed.", Code.CRASHED
            )
        connection.execute("analyze")


def _swap(postgres: Postgres) -> None:
    with postgres.connect() as connection:
        _drop(connection, REPLACED)
        with connection.transaction():
            for name, later in ((DATABASE, REPLACED), (FRESH, DATABASE)):
                connection.execute(
                    sql.SQL("alter database {} rename to {}").format(
                        sql.Identifier(name), sql.Identifier(later)
                    )
                )


def _put_files(here: Place, media: Path) -> None:
    replaced = here.media.with_suffix(".replaced")
    shutil.rmtree(replaced, ignore_errors=True)
    if here.media.exists():
        here.media.rename(replaced)
    if media.exists():
        media.rename(here.media)


def _unpack(source: Path, into: Path) -> Manifest:
    broken = Refusal(f"{source} is no backup of NetValue, or is damaged; nothing was changed.", Code.CONFIG)
    try:
        with zipfile.ZipFile(source) as archive:
            archive.extractall(into)
        manifest = Manifest(**json.loads((into / "manifest.json").read_text()))
        hashes = _hashes(into)
    except (zipfile.BadZipFile, OSError, ValueError, TypeError):
        raise broken from None
    if manifest.format != FORMAT or hashes != manifest.files:
        raise broken
    return manifest


def _hashes(directory: Path) -> dict[str, str]:
    hashes = {}
    for file in sorted(directory.rglob("*")):
        name = str(file.relative_to(directory))
        if file.is_file() and name != "manifest.json":
            with file.open("rb") as content:
                hashes[name] = hashlib.file_digest(content, "sha256").hexdigest()
    return hashes


def _rows(connection: psycopg.Connection) -> dict[str, int]:
    tables = connection.execute(
        "select tablename from pg_tables where schemaname = 'public' order by 1"
    ).fetchall()
    count = sql.SQL("select count(*) from {}")
    return {name: int(_value(connection, count.format(sql.Identifier(name)))) for (name,) in tables}


def _value(connection: psycopg.Connection, query: sql.Composed | sql.SQL) -> str:
    row = connection.execute(query).fetchone()
    assert row
    return str(row[0])


def _drop(connection: psycopg.Connection, database: str) -> None:
    connection.execute(sql.SQL("drop database if exists {}").format(sql.Identifier(database)))


def _run(postgres: Postgres, program: str, *arguments: str | Path) -> None:
    done = subprocess.run(
        [postgres.programs / program, *postgres.as_admin(), *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise Refusal(f"{program} failed, and nothing was changed: {done.stderr.strip()}", Code.CRASHED)
