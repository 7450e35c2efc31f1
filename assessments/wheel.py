"""Where the petals of the ring lie. Numbers leave as strings for SVG, so that no locale ever touches them.

A petal's shape says its state without colour: yes is filled, partly is three bands, no is an outline, open a
dashed outline.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, sin, tau

from assessments.scoring import State

INNER, OUTER = 62.0, 190.0
GAP = 8.0
LABEL = 215.0
BANDS = 3
# A label at the side has room for this many letters on one line.
LABEL_LENGTH = 14


@dataclass(frozen=True, slots=True)
class Petal:
    """One petal: its outline, what is filled of it, and where its label stands."""

    number: int
    state: State
    outline: str
    fill: str
    label_x: str
    label_y: str
    anchor: str


def number(value: float) -> str:
    """A coordinate: a point, at most one decimal, never "-0"."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")


def _at(radius: float, angle: float) -> tuple[float, float]:
    """The point at an angle counted clockwise from twelve o'clock."""
    return radius * sin(angle), -radius * cos(angle)


def _sector(inner: float, outer: float, begin: float, end: float) -> str:
    """A piece of a ring whose sides keep half a gap's distance from the neighbours."""
    corners = [
        _at(inner, begin + GAP / inner),
        _at(outer, begin + GAP / outer),
        _at(outer, end - GAP / outer),
        _at(inner, end - GAP / inner),
    ]
    a, b, c, d = (f"{number(x)} {number(y)}" for x, y in corners)
    out, back = number(outer), number(inner)
    return f"M{a}L{b}A{out} {out} 0 0 1 {c}L{d}A{back} {back} 0 0 0 {a}Z"


def _bands(begin: float, end: float) -> str:
    """Rings with gaps as wide as themselves, from the inner edge to the outer."""
    width = (OUTER - INNER) / (2 * BANDS - 1)
    return "".join(
        _sector(INNER + 2 * band * width, INNER + (2 * band + 1) * width, begin, end) for band in range(BANDS)
    )


def _fill(state: State, begin: float, end: float) -> str:
    if state == State.YES:
        return _sector(INNER, OUTER, begin, end)
    return _bands(begin, end) if state == State.PARTLY else ""


def ring(states: Sequence[State]) -> list[Petal]:
    """The petals clockwise from twelve o'clock, one for each question."""
    step = tau / len(states)
    petals = []
    for position, state in enumerate(states):
        begin, middle, end = position * step, (position + 0.5) * step, (position + 1) * step
        x, y = _at(LABEL, middle)
        petals.append(
            Petal(
                number=position + 1,
                state=state,
                outline=_sector(INNER, OUTER, begin, end),
                fill=_fill(state, begin, end),
                label_x=number(x),
                label_y=number(y + 6 - 8 * cos(middle)),
                anchor="middle" if abs(x) < 30 else "start" if x > 0 else "end",
            )
        )
    return petals


def label(name: str) -> list[str]:
    """A petal's name, on two lines if it is long and has two words."""
    return name.rsplit(" ", 1) if len(name) > LABEL_LENGTH else [name]
