from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from netvalue.embedded import place
from netvalue.embedded.place import LONGEST_SOCKET_DIRECTORY, Life, Place, State
from netvalue.embedded.refusal import Code, Refusal


def test_a_directory_has_one_owner_at_a_time(tmp_path: Path) -> None:
    first, second = Place(tmp_path / "new"), Place(tmp_path / "new")
    with first.claimed(), pytest.raises(Refusal) as refused, second.claimed():
        pass
    assert refused.value.code == Code.RUNNING
    with second.claimed():
        pass


def test_only_its_owner_reads_a_new_directory_and_roots_servers_walk_through(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        with Place(tmp_path / "not" / "yet").claimed():
            pass
    finally:
        os.umask(before)
    expected = 0o711 if os.geteuid() == 0 else 0o700
    assert {each.stat().st_mode & 0o777 for each in (tmp_path / "not", tmp_path / "not" / "yet")} == {
        expected
    }


def test_a_directory_with_strangers_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").touch()
    mode = tmp_path.stat().st_mode
    with pytest.raises(Refusal, match="is not empty") as refused, Place(tmp_path).claimed():
        pass
    assert refused.value.code == Code.CONFIG
    assert tmp_path.stat().st_mode == mode


def test_a_file_in_the_way_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(Refusal, match="cannot be written") as refused,
        Place(tmp_path / "file" / "x").claimed(),
    ):
        pass
    assert refused.value.code == Code.UNWRITABLE


@pytest.mark.skipif(os.geteuid() == 0, reason="root may go anywhere")
def test_what_we_may_not_enter_is_one_clear_sentence(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    below = Place(closed / "below")
    closed.chmod(0)
    try:
        with pytest.raises(Refusal, match="cannot be written") as refused, below.claimed():
            pass
        assert refused.value.code == Code.UNWRITABLE
        with pytest.raises(Refusal, match="belongs to another user"):
            below.state()
    finally:
        closed.chmod(0o700)


def test_another_users_directory_is_refused(tmp_path: Path, as_root: None) -> None:
    (tmp_path / "theirs").mkdir()
    os.chown(tmp_path / "theirs", 65534, 65534)
    with (
        pytest.raises(Refusal, match="belongs to another user") as refused,
        Place(tmp_path / "theirs").claimed(),
    ):
        pass
    assert refused.value.code == Code.FOREIGN


def test_a_state_survives_its_file(tmp_path: Path) -> None:
    here = Place(tmp_path)
    state = State(
        Life.of(os.getpid()), "http://localhost:8000", "/run", ready=True, children={"web": Life(1, 2.5)}
    )
    here.write_state(state)
    assert here.state() == state
    assert here.state().runs
    assert here.state_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"supervisor": 1}', json.dumps({"url": "x"})])
def test_a_damaged_state_is_no_state(tmp_path: Path, content: str) -> None:
    here = Place(tmp_path)
    here.state_file.write_text(content)
    assert here.state() == State()


def test_a_number_that_another_process_got_is_not_the_same_life() -> None:
    ours = Life.of(os.getpid())
    assert ours
    assert ours.process()
    assert Life(ours.pid, ours.began - 60).process() is None


def test_an_ended_process_lives_no_more() -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    life = Life.of(process.pid)
    process.wait()
    assert life
    assert life.process() is None


def test_sockets_lie_in_the_directory_if_its_name_is_short_enough(tmp_path: Path) -> None:
    short = Place(Path("/srv/netvalue"))
    assert short.socket_directory() == short.run
    long = Place(tmp_path / ("x" * LONGEST_SOCKET_DIRECTORY))
    long.data.mkdir()
    elsewhere = long.socket_directory()
    long.write_state(State(sockets=str(elsewhere)))
    assert len(str(elsewhere)) < LONGEST_SOCKET_DIRECTORY
    assert elsewhere.stat().st_mode & 0o077 == 0
    assert long.socket_directory() == elsewhere
    elsewhere.rmdir()


def test_the_directory_that_was_named_is_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NETVALUE_DATA", "/srv/variable")
    assert place.chosen("named").data == tmp_path / "named"
    assert place.chosen(None).data == Path("/srv/variable")


def test_a_checkout_keeps_its_data_unless_root_cannot_share_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("NETVALUE_DATA", raising=False)
    private = tmp_path / "private" / "checkout"
    private.mkdir(parents=True)
    private.parent.chmod(0o700)
    monkeypatch.setattr(place, "CHECKOUT", private)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert place.chosen(None).data == private / ".local"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert place.chosen(None).data.parent == Path("/var/lib/netvalue")
    assert place.chosen(None).data.name.startswith("checkout-")
