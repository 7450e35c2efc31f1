"""Where the strips of a trend lie: a row for each question, a column for each check, oldest first.

A state is told by shape, as in the ring: yes is filled, partly is three bands, no is an outline, open is a
dashed outline; what a check did not ask is a short stroke. All cells of one state are one path, so that many
checks stay small. Below stand the counts of each check, in the same columns. Numbers leave as strings for
SVG, so that no locale ever touches them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from assessments.scoring import State, count
from assessments.wheel import number

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

BANDS = 3
TOP = 2.0
AXIS = 38.0
COUNTS_APART = 26.0
NOT_ASKED = "none"


@dataclass(frozen=True, slots=True)
class Slot:
    """What a drawing has room for. Names stand `beside` their strips, or `above` them where it is narrow."""

    width: float
    beside: float
    above: float
    row: float
    cell: float
    unit: float
    widest: float
    scale: float = 24.0

    @property
    def pitch(self) -> float:
        return self.above + self.row


PHONE = Slot(width=326, beside=0, above=18, row=22, cell=14, unit=7, widest=160)
DESK = Slot(width=872, beside=156, above=0, row=26, cell=18, unit=8, widest=150)

# Two dates need this much between their middles.
DATE_ROOM = 38.0


@dataclass(frozen=True, slots=True)
class Column:
    """One check: where it is hit and focused, and the middle of what stands there."""

    x: str
    width: str
    middle: str
    dated: bool


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the counts: so many questions."""

    questions: int
    y: str
    text_y: str


@dataclass(frozen=True, slots=True)
class Strips:
    """The drawing: what CSS colours by state, where names, dates and numbers go."""

    width: str
    height: str
    cells: dict[str, str]
    names: tuple[str, ...]
    columns: tuple[Column, ...]
    levels: tuple[Level, ...]
    left: str
    right: str
    bottom: str
    counts_name: str
    repeats: tuple[str, ...]
    month: str
    year: str
    roomy: bool


def strips(sheets: Sequence[Sequence[State | None]], slot: Slot, repeats: Collection[int] = ()) -> Strips:
    """`sheets` are the checks, each with a state for every question or None where it was not asked.

    `repeats` are the checks, by position, that came soon after the one before.
    """
    rows = len(sheets[0])
    room = slot.width - slot.beside - slot.scale
    pitch = min(room / len(sheets), slot.widest)
    right = slot.beside + pitch * len(sheets)
    under_strips = TOP + rows * slot.pitch
    bottom = under_strips + COUNTS_APART + rows * slot.unit
    found: dict[str, list[str]] = {state: [] for state in (*State, NOT_ASKED)}
    for position, sheet in enumerate(sheets):
        x, width = _inner(slot.beside + position * pitch, pitch)
        for row, state in enumerate(sheet):
            y = TOP + row * slot.pitch + slot.above + (slot.row - slot.cell) / 2
            found[state or NOT_ASKED].append(_cell(state, x, y, width, slot.cell))
        for piece, path in _stack(sheet, x, bottom, width, slot.unit):
            found[piece].append(path)
    every = ceil(DATE_ROOM / pitch)
    return Strips(
        width=number(right + slot.scale),
        height=number(bottom + AXIS),
        cells={state: "".join(paths) for state, paths in found.items() if paths},
        names=tuple(number(TOP + row * slot.pitch + _baseline(slot)) for row in range(rows)),
        columns=tuple(
            Column(
                x=number(slot.beside + position * pitch),
                width=number(pitch),
                middle=number(slot.beside + (position + 0.5) * pitch),
                dated=(len(sheets) - 1 - position) % every == 0,
            )
            for position in range(len(sheets))
        ),
        levels=tuple(
            Level(asked, number(bottom - asked * slot.unit), number(bottom - asked * slot.unit + 4))
            for asked in range(0, rows + 1, 5)
        ),
        left=number(slot.beside),
        right=number(right),
        bottom=number(bottom),
        counts_name=number(
            under_strips + 19 if slot.above else bottom - rows * slot.unit / 2 + 4.5,
        ),
        repeats=tuple(_arc(slot.beside + (it - 0.5) * pitch, pitch, bottom) for it in sorted(repeats) if it),
        month=number(bottom + 19),
        year=number(bottom + 35),
        roomy=pitch >= 60,
    )


def _baseline(slot: Slot) -> float:
    """Where a name stands in its row: above the strip, or in its middle."""
    return slot.above - 3 if slot.above else slot.row / 2 + 4.5


def _inner(x: float, pitch: float) -> tuple[float, float]:
    """A column without the gap to its neighbours."""
    gap = min(6.0, max(2.0, pitch / 6))
    return x + gap / 2, pitch - gap


def _box(x: float, y: float, width: float, height: float) -> str:
    """A rectangle whose outline, two wide and round at its corners, stays within these bounds."""
    return f"M{number(x + 1)} {number(y + 1)}h{number(width - 2)}v{number(height - 2)}h-{number(width - 2)}z"


def _bands(x: float, y: float, width: float, height: float, bands: int) -> str:
    """Lines with gaps as wide as themselves."""
    pitch = height / bands
    return "".join(
        f"M{number(x + 1.5)} {number(y + (band + 0.5) * pitch)}h{number(width - 3)}" for band in range(bands)
    )


def _cell(state: State | None, x: float, y: float, width: float, height: float) -> str:
    if state is None:
        return f"M{number(x + width / 2 - 2)} {number(y + height / 2)}h4"
    return _bands(x, y, width, height, BANDS) if state == State.PARTLY else _box(x, y, width, height)


def _stack(
    sheet: Sequence[State | None], x: float, bottom: float, width: float, unit: float
) -> Iterator[tuple[str, str]]:
    """The counts of a check on top of each other: one piece for each state, a band for each partly."""
    counts = count(state for state in sheet if state)
    for state, many in zip(State, (counts.yes, counts.partly, counts.no, counts.open), strict=True):
        if many:
            bottom -= many * unit
            yield (
                state,
                _bands(x, bottom, width, many * unit, many)
                if state == State.PARTLY
                else _box(x, bottom + 0.5, width, many * unit - 1),
            )


def _arc(x: float, pitch: float, bottom: float) -> str:
    """Joins a repeat to the check before it, below both."""
    return f"M{number(x)} {number(bottom + 2)}v2h{number(pitch)}v-2"
