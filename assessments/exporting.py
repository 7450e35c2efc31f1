"""How finished checks leave: as a table for a spreadsheet, and as JSON that keeps every character.

The table (RFC 4180, commas, CRLF) has one row for each question of each check, under a header that is the
same in every language. It begins with a byte order mark: without one Excel reads UTF-8 as something else and
breaks every umlaut, and what reads CSV knows to skip it (Python: `utf-8-sig`).

A spreadsheet takes a cell that begins with = + - @, a tab or a line break for a formula. Such a cell gets an
apostrophe in front, and so does one that begins with an apostrophe. Therefore the way back is always the
same: take away one apostrophe from the front where there is one (`unguarded`).

The JSON says what it is and how to read it:

    {"format": "netvalue-checks", "version": 1, "language": "en", "checks": [
      {"uid": "…", "perspective": "person", "edition": 1, "begun": "…", "finished": "…",
       "answers": [{"number": 1, "key": "authenticity", "question": "…", "answer": "yes", "note": "…"}, …],
       "steps": [{"key": "dialogue", "standing": "open", "step": "…", "due": "2026-12-01", "person": ""}]}],
     "guide": [{"key": "smile", "question": "…", "written": "…", "text": "…"}]}

An answer is yes, partly, no or open. Times are ISO 8601 with the offset of their owner's time zone. Questions
stand in the words of their edition and the reader's language; where this version does not know an edition,
its questions have a key alone, and neither number nor words. The guide has every version, the oldest first.
A new key may come without a new version.
"""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORMAT = "netvalue-checks"
VERSION = 1
BYTE_ORDER_MARK = "\ufeff"
HEADER = (
    "check",
    "perspective",
    "edition",
    "begun",
    "finished",
    "number",
    "key",
    "question",
    "answer",
    "answer_in_words",
    "note",
)
# The full-width signs are formulas where East Asian languages are typed.
FORMULAS = tuple("=+-@\t\r\n＝＋－＠")
APOSTROPHE = "'"


@dataclass(frozen=True, slots=True)
class AnswerOut:
    """One question as it was asked, and what was said."""

    number: int | None
    key: str
    question: str
    answer: str
    in_words: str
    note: str


@dataclass(frozen=True, slots=True)
class StepOut:
    """What somebody decided about the small step of one question."""

    key: str
    standing: str
    step: str
    due: date | None
    person: str


@dataclass(frozen=True, slots=True)
class CheckOut:
    """A finished check."""

    uid: str
    perspective: str
    edition: int
    begun: datetime
    finished: datetime
    answers: Sequence[AnswerOut]
    steps: Sequence[StepOut] = ()


@dataclass(frozen=True, slots=True)
class GuideOut:
    """One version of what somebody wrote in the guide."""

    key: str
    question: str
    written: datetime
    text: str


def guarded(cell: str) -> str:
    """The cell as a spreadsheet leaves it alone."""
    return APOSTROPHE + cell if cell.startswith((*FORMULAS, APOSTROPHE)) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before it was guarded."""
    return cell.removeprefix(APOSTROPHE)


def rows(check: CheckOut) -> Iterator[list[str]]:
    """One row for each question, in the order of `HEADER`."""
    begun, finished = (it.isoformat(timespec="seconds") for it in (check.begun, check.finished))
    for it in check.answers:
        number = "" if it.number is None else str(it.number)
        row = [check.uid, check.perspective, str(check.edition), begun, finished]
        row += [number, it.key, it.question, it.answer, it.in_words, it.note]
        yield [guarded(cell) for cell in row]


def as_csv(checks: Iterable[CheckOut]) -> Iterator[str]:
    """The table, check by check."""
    yield BYTE_ORDER_MARK + _lines([HEADER])
    for check in checks:
        yield _lines(rows(check))


def _lines(rows: Iterable[Sequence[str]]) -> str:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue()


def as_json(checks: Iterable[CheckOut], guide: Iterable[GuideOut], language: str) -> Iterator[str]:
    """The document, piece by piece; each check and each text on a line of its own."""
    head = {"format": FORMAT, "version": VERSION, "language": language}
    yield json.dumps(head)[:-1] + ', "checks": ['
    yield from _members(checks)
    yield '\n], "guide": ['
    yield from _members(guide)
    yield "\n]}\n"


def _members(things: Iterable[CheckOut | GuideOut]) -> Iterator[str]:
    between = "\n"
    for thing in things:
        yield between + json.dumps(asdict(thing, dict_factory=_named), ensure_ascii=False)
        between = ",\n"


def _named(fields: list[tuple[str, Any]]) -> dict[str, Any]:
    """A dataclass in JSON: days and times as ISO 8601, and no words that only translate a code."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in fields
        if name != "in_words"
    }
