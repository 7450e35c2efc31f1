"""What the buttons of a reminder do, and which of them are left once some were pressed."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Deed(StrEnum):
    """One button, by its name in an address."""

    DONE = "done"
    TALKED = "talked"
    LATER = "later"
    STOP = "stop"


# Whoever has done it, or wants to hear no more of it, cannot want to be told later.
ENDING: Final = frozenset({Deed.DONE, Deed.STOP})


def is_ended(standing: Collection[Deed]) -> bool:
    """Whether it comes back no more, so that nothing is put off and nothing says until when it was."""
    return not ENDING.isdisjoint(standing)


def left(offered: Iterable[Deed], standing: Collection[Deed]) -> tuple[Deed, ...]:
    """Those that can still be done beside what stands, in the order they are offered."""
    ended = is_ended(standing)
    return tuple(deed for deed in offered if deed not in standing and not (ended and deed is Deed.LATER))
