from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netvalue.embedded.journal import Journal, printable

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("Müller\tfrühstückt 🥐", "Müller\tfrühstückt 🥐"),
        ("\x1b]0;owned\x07", "\\x1b]0;owned\\x07"),
        ("\x1b[2J\r", "\\x1b[2J\\x0d"),
        ("\x9b31m", "\\x9b31m"),
        ("right\u202eleft", "right\\x202eleft"),
    ],
)
def test_a_line_cannot_drive_the_terminal_that_shows_it(said: str, written: str) -> None:
    assert printable(said) == written


def test_quiet_shows_the_address_and_not_the_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    journal = Journal(tmp_path / "log", quiet=True, verbose=False)
    journal.say("a step")
    journal.tell("the address")
    journal.hear("web", b"a request\n")
    journal.show("a secret")
    journal.close()
    assert capsys.readouterr().out == "the address\na secret\n"
    written = journal.path.read_text()
    assert "a step" in written
    assert "web      | a request" in written
    assert "a secret" not in written
