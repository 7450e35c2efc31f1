"""What two checks of one holder say beside each other: question by question, then and now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.utils.translation import gettext as _

from assessments import timeline
from contacts.models import FollowUp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assessments.models import Assessment, Line
    from assessments.trend import Moved

FIRST_FEW = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """A question in both checks, each in the words of its own edition."""

    then: Line
    now: Line

    @property
    def is_reworded(self) -> bool:
        return self.then.wording.question != self.now.wording.question

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
    def towards_yes(self) -> list[Pair]:
        return self._among(self.moved.up)

    @property
    def towards_no(self) -> list[Pair]:
        return self._among(self.moved.down)

    @property
    def same(self) -> list[Pair]:
        return self._among(self.moved.same)

    @property
    def other(self) -> set[str]:
        """The questions that do not stand as they stood."""
        return self.pairs.keys() - set(self.moved.same)

    @property
    def only_then(self) -> list[Line]:
        return [line for line in self.then.lines() if line.question.key not in self.pairs]

    @property
    def only_now(self) -> list[Line]:
        return [line for line in self.now.lines() if line.question.key not in self.pairs]

    @property
    def numbers(self) -> dict[str, int]:
        """The later check's numbers, which both rings carry."""
        return {question.key: question.number for question in self.now.questions}

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
    earlier = {line.question.key: line for line in then.lines()}
    return Comparison(
        then=then,
        now=now,
        moved=timeline.moved(then, now),
        pairs={
            key: Pair(earlier[key], line)
            for line in now.lines()
            for key in [line.question.key]
            if key in earlier
        },
        is_repeat=timeline.is_repeat(then, now),
    )


def refused(one: Assessment, other: Assessment) -> str:
    """Why these two cannot be compared, as a sentence; nothing if they can."""
    if one.uid == other.uid:
        return _("That is one and the same check. Choose another one to compare it with.")
    if not (one.finished_at and other.finished_at):
        return _("One of the two is not finished yet. Finish it first, or choose another one.")
    if one.perspective != other.perspective:
        return _(
            "One was taken as a person, the other as an organisation. Their questions differ, so they cannot"
            " be compared."
        )
    if not (one.is_known and other.is_known):
        return _("One of the two asks questions that this version of NetValue does not know yet.")
    return ""


def in_order(one: Assessment, other: Assessment) -> Comparison:
    """Two checks that are not refused, the earlier one first."""
    then, now = sorted((one, other), key=lambda check: (check.finished_at, check.pk))
    return compare(then, now)


@dataclass(frozen=True, slots=True)
class Between:
    """What was done between two checks: the first few, steps of a check first, and how many more."""

    done: list[FollowUp]
    number: int

    @property
    def more(self) -> int:
        return self.number - len(self.done)


def between(comparison: Comparison) -> Between:
    then, now = comparison.then, comparison.now
    found = FollowUp.objects.filter(owner=now.owner_id).done_between(then.finished_at, now.finished_at)
    steps_first = found.select_related("contact").order_by(F("step").asc(nulls_last=True), "-done_at")
    return Between(list(steps_first[:FIRST_FEW]), found.count())
