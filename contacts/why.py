"""Why a search found somebody, where what one sees of them does not say it: a piece of what was written."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from contacts.finding import anywhere, digits_of, plain, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from contacts.finding import Wanted

# Letters before and behind the word that was found.
BEFORE: Final = 24
BEHIND: Final = 48
LONGEST: Final = 120
LONGER: Final = (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ø", "oe"), ("å", "aa"))
SHORTER: Final = (("ae", "a"), ("oe", "o"), ("ue", "u"))


def why(wanted: Iterable[Wanted], seen: str, written: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
    """Where the first word that is not among what one sees stands, and the words around it."""
    hidden = [it for it in wanted if place_of(it, seen) is None]
    if not hidden:
        return None
    for name, text in written:
        if not text:
            continue
        for line in text.split("\n"):
            place = place_of(hidden[0], line)
            if place is not None:
                return name, around(line, place)
    return None


def place_of(wanted: Wanted, text: str) -> int | None:
    """Where one of the ways to write it begins."""
    for words in wanted:
        places = [begins(word, text) for word in words]
        if places and places[0] is not None and None not in places:
            return places[0]
    return 0 if is_number(wanted, text) else None


def is_number(wanted: Wanted, text: str) -> bool:
    """Only the last way to write something is digits alone, and only of a number."""
    return len(wanted) > 1 and wanted[-1][0] in digits_of(text)


def begins(word: str, text: str) -> int | None:
    looked_for, inside = asked(word)
    if not stands_in(looked_for, text):
        return None
    as_typed = text.lower().find(looked_for)
    if inside and as_typed >= 0:
        return text.rfind(" ", 0, as_typed) + 1
    place = 0
    for piece in text.split(" "):
        if stands_in(looked_for, piece) and (
            inside or any(it.startswith(looked_for) for part in words_of(piece) for it in spellings(part))
        ):
            return place
        place += len(piece) + 1
    return None


@lru_cache(maxsize=256)
def asked(word: str) -> tuple[str, bool]:
    """How it is compared, and whether inside of words, too: the same for all that were found."""
    return plain(word), anywhere(word)


def stands_in(looked_for: str, text: str) -> bool:
    # Most of what is asked about is found, or not, without a look at how else it could be spelled.
    return looked_for in text.lower() or any(looked_for in spelling for spelling in spellings(text))


def spellings(text: str) -> tuple[str, ...]:
    """The rule of `contacts_spellings`."""
    as_written = shorter = plain(text)
    for letters, sign in SHORTER:
        shorter = shorter.replace(letters, sign)
    if text.isascii():
        return as_written, shorter
    longer = text.lower()
    for sign, letters in LONGER:
        longer = longer.replace(sign, letters)
    return as_written, shorter, plain(longer)


def around(line: str, place: int) -> str:
    """A piece of a line, cut between words."""
    start = line.rfind(" ", 0, max(place - BEFORE, 0)) + 1 if place > BEFORE else 0
    end = line.find(" ", min(place + BEHIND, len(line)))
    end = min(end if end > 0 else len(line), start + LONGEST)
    return ("… " if start else "") + line[start:end].strip() + (" …" if end < len(line) else "")
