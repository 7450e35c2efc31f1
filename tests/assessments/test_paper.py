"""How much of a note fits on paper."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.paper import LINES, MORE, WIDTH, excerpt


@pytest.mark.parametrize("note", ["", "Lea", "one\ntwo\nthree\nfour", "a" * 84, "a" * 84 * 4, "word " * 40])
def test_a_short_note_is_printed_whole(note: str) -> None:
    assert excerpt(note).text == note.strip()
    assert not excerpt(note).is_cut


@pytest.mark.parametrize(
    ("note", "printed"),
    [
        ("one\n\n\n\ntwo\n \n", "one\ntwo"),
        ("one\r\ntwo", "one\ntwo"),
        ("two  words", "two words"),
    ],
)
def test_empty_lines_take_no_paper(note: str, printed: str) -> None:
    assert excerpt(note).text == printed
    assert not excerpt(note).is_cut


@pytest.mark.parametrize(
    ("note", "printed"),
    [
        ("1\n2\n3\n4\n5", "1\n2\n3\n4 …"),
        ("life " * 200, " ".join(["life"] * 67) + " …"),
        ("a" * 4000, "a" * 336 + " …"),
        ("W" * 4000, "W" * 224 + " …"),
        ("水" * 4000, "水" * 168 + " …"),
        ("first\n" + "a" * 4000, "first\n" + "a" * 252 + " …"),
    ],
    ids=["lines", "words", "no spaces", "capitals", "wide letters", "a long line after a short one"],
)
def test_a_long_note_is_cut_between_words_and_says_that_it_goes_on(note: str, printed: str) -> None:
    assert excerpt(note).text == printed
    assert excerpt(note).is_cut


@given(st.text(max_size=1000))
def test_what_is_printed_is_how_the_note_begins(note: str) -> None:
    printed = excerpt(note)
    begun = printed.text.removesuffix(f" {MORE}") if printed.is_cut else printed.text
    assert " ".join(note.split()).startswith(" ".join(begun.split()))
    assert printed.is_cut or begun.split() == note.split()
    assert len(printed.text.splitlines()) <= LINES
    assert printed.text.count("\n") < LINES


@given(st.text(alphabet="abc é\n", max_size=1000))
def test_no_more_is_printed_than_fits(note: str) -> None:
    text = excerpt(note).text.removesuffix(f" {MORE}")
    assert sum(-(-len(line) // int(WIDTH)) for line in text.splitlines()) <= LINES
