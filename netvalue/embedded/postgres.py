"""A Postgres of our own: a Unix socket in a private directory, no TCP, no superuser for the application."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

import psycopg
from psycopg import sql

from netvalue.embedded.binaries import postgres_major
from netvalue.embedded.program import Program
from netvalue.embedded.refusal import Code, Refusal
from netvalue.embedded.sysuser import ourselves

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from netvalue.embedded.sysuser import Account

ADMIN = "netvalue_admin"
APP = "netvalue"
DATABASE = "netvalue"
SOCKET = ".s.PGSQL.5432"
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True)
class Postgres:
    """One cluster: its files, its socket's directory, the programs, and the account that runs it."""

    data: Path
    sockets: Path
    programs: Path
    account: Account
    extra: Mapping[str, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return url(self.sockets)

    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()

    def prepare(self) -> None:
        """Make the cluster if there is none, and write its settings anew."""
        if self.exists():
            self._refuse_another_major()
        else:
            self._create()
        self._configure()

    def program(self) -> Program:
        return Program(
            "postgres",
            (self.programs / "postgres", "-D", self.data),
            ENVIRONMENT,
            self.account,
            self.data,
            stop_signal=signal.SIGINT,  # "fast": roll back, disconnect, checkpoint
            harder_signal=signal.SIGQUIT,
            patience=30,
        )

    def trouble(self) -> str:
        """Why it does not answer yet; nothing if it does."""
        try:
            self.connect().close()
        except psycopg.OperationalError as error:
            return str(error).strip().splitlines()[-1].strip()
        return ""

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        return psycopg.connect(
            host=str(self.sockets), user=ADMIN, dbname=database, autocommit=True, connect_timeout=5
        )

    def as_admin(self) -> tuple[str, ...]:
        """The options by which a program of Postgres finds it."""
        return (f"--host={self.sockets}", f"--username={ADMIN}")

    def make_room(self, *, may_create_databases: bool = False) -> None:
        """The application's role, without privileges, and the database that it owns."""
        with self.connect() as connection:
            if not connection.execute("select 1 from pg_roles where rolname = %s", [APP]).fetchone():
                connection.execute(
                    sql.SQL("create role {} login nosuperuser nobypassrls {}").format(
                        sql.Identifier(APP), sql.SQL("createdb" if may_create_databases else "nocreatedb")
                    )
                )
            if not connection.execute("select 1 from pg_database where datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("create database {} owner {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(APP)
                    )
                )

    def _refuse_another_major(self) -> None:
        stored = int((self.data / "PG_VERSION").read_text())
        have = postgres_major(self.programs)
        if stored != have:
            raise Refusal(
                f"{self.data} is of Postgres {stored}, and the programs are {have}. Start the earlier "
                "version of NetValue, make a backup, move the directory away, then restore with this one.",
                Code.CONFIG,
            )

    def _create(self) -> None:
        if self.data.exists() and any(self.data.iterdir()):
            raise Refusal(f"{self.data} is not empty and is no Postgres cluster; move it away.", Code.CONFIG)
        part = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(mode=0o700)
        self.account.own(part)
        options = ["--auth-local=peer", "--auth-host=reject", "--encoding=UTF8", "--data-checksums"]
        # Postgres' own locale: the same on every machine, so no index breaks when the system's changes.
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if self.extra.get("fsync") == "off":
            options.append("--no-sync")
        made = subprocess.run(
            [self.programs / "initdb", "-D", part, "-U", ADMIN, "--no-instructions", *options],
            env=ENVIRONMENT,
            cwd=part,
            capture_output=True,
            text=True,
            check=False,
            start_new_session=True,
            **self.account.privileges(),
        )
        if made.returncode:
            shutil.rmtree(part, ignore_errors=True)
            raise Refusal(f"The database could not be made: {_reason(made.stderr)}", Code.UNWRITABLE)
        if self.data.exists():
            self.data.rmdir()
        part.rename(self.data)

    def _configure(self) -> None:
        users = sorted({ourselves().name, self.account.name})
        self._write(
            "pg_ident.conf",
            "".join(f'netvalue "{user}" {role}\n' for user in users for role in (ADMIN, APP)),
        )
        self._write("pg_hba.conf", f"local all {ADMIN},{APP} peer map=netvalue\n")
        settings = "".join(f"{name} = {_quoted(value)}\n" for name, value in self._settings().items())
        self._write("netvalue.conf", settings)
        main = self.data / "postgresql.conf"
        include = "include 'netvalue.conf'\n"
        if include not in main.read_text():
            self._write("postgresql.conf", main.read_text() + include)

    def _write(self, name: str, text: str) -> None:
        path = self.data / name
        path.write_text(text)
        self.account.own(path)

    def _settings(self) -> dict[str, str]:
        shared = "posix" if os.access("/dev/shm", os.W_OK) else "mmap"  # noqa: S108 (the kernel's, not a file of ours)
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": '"' + str(self.sockets).replace('"', '""') + '"',
            "unix_socket_permissions": "0700",
            "max_connections": "80",
            "dynamic_shared_memory_type": shared,
            "timezone": "UTC",
            "log_timezone": "UTC",
            "logging_collector": "off",
            "log_line_prefix": "",
            # Statements may be logged, the people in their parameters may not.
            "log_min_duration_statement": "1s",
            "log_parameter_max_length": "0",
            "log_parameter_max_length_on_error": "0",
            "log_error_verbosity": "terse",
            "idle_in_transaction_session_timeout": "60s",
        }
        return {**settings, **self.extra}


def url(sockets: Path) -> str:
    """Where the application finds it. In the query, since the host of a URL is read in lower case."""
    return f"postgres://{APP}@/{DATABASE}?host={quote(str(sockets), safe='')}"


def _quoted(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "''") + "'"


def _reason(output: str) -> str:
    lines = output.strip().splitlines()
    blamed = [line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()]
    return (blamed or lines or ["no reason given"])[0].removeprefix("initdb: ").strip()
