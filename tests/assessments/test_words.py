"""How a check and what moved are said, in both languages."""

from __future__ import annotations

import pytest
from django.utils import translation

from assessments import words
from assessments.trend import Moved


def plain(text: str) -> str:
    return text.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("moved", "en", "de"),
    [
        (Moved(same=("a", "b")), "Nothing moved", "Nichts hat sich bewegt"),
        (
            Moved(up=("a", "b"), down=("c",)),
            "2 towards yes · 1 towards no",
            "2 Richtung Ja · 1 Richtung Nein",
        ),
        (
            Moved(answered=("a",), opened=("b",), same=("c",)),
            "1 newly answered · 1 left open",
            "1 neu beantwortet · 1 offengelassen",
        ),
    ],
    ids=["nothing", "both ways", "open is no move"],
)
def test_moves_are_told_by_their_direction_and_never_graded(moved: Moved, en: str, de: str) -> None:
    with translation.override("en"):
        assert plain(words.moves_in_words(moved)) == en
    with translation.override("de"):
        assert plain(words.moves_in_words(moved)) == de


@pytest.mark.parametrize(
    ("moved", "en", "de"),
    [
        (Moved(same=("a",)), "", ""),
        (Moved(answered=("a",) * 8), "", ""),
        (
            Moved(up=("a",) * 5),
            "That is within what chance does.",
            "Das liegt im Rahmen des Zufalls.",
        ),
        (
            Moved(down=("a",) * 6),
            "That is more than chance usually does.",
            "Das ist mehr, als der Zufall erwarten lässt.",
        ),
    ],
    ids=["nothing moved", "newly answered", "five one way", "six one way"],
)
def test_chance_has_the_word_unless_the_moves_go_beyond_it(moved: Moved, en: str, de: str) -> None:
    with translation.override("en"):
        assert words.chance_in_words(moved) == en
    with translation.override("de"):
        assert words.chance_in_words(moved) == de
