"""One whole product, started once: what a person and the rest of the machine see of it."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import psutil
import psycopg

from netvalue.embedded.postgres import APP, DATABASE
from netvalue.embedded.refusal import Code
from tests.netvalue.embedded.product import Product, until

if TYPE_CHECKING:
    from pathlib import Path


def test_the_last_lines_are_an_address_and_a_set_up_link(running: Product) -> None:
    assert running.serves()
    link = re.search(r"Set up your account: http://localhost:\d+(/\S+)", running.said())
    assert link
    assert "<form" in running.get(link[1])
    assert link[1] not in running.log()


def test_a_second_start_says_where_the_first_runs(running: Product) -> None:
    code, said = Product(running.data).up().refused()
    assert code == Code.RUNNING
    assert f"already runs on {running.data} at {running.state.url}" in said


def test_nothing_but_the_web_port_listens_on_tcp(running: Product) -> None:
    port = int(running.url.rpartition(":")[2])
    listening = {
        connection.laddr.port
        for process in running.family()
        for connection in process.net_connections("inet")
        if connection.status == psutil.CONN_LISTEN
    }
    assert listening == {port}


def test_secrets_and_sockets_are_for_nobody_else(running: Product) -> None:
    place = running.place
    for private in (place.keys, place.state_file, place.run, place.postgres, place.logs / "netvalue.log"):
        assert private.stat().st_mode & 0o077 == 0, private


def test_the_application_has_no_privileges_in_its_database(running: Product) -> None:
    with psycopg.connect(host=running.state.sockets, user=APP, dbname=DATABASE) as connection:
        row = connection.execute(
            "select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, current_setting('data_checksums')"
            " from pg_roles where rolname = current_user"
        ).fetchone()
    assert row == (False, False, False, False, "on")


def test_time_zones_come_from_the_pinned_package(running: Product) -> None:
    code = "import zoneinfo; print(len(zoneinfo.TZPATH), zoneinfo.ZoneInfo('Europe/Berlin'))"
    assert running.call("manage", "shell", "-v", "0", "-c", code).stdout.strip() == "0 Europe/Berlin"


def test_status_names_every_program(running: Product) -> None:
    said = running.call("status")
    assert said.returncode == 0
    assert {"postgres", "valkey", "web", "worker", "beat", "pump"} <= set(said.stdout.split())


def test_manage_asks_the_running_database(running: Product) -> None:
    code = "from netvalue.accounts.models import User; print(User.objects.count())"
    assert running.call("manage", "shell", "-v", "0", "-c", code).stdout.strip() == "0"


def test_a_backup_is_taken_while_everything_runs(running: Product, tmp_path: Path) -> None:
    said = running.call("backup", tmp_path / "all.zip")
    assert said.returncode == 0, said.stderr
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert {"manifest.json", "database.dump"} <= set(archive.namelist())
    assert (tmp_path / "all.zip").stat().st_mode & 0o077 == 0


def test_what_is_killed_comes_back_and_the_end_is_clean(running: Product) -> None:
    """The last test of this file, since nothing runs after it."""
    for name in ("valkey", "web"):
        assert running.kill(name), name
    assert until(running.serves)
    assert running.stop() == 0
    assert running.gone()
    assert running.call("status").returncode == 3
