"""What two checks of one holder say beside each other: question by question, then and now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from assessments import trend

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.models import Assessment, Line
    from assessments.trend import Moved


@dataclass(frozen=True, slots=True)
class Pair:
    """A question in both checks, each in the words of its own edition."""

    then: Line
    now: Line

    @property
    def has_notes(self) -> bool:
        return bool(self.then.note or self.now.note)


@dataclass(frozen=True, slots=True)
class Comparison:
    """An earlier check and a later one, and what moved from one to the other."""

    then: Assessment
    now: Assessment
    moved: Moved
    pairs: dict[str, Pair]
    is_repeat: bool

    @property
    def moves(self) -> list[Pair]:
        """Answers that went towards yes or towards no, in the order asked."""
        return self._among({*self.moved.up, *self.moved.down})

    @property
    def newly_answered(self) -> list[Pair]:
        return self._among(self.moved.answered)

    @property
    def left_open(self) -> list[Pair]:
        return self._among(self.moved.opened)

    @property
    def is_as_before(self) -> bool:
        return len(self.moved.same) == len(self.pairs)

    def _among(self, keys: Iterable[str]) -> list[Pair]:
        wanted = set(keys)
        return [pair for key, pair in self.pairs.items() if key in wanted]


def compare(then: Assessment, now: Assessment) -> Comparison:
    """Two finished checks; the days are those of whoever reads it."""
    assert then.finished_at is not None
    assert now.finished_at is not None
    earlier = {line.question.key: line for line in then.lines()}
    return Comparison(
        then=then,
        now=now,
        moved=trend.moved(then.states(), now.states()),
        pairs={
            key: Pair(earlier[key], line)
            for line in now.lines()
            for key in [line.question.key]
            if key in earlier
        },
        is_repeat=trend.is_repeat(timezone.localdate(then.finished_at), timezone.localdate(now.finished_at)),
    )
