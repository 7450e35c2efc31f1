from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netvalue.embedded import keys
from netvalue.embedded.refusal import Code, Refusal

if TYPE_CHECKING:
    from pathlib import Path


def test_keys_are_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    made = keys.load_or_make(file)
    assert set(made) == set(keys.NAMES)
    assert all(len(key) >= 50 for key in made.values())
    assert len(set(made.values())) == len(made)
    assert file.stat().st_mode & 0o777 == 0o600
    assert keys.load_or_make(file) == made


def test_a_key_that_a_later_version_needs_is_added(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    keys.write(file, {"SECRET_KEY": "kept"})
    assert keys.load_or_make(file)["SECRET_KEY"] == "kept"
    assert set(keys.load(file)) == set(keys.NAMES)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o666])
def test_keys_that_others_can_read_stop_the_start(tmp_path: Path, mode: int) -> None:
    file = tmp_path / "secrets.json"
    keys.load_or_make(file)
    file.chmod(mode)
    with pytest.raises(Refusal, match="can be read by others") as refused:
        keys.load_or_make(file)
    assert refused.value.code == Code.CONFIG


@pytest.mark.parametrize("content", ["", "{", "[1]", "7"])
def test_damaged_keys_are_never_replaced(tmp_path: Path, content: str) -> None:
    file = tmp_path / "secrets.json"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(Refusal, match="is damaged"):
        keys.load_or_make(file)
    assert file.read_text() == content
