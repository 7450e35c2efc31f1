"""How words become outlines in the product's typefaces, so that a picture needs no font where it is opened.

fontTools unpacks the web fonts in `static/fonts`, HarfBuzz sets the line: kerning, marks, one weight of many.
"""

from __future__ import annotations

import io
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import uharfbuzz
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont

from assessments.wheel import number

if TYPE_CHECKING:
    from collections.abc import Iterator

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
# A typeface comes in two files; what the first does not hold is looked for in the second.
PARTS = ("latin", "latin-ext")
ELLIPSIS = "…"


class Typeface(StrEnum):
    """The two that the product is set in."""

    UI = "figtree"
    VOICE = "newsreader"


@dataclass(frozen=True, slots=True)
class Style:
    """A typeface at a size, as heavy as it is wanted."""

    typeface: Typeface
    size: float
    weight: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A line of words as a path that begins at 0 0 and stands on the baseline."""

    path: str
    width: float


@cache
def _face(typeface: Typeface, part: str) -> uharfbuzz.Face:
    unpacked = io.BytesIO()
    with TTFont(FONTS / f"{typeface}-{part}-wght-normal.woff2") as font:
        font.flavor = None
        font.save(unpacked)
    return uharfbuzz.Face(unpacked.getvalue())


@cache
def _font(typeface: Typeface, part: str, weight: int) -> uharfbuzz.Font:
    font = uharfbuzz.Font(_face(typeface, part))
    font.set_variations({"wght": weight})
    return font


@cache
def _held(typeface: Typeface, part: str) -> frozenset[int]:
    return frozenset(_face(typeface, part).unicodes)


def _part(character: str, typeface: Typeface) -> str | None:
    """The file that can draw this character."""
    return next((part for part in PARTS if ord(character) in _held(typeface, part)), None)


def legible(text: str, typeface: Typeface) -> str:
    """The text as it can be drawn: without emoji and controls, on one line.

    Nothing at all if a letter or a digit is missing: half a name is somebody else's.
    """
    kept = []
    for character in " ".join(unicodedata.normalize("NFC", text).split()):
        if _part(character, typeface):
            kept.append(character)
        elif unicodedata.category(character)[0] in "LMN" and not _is_variation(character):
            return ""
    return " ".join("".join(kept).split())


def _is_variation(character: str) -> bool:
    """Says how the character before it looks; it has no look of its own."""
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


def _runs(text: str, typeface: Typeface) -> Iterator[tuple[str, str]]:
    drawn = [(part, it) for it in text if (part := _part(it, typeface))]
    for part, run in groupby(drawn, key=lambda pair: pair[0]):
        yield part, "".join(it for _part_of_it, it in run)


def outline(text: str, style: Style) -> Outline:
    """The line set in this style. What the typeface does not hold is left out."""
    pen = SVGPathPen(None, number)
    x = 0.0
    for part, run in _runs(text, style.typeface):
        font = _font(style.typeface, part, style.weight)
        scale = style.size / font.face.upem
        buffer = uharfbuzz.Buffer()
        buffer.add_str(run)
        buffer.guess_segment_properties()
        uharfbuzz.shape(font, buffer)
        for glyph, at in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
            place = (scale, 0, 0, -scale, x + at.x_offset * scale, -at.y_offset * scale)
            font.draw_glyph_with_pen(glyph.codepoint, TransformPen(pen, place))
            x += at.x_advance * scale
    return Outline(pen.getCommands(), x)


# The words of the product come again with every picture; a person's name is not kept in memory.
known = lru_cache(maxsize=512)(outline)


def fitted(text: str, style: Style, width: float) -> Outline:
    """The line, cut with an ellipsis where it would be wider than there is room."""
    whole = outline(text, style)
    if whole.width <= width:
        return whole
    fits, too_long = 0, len(text)
    while too_long - fits > 1:
        middle = (fits + too_long) // 2
        if outline(text[:middle].rstrip() + ELLIPSIS, style).width <= width:
            fits = middle
        else:
            too_long = middle
    return outline(text[:fits].rstrip() + ELLIPSIS, style)
