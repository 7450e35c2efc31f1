"""What finished checks say side by side: which way each moved since the one before, and their strips."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from assessments import strips, trend, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from assessments.models import Assessment
    from assessments.questions import Question
    from assessments.scoring import State
    from assessments.strips import Column, Slot, Strips
    from assessments.trend import Moved


def day_of(check: Assessment) -> date:
    """The day it was finished, where its reader lives."""
    if check.finished_at is None:
        raise ValueError("an unfinished check has no day yet")
    return timezone.localdate(check.finished_at)


def moved(then: Assessment, now: Assessment) -> Moved:
    return trend.moved(then.states(), now.states())


def is_repeat(then: Assessment, now: Assessment) -> bool:
    return trend.is_repeat(day_of(then), day_of(now))


@dataclass(frozen=True, slots=True)
class Choice:
    """A check as it can be chosen: by its day, and its time where a day has several."""

    check: Assessment
    label: str


def choices(series: Iterable[Assessment], *more: Assessment) -> list[Choice]:
    """The finished checks that can be compared, the newest first."""
    found = {check.pk: check for check in (*series, *more) if check.finished_at and check.is_known}
    newest_first = sorted(found.values(), key=lambda check: (check.finished_at, check.pk), reverse=True)
    days = Counter(day_of(check) for check in newest_first)
    return [Choice(check, _label(check, alone=days[day_of(check)] == 1)) for check in newest_first]


def _label(check: Assessment, *, alone: bool) -> str:
    day = date_format(day_of(check))
    return day if alone else f"{day}, {time_format(timezone.localtime(check.finished_at))}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A check, the one before it, and what lies between the two."""

    check: Assessment
    before: Assessment | None

    @property
    def moves(self) -> str:
        return words.moves_in_words(moved(self.before, self.check)) if self.before else ""

    @property
    def is_repeat(self) -> bool:
        return self.before is not None and is_repeat(self.before, self.check)


def entries(newest_first: Sequence[Assessment], shown: int) -> list[Entry]:
    """The first `shown` checks, each with the one before; what follows them only serves as such.

    A check whose questions this version does not have is compared with none.
    """
    found = []
    for at, check in enumerate(newest_first[:shown]):
        before = next((it for it in newest_first[at + 1 :] if it.is_known), None)
        found.append(Entry(check, before if check.is_known else None))
    return found


def in_a_word(state: State | None) -> str:
    return str(words.NAMES[state]) if state else "–"


@dataclass(frozen=True, slots=True)
class Trend:
    """Checks of one perspective, oldest first, question by question."""

    checks: list[Assessment]
    questions: list[Question]
    sheets: list[list[State | None]]
    repeats: set[int]
    moved: Moved

    @property
    def first(self) -> Assessment:
        return self.checks[0]

    @property
    def last(self) -> Assessment:
        return self.checks[-1]

    @property
    def moves(self) -> str:
        return words.moves_in_words(self.moved)

    @property
    def chance(self) -> str:
        return words.chance_in_words(self.moved)

    @property
    def states(self) -> dict[State, str]:
        """The answers that occur, with their names."""
        occur = {state for sheet in self.sheets for state in sheet}
        return {state: str(name) for state, name in words.NAMES.items() if state in occur}

    @property
    def has_gaps(self) -> bool:
        """Whether some check did not ask what another asked."""
        return any(state is None for sheet in self.sheets for state in sheet)

    @property
    def words(self) -> str:
        """What the drawing shows, for those who do not see it."""
        return _("%(first)s: %(counts_then)s. %(last)s: %(counts_now)s. In between: %(moves)s.") % {
            "first": date_format(day_of(self.first)),
            "counts_then": words.counts_in_words(self.first.counts()),
            "last": date_format(day_of(self.last)),
            "counts_now": words.counts_in_words(self.last.counts()),
            "moves": self.moves,
        }

    def rows(self) -> list[tuple[Question, list[str]]]:
        """The same as a table: each question with its answers in words."""
        return [
            (question, [in_a_word(sheet[row]) for sheet in self.sheets])
            for row, question in enumerate(self.questions)
        ]


def trend_of(oldest_first: Sequence[Assessment]) -> Trend | None:
    """Nothing for a single check. Questions that only older checks asked stand last, in their words."""
    checks = [check for check in oldest_first if check.is_known]
    if len(checks) < 2:
        return None
    asked = {question.key: question for check in checks for question in check.questions}
    known = [question.key for question in checks[-1].questions]
    order = [*known, *(key for key in asked if key not in known)]
    states = [check.states() for check in checks]
    days = [day_of(check) for check in checks]
    return Trend(
        checks=checks,
        questions=[asked[key] for key in order],
        sheets=[[sheet.get(key) for key in order] for sheet in states],
        repeats={at for at, pair in enumerate(pairwise(days), start=1) if trend.is_repeat(*pair)},
        moved=trend.moved(states[0], states[-1]),
    )


@dataclass(frozen=True, slots=True)
class Dated:
    """A column of the drawing with its check and, where there is room, its date on two lines."""

    place: Column
    check: Assessment
    words: str
    day: str = ""
    year: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """One trend in the room of one slot."""

    shape: Strips
    names: list[tuple[str, Question]]
    columns: list[Dated]


def drawing(it: Trend, slot: Slot) -> Drawing:
    shape = strips.strips(it.sheets, slot, it.repeats)
    columns, year = [], 0
    for place, check in zip(shape.columns, it.checks, strict=True):
        day = day_of(check)
        said = f"{date_format(day)}: {words.counts_in_words(check.counts())}"
        if not place.dated:
            columns.append(Dated(place, check, said))
            continue
        # Translators: date formats of Django, for little room: “3 Mar”, and “Mar”.
        short = date_format(day, _("j M") if shape.roomy else _("M"))
        columns.append(Dated(place, check, said, short, str(day.year) if day.year != year else ""))
        year = day.year
    return Drawing(shape, list(zip(shape.names, it.questions, strict=True)), columns)
