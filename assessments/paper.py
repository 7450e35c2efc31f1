"""How much of a note fits on paper: four lines, so that a check with its notes stays on two sheets."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

LINES = 4
# In widths of a small letter. A line on paper holds some more, because words do not break evenly.
WIDTH = 84.0
MORE = "…"


@dataclass(frozen=True, slots=True)
class Excerpt:
    """What is printed of a note, without its empty lines."""

    text: str
    is_cut: bool


def excerpt(note: str) -> Excerpt:
    """The note itself if it fits; else as many whole words as fit, and a sign that it goes on."""
    written = [" ".join(line.split()) for line in note.splitlines()]
    written = [line for line in written if line]
    kept: list[str] = []
    room = LINES
    for line in written:
        fitting, lines = _fitting(line, room)
        if lines == 0:
            break
        kept.append(fitting)
        room -= lines
        if fitting != line:
            break
    is_cut = kept != written
    return Excerpt("\n".join(kept) + (f" {MORE}" if is_cut else ""), is_cut)


def _fitting(line: str, room: int) -> tuple[str, int]:
    """The beginning of a line that takes at most `room` lines on paper, and how many it takes."""
    end, used, width = 0, min(room, 1), 0.0
    for position, char in enumerate(line):
        if (width := width + _width(char)) > WIDTH:
            used, width = used + 1, _width(char)
        if used > room or not room:
            return _whole_words(line[:end]), room
        end = position + 1
    return line, used


def _whole_words(text: str) -> str:
    """Without the last, broken word, unless that would be most of it."""
    words = text.rsplit(" ", 1)
    return words[0] if len(words[0]) * 2 > len(text) else text


def _width(char: str) -> float:
    if unicodedata.combining(char):
        return 0
    if unicodedata.east_asian_width(char) in "WF" or unicodedata.category(char) in {"Lo", "So"}:
        return 2
    return 1.5 if char.isupper() or char in "mw@%&" else 1
