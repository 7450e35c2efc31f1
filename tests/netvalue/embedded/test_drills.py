"""What goes wrong on real machines, done on purpose. Each drill starts a whole product: minutes in all."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import pytest

from netvalue.embedded import keys, sysuser
from netvalue.embedded.borrowing import Borrowed
from netvalue.embedded.place import CHECKOUT, Life
from netvalue.embedded.refusal import Code
from netvalue.embedded.servers import of
from tests.netvalue.embedded.product import START, Product, clean_environment, command, until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Make = Callable[..., Product]

pytestmark = pytest.mark.slow

PROGRAMS = ("postgres", "valkey", "web", "worker", "beat", "pump")


def children_of(product: Product) -> list[psutil.Process]:
    assert product.process
    return psutil.Process(product.process.pid).children(recursive=True)


def sentinel_of(product: Product) -> psutil.Process:
    (sentinel,) = (each for each in children_of(product) if "sentinel.py" in " ".join(each.cmdline()))
    return sentinel


@pytest.fixture
def no_servers_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the servers of this test session."""
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name)


# --- Ends ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_every_polite_signal_ends_everything(product_at: Make, number: signal.Signals) -> None:
    product = product_at().up().ready()
    assert product.stop(number) == 0
    assert product.gone()
    assert "Traceback" not in product.log()


def test_ctrl_c_on_a_terminal_ends_everything(product_at: Make) -> None:
    product = product_at()
    supervisor, terminal = pty.fork()
    if supervisor == 0:
        os.chdir(CHECKOUT)
        arguments = [str(each) for each in command("up", "--data", product.data)]
        os.execve(arguments[0], arguments, clean_environment({"TERM": "xterm"}))
    said = b""
    while b"NetValue runs at" not in said:
        said += os.read(terminal, 65536)
    os.write(terminal, b"\x03")
    with contextlib.suppress(OSError):  # the end of a terminal
        while True:
            said += os.read(terminal, 65536)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(supervisor, 0)[1]) == 0
    assert b"everything stopped" in said
    assert b"Traceback" not in said
    assert product.gone()


def test_a_signal_in_the_middle_of_a_start_ends_it_cleanly(fresh_at: Make) -> None:
    product = fresh_at().up()
    assert until(lambda: "postgres" in product.state.children)
    assert product.stop() == 0
    assert product.gone()
    assert product.up().ready().serves()


def test_down_ends_what_runs(product_at: Make) -> None:
    product = product_at().up().ready()
    said = product.call("down")
    assert (said.returncode, said.stdout) == (0, f"NetValue on {product.data} is stopped.\n")
    assert product.gone()
    assert "does not run" in product.call("down").stdout


