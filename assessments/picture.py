"""What the ring looks like as a picture to give away: one drawing, as SVG and, painted from it, as PNG.

1200 × 1200, because the picture is sent in a chat: messengers show a square large and uncropped, while the
wide format of link previews would leave the names of the petals half the size. (There is no link to preview:
the address is only its owner's.)

The letters are outlines and the colours attributes, so the SVG needs nothing from anywhere and looks alike in
every program. The PNG is the same SVG painted by resvg (`resvg-py`, MIT, one wheel of 1.4 MB for each system
and all versions of Python), which has no text to set and no system font to look for; it takes some 130 ms.
Pillow would have needed a second drawing by hand, without smooth strokes; cairosvg a library of the system;
Skia thirty megabytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import resvg_py

from assessments import lettering, wheel
from assessments.lettering import Style, Typeface
from assessments.scoring import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SIZE = 1200
MIDDLE = SIZE / 2
EDGE = 36
RING_Y = 618.0
SCALE = 1.46
# The widest line of words keeps this far from the edge of the card.
ROOM = 960.0

# The colours of static/css/tokens.css in light; files that leave the house cannot ask a style sheet.
COLOURS = {
    "bg": "#f4f8f8",
    "surface": "#ffffff",
    "line": "#d9e1e2",
    "line-strong": "#768789",
    "ink": "#102428",
    "ink-2": "#3d4f53",
    "ink-3": "#57686c",
    "brand": "#005a65",
    "brand-line": "#94c9cc",
    "d1": "#007d85",
    "d2": "#da7914",
    "d3": "#a5397e",
    "d2-soft": "#ffe9d1",
    "d1-text": "#00626c",
    "d2-text": "#964d09",
    "d3-text": "#9b3075",
}
TONES = {State.YES: "d1", State.PARTLY: "d2", State.NO: "d3", State.OPEN: "line-strong"}
INKS = {State.YES: "d1-text", State.PARTLY: "d2-text", State.NO: "d3-text", State.OPEN: "ink-2"}

TITLE = Style(Typeface.VOICE, 55, 500)
NAME = Style(Typeface.UI, 32, 600)
SUBTITLE = Style(Typeface.UI, 28, 450)
LABEL = Style(Typeface.UI, 27, 540)
DIGIT = Style(Typeface.UI, 27, 700)
COUNT = Style(Typeface.UI, 31, 560)
BRAND = Style(Typeface.UI, 28, 650)


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that is written on the picture, in one language. Notes have no place here."""

    title: str
    subtitle: str
    aspects: Sequence[str]
    counts: Mapping[State, str]
    described: str
    name: str = ""


def svg(states: Sequence[State], words: Words) -> str:
    """The picture as a document of its own."""
    size = f'width="{SIZE}" height="{SIZE}"'
    card = f'x="{EDGE}" y="{EDGE}" width="{SIZE - 2 * EDGE}" height="{SIZE - 2 * EDGE}" rx="44"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {SIZE} {SIZE}" role="img">',
        f"<title>{escape(words.described)}</title>",
        f'<rect {size} fill="{COLOURS["bg"]}"/>',
        f'<rect {card} fill="{COLOURS["surface"]}" stroke="{COLOURS["line"]}" stroke-width="2"/>',
        *_heading(words),
        *_ring(states, words.aspects),
        *_legend(words.counts),
        *_mark(),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def png(drawing: str) -> bytes:
    """The drawing in pixels, one for each of its units."""
    return resvg_py.svg_to_bytes(svg_string=drawing, skip_system_fonts=True)


def _n(value: float) -> str:
    return wheel.number(value)


def _written(line: lettering.Outline, x: float, y: float, colour: str) -> str:
    return f'<path transform="translate({_n(x)} {_n(y)})" fill="{COLOURS[colour]}" d="{line.path}"/>'


def _centred(line: lettering.Outline, y: float, colour: str) -> str:
    return _written(line, MIDDLE - line.width / 2, y, colour)


def _heading(words: Words) -> list[str]:
    """Whose ring if asked for, what was asked, and when."""
    title, subtitle = (168, 216) if words.name else (142, 194)
    lines = [
        _centred(lettering.known(words.title, TITLE), title, "ink"),
        _centred(lettering.known(words.subtitle, SUBTITLE), subtitle, "ink-3"),
    ]
    if words.name:
        lines.insert(0, _centred(lettering.fitted(words.name, NAME, ROOM), 106, "brand"))
    return lines


