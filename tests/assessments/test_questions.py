"""What the checklist asks."""

from __future__ import annotations

import dataclasses
import re

import pytest

from assessments import questions
from assessments.questions import Perspective, Wording

EVERY_QUESTION = [question for edition in questions.EDITIONS.values() for question in edition]
WORDS = [field.name for field in dataclasses.fields(Wording) if field.type == "str"]


def sentences() -> list[str]:
    return [
        getattr(question.wording(perspective), word)
        for question in EVERY_QUESTION
        for perspective in Perspective
        for word in WORDS
    ]


@pytest.mark.parametrize("edition", questions.EDITIONS.values())
def test_an_edition_asks_ten_questions_numbered_from_one(edition: tuple[questions.Question, ...]) -> None:
    assert [question.number for question in edition] == list(range(1, 11))
    assert len({question.key for question in edition}) == 10
    assert len({question.aspect for question in edition}) == 10


def test_the_first_edition_keeps_its_keys_for_ever() -> None:
    assert [question.key for question in questions.EDITIONS[1]] == [
        "authenticity",
        "dialogue",
        "lasting-ties",
        "respect",
        "reciprocity",
        "balance",
        "motives",
        "company",
        "missing-others",
        "being-missed",
    ]


def test_every_question_has_all_its_words_from_both_perspectives() -> None:
    for sentence in sentences():
        assert sentence == sentence.strip()
        assert re.search(r"[.?]$", sentence), sentence


def test_only_questions_end_in_a_question_mark() -> None:
    for question in EVERY_QUESTION:
        for perspective in Perspective:
            wording = question.wording(perspective)
            assert wording.question.endswith("?")
            assert all(getattr(wording, word).endswith(".") for word in WORDS if word != "question")


def test_no_sentence_is_said_twice() -> None:
    """English “you” is two words in German, so a person and an organisation need their own msgids."""
    assert len(sentences()) == len(set(sentences()))


GRADES = re.compile(r"%|\b(scores?|points|weak|poor|better|worse|fail)\b", re.IGNORECASE)


def test_nothing_is_graded() -> None:
    assert not [sentence for sentence in sentences() if GRADES.search(sentence)]
