"""What stands in somebody's guide: each question with their words of now, and the check beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assessments.guide import QUESTIONS, speaking_to
from assessments.models import Assessment, GuideAnswer
from assessments.questions import Perspective

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.contrib.auth.models import AnonymousUser

    from assessments.guide import GuideQuestion
    from assessments.models import Line
    from netvalue.accounts.models import User


@dataclass(frozen=True, slots=True)
class Entry:
    """One of the seven, what is written to it now, and the lines of a check that it speaks to."""

    asked: GuideQuestion
    answer: GuideAnswer | None
    spoken_to: tuple[Line, ...] = ()


def entries(
    user: User | AnonymousUser, asked: Sequence[GuideQuestion] = QUESTIONS, check: Assessment | None = None
) -> list[Entry]:
    """These questions with what is written to them; without an account that is nothing."""
    keys = [question.key for question in asked]
    written = GuideAnswer.objects.of(user).current(keys) if user.is_authenticated and keys else {}
    lines = check.lines() if check else []
    return [
        Entry(it, written.get(it.key), tuple(line for line in lines if line.question.key in it.speaks_to))
        for it in asked
    ]


@dataclass(frozen=True, slots=True)
class Beside:
    """What in the guide speaks to one question of a check: what is written there, and what could be."""

    written: tuple[Entry, ...] = ()
    to_write: tuple[GuideQuestion, ...] = ()


def beside(user: User | AnonymousUser, check: Assessment, line: Line) -> Beside:
    """It is about oneself and kept in an account: to visitors and organisations it says nothing."""
    if not user.is_authenticated or check.perspective != Perspective.PERSON:
        return Beside()
    found = entries(user, speaking_to(line.question.key))
    return Beside(
        written=tuple(entry for entry in found if entry.answer),
        to_write=tuple(entry.asked for entry in found if not entry.answer),
    )


def last_check(user: User | AnonymousUser) -> Assessment:
    """The last check they finished as a person; without any, one in which everything is open."""
    if user.is_authenticated:
        taken = Assessment.objects.of(user).as_a(Perspective.PERSON).finished().known()
        if last := taken.last_finished_first().with_answers().first():
            return last
    return Assessment(perspective=Perspective.PERSON)