def _ring(states: Sequence[State], aspects: Sequence[str]) -> list[str]:
    petals = wheel.ring(states)
    return [
        f'<g transform="translate({_n(MIDDLE)} {_n(RING_Y)}) scale({SCALE})" stroke-linejoin="round">',
        f'<circle r="30" fill="none" stroke="{COLOURS["brand-line"]}" stroke-width="3"/>',
        f'<circle r="10" fill="{COLOURS["brand"]}"/>',
        *map(_petal, petals),
        "</g>",
        *(part for petal, aspect in zip(petals, aspects, strict=True) for part in _label(petal, aspect)),
    ]


def _petal(petal: wheel.Petal) -> str:
    """A state is told by shape; the colour only agrees."""
    tone = COLOURS[TONES[petal.state]]
    soft, surface = COLOURS["d2-soft"], COLOURS["surface"]
    look = {
        State.YES: f'fill="none" stroke="{tone}" stroke-width="8"',
        State.PARTLY: f'fill="{soft}" stroke="{soft}" stroke-width="8"',
        State.NO: f'fill="{surface}" stroke="{tone}" stroke-width="4"',
        State.OPEN: f'fill="none" stroke="{tone}" stroke-width="2.5" stroke-dasharray="7 7"',
    }[petal.state]
    drawn = f'<path d="{petal.outline}" {look}/>'
    if petal.fill:
        drawn += f'<path d="{petal.fill}" fill="{tone}" stroke="{tone}" stroke-width="2"/>'
    return drawn


def _label(petal: wheel.Petal, aspect: str) -> list[str]:
    """The number and the name of a petal, beside it."""
    digit = lettering.known(f"{petal.number}\N{NO-BREAK SPACE}", DIGIT)
    first, *second = wheel.label(aspect)
    x = MIDDLE + SCALE * float(petal.label_x)
    y = RING_Y + SCALE * float(petal.label_y) - (LABEL.size / 2 if second else 0)
    line = lettering.known(first, LABEL)
    left = x - {"start": 0, "middle": 0.5, "end": 1}[petal.anchor] * (digit.width + line.width)
    drawn = [
        _written(digit, left, y, INKS[petal.state]),
        _written(line, left + digit.width, y, "ink-2"),
    ]
    for rest in second:
        line = lettering.known(rest, LABEL)
        left = x - {"start": 0, "middle": 0.5, "end": 1}[petal.anchor] * line.width
        drawn.append(_written(line, left, y + 1.15 * LABEL.size, "ink-2"))
    return drawn


def _legend(counts: Mapping[State, str]) -> list[str]:
    """How many there are of each, beside the sign that the petals carry."""
    sign, gap, between = 30.0, 14.0, 54.0
    lines = {state: lettering.known(text, COUNT) for state, text in counts.items()}
    width = sum(sign + gap + line.width for line in lines.values()) + between * (len(lines) - 1)
    x, drawn = MIDDLE - width / 2, []
    for state, line in lines.items():
        drawn += [_sign(state, x, 1036 - 25), _written(line, x + sign + gap, 1036, "ink")]
        x += sign + gap + line.width + between
    return drawn


def _sign(state: State, x: float, y: float) -> str:
    tone = COLOURS[TONES[state]]
    place = f'transform="translate({_n(x)} {_n(y)}) scale(1.9)" stroke="{tone}"'
    if state == State.PARTLY:
        bars = "M1.6 3H14.4M1.6 8H14.4M1.6 13H14.4"
        return f'<path {place} stroke-width="3.2" stroke-linecap="round" d="{bars}"/>'
    look = {State.YES: f'fill="{tone}"', State.NO: 'fill="none"', State.OPEN: 'fill="none"'}[state]
    dash = ' stroke-width="1.6" stroke-dasharray="3 2.6"' if state == State.OPEN else ' stroke-width="2"'
    return f'<rect {place} {look}{dash} x="1.5" y="1.5" width="13" height="13" rx="4"/>'


def _mark() -> list[str]:
    """The product's mark and name, small."""
    line = lettering.known("NetValue", BRAND)
    x = MIDDLE - (40 + line.width) / 2
    return [
        f'<g transform="translate({_n(x)} 1086)">',
        '<circle cx="16" cy="16" r="12.5" fill="none" stroke="#0b7f8a" stroke-width="3"/>',
        '<circle cx="16" cy="16" r="4.5" fill="#0b7f8a"/>',
        '<circle cx="25" cy="7" r="4.5" fill="#e39a2d"/>',
        '<circle cx="5" cy="22.5" r="3.5" fill="#b5478b"/>',
        "</g>",
        _written(line, x + 40, 1111, "ink-3"),
    ]
