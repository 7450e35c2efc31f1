"""Why a start is refused: one sentence for a person and one exit code for a machine."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """The numbers of sysexits.h where one fits; 98 is what Linux calls "address already in use"."""

    MISSING = 69
    CRASHED = 70
    SYSTEM = 71
    UNWRITABLE = 73
    RUNNING = 75
    FOREIGN = 77
    CONFIG = 78
    PORT_BUSY = 98


class Refusal(Exception):  # noqa: N818 (a refusal is an answer, not an error of ours)
    """Carries the sentence to the only place that prints it, and the code to leave with."""

    def __init__(self, sentence: str, code: Code = Code.SYSTEM) -> None:
        super().__init__(sentence)
        self.code = code
