"""The table of faults in this package's docstring names what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import tests.faults

HERE = Path(__file__).parent
TABLE = dict(re.findall(r"^(F\d+) +(.+?)(?=^F\d|\Z)", str(tests.faults.__doc__), re.MULTILINE | re.DOTALL))


def test_every_fault_has_a_row() -> None:
    assert list(TABLE) == [f"F{number}" for number in range(1, 30)]


@pytest.mark.parametrize("fault", TABLE)
def test_its_drill_and_what_turns_it_red_exist(fault: str) -> None:
    (file,) = re.findall(r"test_\w+\.py", TABLE[fault])
    drill, _, red = TABLE[fault].partition(f"{file} ")[2].partition("red: ")
    here = (HERE / file).read_text()
    assert drill.split()
    assert red.split()
    for name in drill.split():
        assert f"def {name}(" in here
    for name in red.split():
        assert name in here, "it turns this one red"
        assert (
            f"def {name}("
            in here + (HERE / "mutants.py").read_text() + (HERE / "test_times_zones.py").read_text()
        )
