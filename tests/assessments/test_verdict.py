"""What a pattern of answers says in one sentence."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from itertools import combinations_with_replacement, product
from typing import TYPE_CHECKING

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from assessments import questions, verdict_words
from assessments.scoring import State
from assessments.verdict import SIDES, Pattern, Side, Verdict, verdict

if TYPE_CHECKING:
    from collections.abc import Iterator

A, C, T, G = Side.APPEARANCE, Side.CONVERSATION, Side.TIES, Side.GIVING
LETTERS = {"y": State.YES, "p": State.PARTLY, "n": State.NO, "-": State.OPEN}
KEYS = [question.key for question in questions.EDITIONS[questions.current()]]
NAMING_QUESTIONS = {Pattern.QUESTIONS, Pattern.QUESTION_SO_FAR}

on_side: defaultdict[Side, list[str]] = defaultdict(list)
for key in KEYS:
    on_side[SIDES[key]].append(key)

sheets = st.fixed_dictionaries({key: st.sampled_from(State) for key in KEYS})


def answered(appearance: str, conversation: str, ties: str, giving: str) -> dict[str, State]:
    """Answers by side, one letter for each question: yes, partly, no, and a dash for open."""
    letters = {A: appearance, C: conversation, T: ties, G: giving}
    return {
        key: LETTERS[letter]
        for side, keys in on_side.items()
        for key, letter in zip(keys, letters[side], strict=True)
    }


@cache
def patterns() -> list[dict[str, State]]:
    """Every sheet, but for the order of answers within a side: 28,000 stand for four to the power of ten."""
    by_side = [
        [dict(zip(on_side[side], states, strict=True)) for states in combinations_with_replacement(State, n)]
        for side in Side
        for n in [len(on_side[side])]
    ]
    return [a | b | c | d for a, b, c, d in product(*by_side)]


def with_one_no_less(states: dict[str, State]) -> Iterator[tuple[Side, dict[str, State]]]:
    """The sheets in which one no has become a yes. Within a side it does not matter which."""
    for side, keys in on_side.items():
        if key := next((key for key in keys if states[key] == State.NO), None):
            yield side, {**states, key: State.YES}


def asked_again(states: dict[str, State], side: Side) -> bool:
    """Whether a partly or no stands on this side."""
    return any(states[key] in {State.PARTLY, State.NO} for key in on_side[side])


@pytest.mark.parametrize("edition", questions.EDITIONS)
def test_every_question_of_every_edition_lies_on_a_side(edition: int) -> None:
    assert {question.key for question in questions.EDITIONS[edition]} <= set(SIDES)


@pytest.mark.parametrize(
    ("sheet", "said"),
    [
        (("----", "-", "---", "--"), Verdict(Pattern.NOTHING)),
        (("n---", "-", "---", "--"), Verdict(Pattern.MOSTLY_OPEN)),
        (("yyyy", "-", "---", "--"), Verdict(Pattern.MOSTLY_OPEN)),
        (("yyyy", "y", "---", "--"), Verdict(Pattern.YES_SO_FAR)),
        (("yyyy", "y", "yyy", "y-"), Verdict(Pattern.YES_SO_FAR)),
        (("yyyy", "y", "yyy", "yy"), Verdict(Pattern.ALL_YES)),
        (("pppp", "p", "ppp", "pp"), Verdict(Pattern.ALL_PARTLY)),
        (("pppp", "p", "---", "--"), Verdict(Pattern.ALL_PARTLY)),
        (("pppp", "p", "ppp", "pn"), Verdict(Pattern.YES_NOWHERE)),
        (("nnnn", "n", "nnn", "nn"), Verdict(Pattern.YES_NOWHERE)),
        (("yyyp", "y", "yyy", "y-"), Verdict(Pattern.QUESTION_SO_FAR, frozenset({A}))),
        (("yyyy", "-", "n--", "--"), Verdict(Pattern.QUESTION_SO_FAR, frozenset({T}))),
        (("yyyp", "p", "yyy", "y-"), Verdict(Pattern.BESIDE_SO_FAR)),
        (("yyyp", "y", "yyy", "yy"), Verdict(Pattern.QUESTIONS, frozenset({A}))),
        (("nnnn", "y", "yyy", "yy"), Verdict(Pattern.QUESTIONS, frozenset({A}))),
        (("yyyy", "p", "yyy", "yy"), Verdict(Pattern.QUESTIONS, frozenset({C}))),
        (("yyyy", "y", "nyy", "py"), Verdict(Pattern.QUESTIONS, frozenset({T, G}))),
        (("yyyp", "p", "nnn", "pp"), Verdict(Pattern.GATHERED, frozenset({A}))),
        (("yypp", "y", "ynn", "yp"), Verdict(Pattern.GATHERED, frozenset({C}))),
        (("yyyp", "p", "yyp", "yp"), Verdict(Pattern.GATHERED, frozenset({A, T}))),
        (("yyyp", "y", "yyp", "yp"), Verdict(Pattern.MOSTLY_YES)),
        (("yypp", "n", "nnn", "nn"), Verdict(Pattern.FIRST_YES)),
        (("yypp", "p", "ypp", "yp"), Verdict(Pattern.BESIDE)),
    ],
)
def test_a_verdict_follows_the_pattern(sheet: tuple[str, str, str, str], said: Verdict) -> None:
    assert verdict(answered(*sheet)) == said


def test_each_verdict_has_a_sentence_and_each_sentence_has_its_answers() -> None:
    said = {verdict(states) for states in patterns()}
    assert said | {Verdict(Pattern.BOTH)} == set(verdict_words.SENTENCES)
    assert set(verdict_words.TO_AN_ORGANISATION) < set(verdict_words.SENTENCES)


@given(sheets)
def test_the_order_in_which_it_is_asked_does_not_matter(states: dict[str, State]) -> None:
    assert verdict(dict(reversed(states.items()))) == verdict(states)


@given(sheets)
def test_within_a_side_it_does_not_matter_which_question_it_was(states: dict[str, State]) -> None:
    turned = {
        key: states[other]
        for keys in on_side.values()
        for key, other in zip(keys, [*keys[1:], keys[0]], strict=True)
    }
    assert verdict(turned) == verdict(states)


@given(sheets, st.sampled_from(State))
def test_with_a_question_that_lies_on_no_side_no_side_is_named(
    states: dict[str, State], answer: State
) -> None:
    said = verdict({**states, "not-asked-yet": answer})
    assert not said.sides
    assert said in verdict_words.SENTENCES


def test_sides_are_named_truly() -> None:
    for states in patterns():
        said = verdict(states)
        questions_on = {side for side in Side if asked_again(states, side)}
        if said.pattern in NAMING_QUESTIONS:
            assert said.sides == questions_on
        if said.pattern is Pattern.QUESTIONS:
            others = [key for key in KEYS if SIDES[key] not in said.sides]
            assert {states[key] for key in others} == {State.YES}
        if said.pattern is Pattern.GATHERED:
            for side in Side:
                yes = sum(states[key] == State.YES for key in on_side[side])
                assert (yes * 2 > len(on_side[side])) == (side in said.sides)
            assert questions_on - said.sides


def test_a_no_that_becomes_a_yes_never_makes_its_side_a_place_of_questions() -> None:
    for states in patterns():
        was = verdict(states)
        for side, turned in with_one_no_less(states):
            now = verdict(turned)
            if now.pattern in NAMING_QUESTIONS and side in now.sides:
                assert was.pattern == now.pattern
                assert side in was.sides


def test_a_no_that_becomes_a_yes_leaves_its_side_among_those_where_yes_gathers() -> None:
    for states in patterns():
        was = verdict(states)
        if was.pattern is not Pattern.GATHERED:
            continue
        for _side, turned in with_one_no_less(states):
            now = verdict(turned)
            assert now.pattern in {Pattern.MOSTLY_YES, Pattern.QUESTIONS} or now.sides >= was.sides


def test_what_is_open_is_never_told_as_a_question_or_a_yes() -> None:
    for states in patterns():
        said = verdict(states)
        if State.OPEN in states.values():
            known = {side for side in Side if any(states[key] != State.OPEN for key in on_side[side])}
            assert said.sides <= known
            assert said.pattern not in {Pattern.ALL_YES, Pattern.QUESTIONS, Pattern.GATHERED}


GRADING = {"bad", "weak", "strong", "only", "score", "poor", "excellent", "best", "worst", "unfortunately"}
GRADING |= {"schlecht", "schwach", "stark", "nur", "leider", "toll", "beste", "schlechteste"}
TO_ONE = {"du", "dich", "dir", "dein", "deine", "deinem"}


def words_of(sentence: str) -> set[str]:
    return set(re.findall(r"\w+", sentence.lower()))


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("perspective", questions.Perspective)
def test_every_verdict_is_one_whole_sentence_of_its_own_that_grades_nobody(
    language: str, perspective: str
) -> None:
    with translation.override(language):
        said = [verdict_words.in_words(it, perspective) for it in verdict_words.SENTENCES]
    assert len(set(said)) == len(said)
    for sentence in said:
        assert re.fullmatch(r"[A-ZÄÖÜ][^.!?\d%]*\.", sentence)
        assert not words_of(sentence) & GRADING
        assert len(sentence) <= 110


def test_german_speaks_to_an_organisation_as_to_many() -> None:
    with translation.override("de"):
        for it in verdict_words.SENTENCES:
            to_one = verdict_words.in_words(it, questions.Perspective.PERSON)
            to_many = verdict_words.in_words(it, questions.Perspective.ORGANISATION)
            assert not words_of(to_many) & TO_ONE
            assert bool(words_of(to_one) & TO_ONE) == (it in verdict_words.TO_AN_ORGANISATION)


@pytest.mark.parametrize(
    ("language", "together"),
    [("en", "How you meet people is~a~yes; what ties"), ("de", "Menschen begegnest, ist~ein~Ja; was dich")],
)
def test_short_words_at_the_end_of_a_clause_begin_no_line(language: str, together: str) -> None:
    verdict = Verdict(Pattern.QUESTIONS, frozenset({Side.TIES, Side.GIVING}))
    with translation.override(language):
        said = verdict_words.in_words(verdict, questions.Perspective.PERSON)
    assert together.replace("~", "\N{NO-BREAK SPACE}") in said