def test_a_reader_that_goes_away_does_not_end_it(product_at: Make) -> None:
    product = product_at()
    ours, theirs = os.pipe()
    product.process = subprocess.Popen(
        command("up", "--data", product.data, "--no-browser", "--verbose"),
        cwd=CHECKOUT,
        env=clean_environment(),
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    os.read(ours, 10)
    os.close(ours)
    assert until(lambda: product.state.ready)
    assert product.stop() == 0
    assert "everything stopped" in product.log()
    assert product.gone()


def test_a_request_in_flight_is_answered_before_the_end(product_at: Make) -> None:
    product = product_at().up().ready()
    host, port = product.url.removeprefix("http://").split(":")
    body = b"language=de"
    with socket.create_connection((host, int(port)), 60) as line:
        head = (
            "POST /healthz HTTP/1.1",
            "Host: localhost",
            f"Content-Length: {len(body)}",
            "Connection: close",
        )
        line.sendall("\r\n".join((*head, "", "")).encode() + body[:5])
        time.sleep(1)
        assert product.process
        product.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        line.sendall(body[5:])
        assert line.recv(100).startswith(b"HTTP/1.1 ")
    assert product.stop() == 0


# --- Deaths --------------------------------------------------------------------------------------------


def test_whatever_is_killed_comes_back(product_at: Make) -> None:
    product = product_at().up().ready()
    for name in PROGRAMS:
        if name in product.state.children:
            assert product.kill(name), name
            assert until(product.serves), name
    for worker in psutil.Process(product.pid("web")).children():
        worker.kill()
    assert until(product.serves)
    assert product.stop() == 0
    assert product.gone()


def test_after_a_kill_of_the_supervisor_nothing_runs_and_the_next_start_is_clean(product_at: Make) -> None:
    product = product_at().up().ready()
    assert product.process
    product.process.kill()
    product.process.wait()
    assert product.gone()
    assert product.up().ready().serves()
    assert "left over" not in product.said()


def test_orphans_of_a_killed_supervisor_and_sentinel_are_ended_by_the_next_start(product_at: Make) -> None:
    product = product_at().up().ready()
    assert product.process
    sentinel_of(product).kill()
    product.process.kill()
    product.process.wait()
    orphans = {name: life for name, life in product.state.children.items() if life.process()}
    assert {"postgres", "valkey", "web"} <= set(orphans)
    assert product.up().ready().serves()
    assert "left over" in product.said()
    assert not [name for name, life in orphans.items() if life.process()]


def test_a_power_cut_is_recovered_from(product_at: Make) -> None:
    product = product_at().up().ready()
    assert product.process
    sentinel_of(product).kill()
    for process in [psutil.Process(product.process.pid), *children_of(product)]:
        process.kill()
    product.process.wait()
    assert (product.place.postgres / "postmaster.pid").exists()
    assert product.up().ready().serves()
    assert "automatic recovery in progress" in product.log()


def test_a_process_that_got_the_number_of_a_dead_postgres_is_left_alone(product_at: Make) -> None:
    product = product_at().up().ready()
    assert product.stop() == 0
    # Of the servers' own user: Postgres disregards the processes of others by itself.
    stranger = subprocess.Popen(["sleep", "600"], **sysuser.for_servers().privileges())
    pid_file = product.place.postgres / "postmaster.pid"
    pid_file.write_text(
        f"{stranger.pid}\n{product.place.postgres}\n1700000000\n5432\n{product.place.run}\n\n 1 0\nready\n"
    )
    (product.place.run / ".s.PGSQL.5432.lock").write_text(pid_file.read_text())
    state = product.state
    state.children["web"] = Life(stranger.pid, 0.5)
    product.place.write_state(state)
    try:
        assert product.up().ready().serves()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_what_dies_again_and_again_ends_everything_with_its_last_words(product_at: Make) -> None:
    product = product_at().up().ready()
    done = threading.Event()

    def murder() -> None:
        while not done.is_set():
            if (life := product.state.children.get("valkey")) and (process := life.process()):
                process.kill()
            done.wait(0.1)

    murderer = threading.Thread(target=murder)
    murderer.start()
    try:
        code, said = product.refused()
    finally:
        done.set()
        murderer.join()
    assert code == Code.CRASHED
    assert "valkey ended 6 times within a minute. Its last lines:" in said
    assert product.gone()


def test_a_setting_that_cannot_be_is_one_sentence(product_at: Make) -> None:
    code, said = product_at().up(environment={"SIGN_UP": "sometimes"}).refused()
    assert code == Code.SYSTEM
    assert "SIGN_UP is 'sometimes'; it must be open, invite or closed." in said
    assert "Traceback" not in said


# --- Company -------------------------------------------------------------------------------------------


def test_of_six_first_starts_at_once_one_wins(fresh_at: Make) -> None:
    first = fresh_at()
    starts = [first, *(Product(first.data) for _ in range(5))]
    for each in starts:
        each.up()
    try:
        assert until(lambda: sum(each.ended is None for each in starts) == 1)
        (winner,) = (each for each in starts if each.ended is None)
        assert winner.ready().serves()
        assert {each.ended for each in starts} == {None, Code.RUNNING}
    finally:
        for each in starts:
            each.stop()


def test_two_directories_run_side_by_side(product_at: Make) -> None:
    one, two = product_at("one").up(), product_at("two").up()
    assert one.ready().serves()
    assert two.ready().serves()
    assert one.url != two.url
    assert one.stop() == two.stop() == 0


@pytest.mark.usefixtures("no_servers_named")
def test_database_and_queue_of_others_are_used_and_not_started(fresh_at: Make) -> None:
    lender = fresh_at("lender")
    with lender.place.claimed():
        lent = of(lender.place, keys.load_or_make(lender.place.keys)["VALKEY_PASSWORD"])
        with Borrowed(lent, lender.place.logs):
            assert lent.postgres
            lent.postgres.make_room()
            product = fresh_at("borrower").up(environment=lent.environment).ready()
            assert product.serves()
            assert not {"postgres", "valkey"} & set(product.state.children)
            assert not product.place.postgres.exists()
            assert product.call("manage", "migrate", "--check").returncode == 0
            assert product.stop() == 0


# --- Machines ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["with space, 'quote' and ünïcödé", "long-" * 20])
def test_any_path_will_do(fresh_at: Make, name: str) -> None:
    product = fresh_at(name).up().ready()
    assert product.serves()
    assert product.stop() == 0
    assert product.gone()


@pytest.mark.parametrize(
    "environment",
    [
        {"LC_ALL": "C"},
        {"LC_ALL": "tr_TR.UTF-8", "LANG": "xx_YY", "TZ": "Asia/Tehran"},
    ],
    ids=lambda environment: " ".join(environment.values()),
)
def test_any_locale_will_do(fresh_at: Make, environment: dict[str, str]) -> None:
    product = fresh_at().up(environment=environment).ready()
    assert product.serves()
    assert product.stop() == 0


def test_the_local_network_may_be_let_in(product_at: Make) -> None:
    product = product_at().up("--host", "0.0.0.0").ready()
    assert "Everybody on this network can reach it" in product.said()
    assert "localhost" not in product.url
    assert product.serves()


@pytest.fixture
def small_disk(fresh_at: Make, as_root: None) -> Iterator[Path]:
    mount = fresh_at("disk").data
    mount.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m,mode=755", "none", mount], check=True)
    yield mount
    subprocess.run(["umount", "-l", mount], check=True)


def test_a_full_disk_is_one_clear_sentence(small_disk: Path) -> None:
    product = Product(small_disk / "data")
    product.output = small_disk.with_suffix(".out")
    code, said = product.up().refused()
    assert code == Code.UNWRITABLE
    assert "No space left on device" in said
    assert "Traceback" not in said
    assert product.gone()


def test_a_read_only_disk_is_one_clear_sentence(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    product = Product(small_disk / "data")
    product.output = small_disk.with_suffix(".out")
    code, said = product.up().refused()
    assert code == Code.UNWRITABLE
    assert "Read-only file system" in said
    assert len(said.strip().splitlines()) == 1


def test_without_shared_memory_it_runs_all_the_same(product_at: Make, as_root: None) -> None:
    product = product_at()
    hide = 'mount -t tmpfs -o ro,mode=755 none /dev/shm && exec "$@"'
    product.up(before=("unshare", "--mount", "sh", "-c", hide, "sh")).ready()
    assert product.serves()
    assert "dynamic_shared_memory_type = 'mmap'" in (product.place.postgres / "netvalue.conf").read_text()
    assert until(lambda: "celery@" in product.log() and " ready." in product.log())
    assert product.stop() == 0


def test_roots_servers_are_not_root_and_nobody_else_gets_in(product_at: Make, as_root: None) -> None:
    home = oct(Path("/root").stat().st_mode)
    product = product_at().up().ready()
    assert product.serves()
    servers = [process for process in product.family() if process.name() in ("postgres", "valkey-server")]
    assert {process.username() for process in servers} == {"netvalue"}
    assert oct(Path("/root").stat().st_mode) == home
    place = product.place
    for path in (place.keys, place.state_file, place.valkey / "valkey.conf", place.run, place.logs):
        tried = as_nobody("ls" if path.is_dir() else "cat", path)
        assert tried.returncode, path
        assert not tried.stdout
    connect = "import socket, sys; socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    tried = as_nobody("/usr/bin/python3", "-c", connect, place.run / ".s.PGSQL.5432")
    assert "Permission denied" in tried.stderr


def as_nobody(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, user="nobody", cwd="/", capture_output=True, text=True, check=False)


# --- Copies --------------------------------------------------------------------------------------------


def test_a_backup_brings_everything_back(product_at: Make, fresh_at: Make, tmp_path: Path) -> None:
    old, new = product_at("old").up().ready(), fresh_at("new")
    shell = ("manage", "shell", "-v", "0", "-c")
    make = "from netvalue.accounts.models import User; User.objects.create(email='ä@example.org')"
    count = "from netvalue.accounts.models import User; print([user.email for user in User.objects.all()])"
    assert old.call(*shell, make).returncode == 0
    (old.place.media / "photo.webp").write_bytes(b"a face")
    archive = tmp_path / "all.zip"
    assert old.call("backup", archive).returncode == 0
    assert old.call("restore", archive).returncode == Code.RUNNING
    assert old.stop() == 0

    said = new.call("restore", archive)
    assert said.returncode == 0, said.stderr
    assert new.call(*shell, count).stdout == "['ä@example.org']\n"
    assert (new.place.media / "photo.webp").read_bytes() == b"a face"
    assert keys.load(new.place.keys)["MAIL_ID_KEY"] == keys.load(old.place.keys)["MAIL_ID_KEY"]
    assert keys.load(new.place.keys)["SECRET_KEY"] != keys.load(old.place.keys)["SECRET_KEY"]
    assert new.up().ready().serves()
    assert "Set up your account" not in new.said()
    # What left since the backup was made, nobody knows: mail waits until somebody says so.
    told = new.call("manage", "mail_after_restore", "--told")
    assert "0 reminders count as told" in told.stdout
    assert new.place.mail_marker.read_text().split()[0] != "any"
    assert new.stop() == 0


def test_a_damaged_backup_changes_nothing(product_at: Make, tmp_path: Path) -> None:
    product = product_at().up().ready()
    archive = tmp_path / "all.zip"
    assert product.call("backup", archive).returncode == 0
    assert product.stop() == 0
    content = bytearray(archive.read_bytes())
    middle = len(content) // 2
    content[middle] ^= 0xFF
    archive.write_bytes(content)
    said = product.call("restore", archive)
    assert said.returncode == Code.CONFIG
    assert "nothing was changed" in said.stderr
    assert product.call("manage", "migrate", "--check").returncode == 0


@pytest.mark.usefixtures("no_servers_named")
def test_three_machines_may_migrate_at_once(fresh_at: Make) -> None:
    product = fresh_at()
    with product.place.claimed():
        lent = of(product.place, keys.load_or_make(product.place.keys)["VALKEY_PASSWORD"])
        with Borrowed(lent, product.place.logs):
            assert lent.postgres
            lent.postgres.make_room()
            environment = clean_environment({**lent.environment, "SECRET_KEY": "x", "DATABASE_POOL": "0"})
            migrate = (sys.executable, str(CHECKOUT / "manage.py"), "migrate_safely", "-v", "0")
            machines = [subprocess.Popen(migrate, env=environment) for _ in range(3)]
            assert [machine.wait(START) for machine in machines] == [0, 0, 0]


def test_files_of_another_postgres_are_left_alone(product_at: Make) -> None:
    product = product_at().up().ready()
    assert product.stop() == 0
    (product.place.postgres / "PG_VERSION").write_text("17\n")
    code, said = product.up().refused()
    assert code == Code.CONFIG
    assert re.search(r"is of Postgres 17, and the programs are 18", said)
