"""The door itself, on machines that lack something."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from netvalue.embedded.place import CHECKOUT

if TYPE_CHECKING:
    from pathlib import Path

WITHOUT_VENV = """#!/bin/sh
case "$2" in
*version_info*) exit 0 ;;
*executable*) echo "$0" ;;
*) exit 1 ;;
esac
"""


def call(directory: Path, *arguments: str, python: str = "/nowhere") -> subprocess.CompletedProcess[str]:
    shutil.copy(CHECKOUT / "netvalue.sh", directory)
    (directory / "bin").mkdir(exist_ok=True)
    for name in ("dirname", "cat", "cmp", "rm", "cp"):
        if found := shutil.which(name):
            (directory / "bin" / name).symlink_to(found)
    return subprocess.run(
        ["/bin/sh", directory / "netvalue.sh", *arguments],
        env={"PATH": str(directory / "bin"), "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command(tmp_path: Path) -> None:
    said = call(tmp_path)
    assert said.returncode == 0
    for command in ("up", "down", "status", "backup", "restore", "manage", "test", "bench"):
        assert f"  {command} " in said.stdout


def test_an_unknown_command_is_an_error(tmp_path: Path) -> None:
    said = call(tmp_path, "upp")
    assert said.returncode == 64
    assert "usage" in said.stderr


@pytest.mark.parametrize("command", ["up", "test", "status"])
def test_without_a_python_it_says_which_one_is_needed(tmp_path: Path, command: str) -> None:
    said = call(tmp_path, command)
    assert said.returncode == 69
    assert "Python 3.11 to 3.14 is needed" in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1


def test_a_python_that_cannot_make_environments_is_told_by_its_package(tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text(WITHOUT_VENV)
    python.chmod(0o755)
    said = call(tmp_path, "up", python=str(python))
    assert said.returncode == 69
    assert "apt install python3-venv" in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1
