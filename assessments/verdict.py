"""What a pattern of answers says in one sentence: where a network has its yeses, and where questions remain.

Nothing is added up to a grade. Whatever is open is not known, and nothing is said about it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from assessments.scoring import State, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assessments.scoring import Counts


class Side(StrEnum):
    """What the questions are about, on four sides."""

    APPEARANCE = "how you come across"
    CONVERSATION = "conversation"
    TIES = "ties that last"
    GIVING = "give and take"


SIDES = {
    "authenticity": Side.APPEARANCE,
    "dialogue": Side.CONVERSATION,
    "lasting-ties": Side.TIES,
    "respect": Side.APPEARANCE,
    "reciprocity": Side.GIVING,
    "balance": Side.GIVING,
    "motives": Side.APPEARANCE,
    "company": Side.APPEARANCE,
    "missing-others": Side.TIES,
    "being-missed": Side.TIES,
}


class Pattern(StrEnum):
    """How the answers lie."""

    NOTHING = "nothing is answered"
    MOSTLY_OPEN = "more is open than answered"
    ALL_YES = "all yes"
    YES_SO_FAR = "yes as far as answered"
    ALL_PARTLY = "partly wherever answered"
    YES_NOWHERE = "yes nowhere"
    # Some of it is open
    QUESTION_SO_FAR = "questions on the one side named"
    BESIDE_SO_FAR = "yes and questions on several sides"
    # Everything is answered
    QUESTIONS = "questions on the sides named, yes on all others"
    GATHERED = "most of the sides named is yes, and questions nearly everywhere"
    MOSTLY_YES = "most of nearly every side is yes, and questions nearly everywhere"
    FIRST_YES = "yes on one side alone, where it is not the most"
    BESIDE = "yes on several sides, and nowhere the most"
    BOTH = "yes and questions, some of them on no side"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A pattern, and the sides that its sentence names."""

    pattern: Pattern
    sides: frozenset[Side] = frozenset()


def verdict(states: Mapping[str, State]) -> Verdict:
    """The one verdict that fits these answers, given by question key."""
    counts = count(states.values())
    if counts.open > counts.answered or not counts.answered:
        return Verdict(Pattern.MOSTLY_OPEN if counts.answered else Pattern.NOTHING)
    if uniform := _uniform(counts):
        return Verdict(uniform)
    if not states.keys() <= SIDES.keys():  # with a question on no side, nothing about sides would be true
        return Verdict(Pattern.BESIDE_SO_FAR if counts.open else Pattern.BOTH)
    return _so_far(states) if counts.open else _complete(states)


def _uniform(counts: Counts) -> Pattern | None:
    """What needs no sides: all answers are yes, or none is."""
    if counts.yes == counts.answered:
        return Pattern.YES_SO_FAR if counts.open else Pattern.ALL_YES
    if counts.yes:
        return None
    return Pattern.YES_NOWHERE if counts.no else Pattern.ALL_PARTLY


def _so_far(states: Mapping[str, State]) -> Verdict:
    questions = _sides(key for key, state in states.items() if state in {State.PARTLY, State.NO})
    if len(questions) == 1:
        return Verdict(Pattern.QUESTION_SO_FAR, frozenset(questions))
    return Verdict(Pattern.BESIDE_SO_FAR)


def _complete(states: Mapping[str, State]) -> Verdict:
    asked = _sides(states)
    yes = _sides(key for key, state in states.items() if state == State.YES)
    questions = frozenset(side for side in asked if yes[side] < asked[side])
    gathered = frozenset(side for side in asked if 2 * yes[side] > asked[side])
    if len(questions) <= 2:
        return Verdict(Pattern.QUESTIONS, questions)
    if len(gathered) > 2:
        return Verdict(Pattern.MOSTLY_YES)
    if gathered:
        return Verdict(Pattern.GATHERED, gathered)
    return Verdict(Pattern.FIRST_YES if len(yes) == 1 else Pattern.BESIDE)


def _sides(keys: Iterable[str]) -> Counter[Side]:
    """How many of these questions lie on which side."""
    return Counter(SIDES[key] for key in keys)
