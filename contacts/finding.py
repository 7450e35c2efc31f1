"""What the words of a search look for: every word, and a telephone number however it is written.

A word may be spelled in several ways, so what is wanted is a list of alternatives: of one of them every part
has to be there.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby
from typing import Final

Wanted = tuple[tuple[str, ...], ...]

MOST_WORDS: Final = 8
FEWEST_DIGITS: Final = 3
PART_OF_A_NUMBER: Final = re.compile(r"[+(]*[0-9][0-9()/.\-–]*|[(/\-–]+")
# By ITU-T E.164: no code is the beginning of another.
COUNTRY: Final = re.compile(r"1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3}")
# Brackets, dashes, quotation marks, whatever is not seen; signs of other kinds only if they are among these.
SEPARATING: Final = {"Ps", "Pe", "Pi", "Pf", "Pd", "Zs", "Zl", "Zp", "Cc", "Cf"}
SEPARATORS: Final = frozenset('/"|;:!?*<>×÷−¡¿')
INSIDE: Final = frozenset("'’‘.,")
LETTERS: Final = str.maketrans(
    {
        "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ŀ": "l",
        "ı": "i", "ħ": "h", "ŧ": "t", "ŋ": "n", "ŉ": "n", "ĸ": "q",
    }
)  # fmt: skip
# Looking whether there is one is quicker than translating.
LETTER: Final = re.compile(f"[{''.join(map(chr, LETTERS))}]")
# The accents that stand by themselves, and what may stand inside a word.
DROPPED: Final = re.compile(f"[\u0300-\u036f{''.join(sorted(INSIDE))}]")


def looked_for(typed: str) -> list[Wanted]:
    """Signs alone are nothing to look for."""
    wanted: list[Wanted] = []
    for is_number, tokens in groupby(typed.split(), key=is_part_of_a_number):
        run = list(tokens)
        words = [word for token in run for word in words_of(token) if plain(word)]
        number = digits_wanted(run) if is_number else ""
        if number and words != [number]:
            wanted.append((tuple(words), (number,)))
        else:
            wanted.extend(((word,),) for word in words)
    return wanted[:MOST_WORDS]


def is_part_of_a_number(token: str) -> bool:
    return PART_OF_A_NUMBER.fullmatch(token) is not None


def digits_wanted(run: list[str]) -> str:
    """The digits that are the same at home and from abroad, if they are enough to look for."""
    typed = "".join(run).replace("(0)", "")
    digits = digits_of(typed)
    if typed.startswith(("+", "00")):
        digits = digits.lstrip("0")
        home = COUNTRY.sub("", digits, count=1).lstrip("0")
        digits = home if len(home) >= FEWEST_DIGITS else digits
    else:
        digits = digits.lstrip("0")
    return digits if len(digits) >= FEWEST_DIGITS else ""


def digits_of(text: str) -> str:
    return "".join(sign for sign in text.replace("(0)", "") if sign in "0123456789")


def anywhere(word: str) -> bool:
    """One or two letters are looked for where a word begins."""
    return len(plain(word)) > 2


def words_of(text: str) -> list[str]:
    composed = unicodedata.normalize("NFC", text)
    if composed.isalnum():
        return [composed]
    return "".join(" " if separates(sign) else sign for sign in composed).split()


def separates(sign: str) -> bool:
    return sign in SEPARATORS or (unicodedata.category(sign) in SEPARATING and sign not in INSIDE)


def plain(word: str) -> str:
    """The rule of `contacts_fold` for the letters of our languages."""
    lower = word.lower()
    if LETTER.search(lower):
        lower = lower.translate(LETTERS)
    return DROPPED.sub("", lower if lower.isascii() else unicodedata.normalize("NFKD", lower))
