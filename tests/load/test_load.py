"""Nobody's answer is lost or doubled while programs die; and a judge who would see it if one were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.load import judge
from tests.load.judge import Begun, Row, Sent, faults
from tests.load.run import run
from tests.netvalue.embedded.conftest import directory
from tests.netvalue.embedded.product import Product

if TYPE_CHECKING:
    from collections.abc import Callable


def begun() -> Begun:
    check = Begun("c1", "lea")
    check.answers["respect"] = [Sent("yes", "first", told=True), Sent("no", "second", told=True)]
    check.answers["balance"] = [Sent(None, "told", told=True), Sent("partly", "never heard back")]
    check.answers["motives"] = [Sent("yes", "never heard back")]
    check.finish_sent = check.finish_told = True
    return check


ROW = Row("c1", "lea", finished=True, answers=(("respect", "no", "second"), ("balance", None, "told")))


@pytest.mark.parametrize(
    "answers",
    [
        (*ROW.answers, ("motives", "yes", "never heard back")),
        (("respect", "no", "second"), ("balance", "partly", "never heard back")),
        ROW.answers,
    ],
    ids=["all arrived", "the later one arrived", "the untold ones did not"],
)
def test_what_was_told_is_there_and_what_nobody_heard_of_may_be(
    answers: tuple[tuple[str, str, str], ...],
) -> None:
    assert faults([begun()], [replace(ROW, answers=answers)]) == []


@pytest.mark.parametrize(
    ("kind", "rows"),
    [
        ("lost", []),
        ("lost", [replace(ROW, answers=ROW.answers[:1])]),
        ("lost", [replace(ROW, answers=(("respect", "yes", "first"), ROW.answers[1]))]),
        ("lost", [replace(ROW, finished=False)]),
        ("doubled", [replace(ROW, answers=(*ROW.answers, ROW.answers[0]))]),
        ("doubled", [ROW, ROW]),
        ("invented", [replace(ROW, answers=(("respect", "no", "second!"), ROW.answers[1]))]),
        ("invented", [replace(ROW, answers=(*ROW.answers, ("courage", "no", "")))]),
        ("invented", [ROW, replace(ROW, uid="c2")]),
        ("invented", [replace(ROW, owner="ole")]),
    ],
)
def test_the_judge_sees(kind: str, rows: list[Row]) -> None:
    assert kind in {fault.kind for fault in faults([begun()], rows)}


def test_the_judge_sees_an_end_that_nobody_asked_for_and_a_check_without_answers() -> None:
    check = Begun("c1", "lea")
    assert faults([check], []) == []
    kinds = [fault.kind for fault in faults([check], [Row("c1", "lea", finished=True, answers=())])]
    assert kinds == ["invented", "invented"]


def an_answer_that_was_never_sent(checks: list[Begun]) -> None:
    checks[0].answers["being-missed"].append(Sent("yes", "I never said that", told=True))


def a_check_that_was_never_taken(checks: list[Begun]) -> None:
    checks.append(Begun("c0", checks[0].owner))
    checks[-1].answers["respect"].append(Sent("yes", "", told=True))


def a_check_forgotten(checks: list[Begun]) -> None:
    del checks[0]


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_while_web_and_worker_are_killed() -> None:
    """The run of `./netvalue.sh bench checklist`, small."""
    with directory() as place:
        product = Product(place / "load").up().ready()
        try:
            outcome = run(product, people=20, seconds=14, pause=3, thinks=0.1)
            log = product.log()
        finally:
            product.stop()
    assert outcome.tally.wrong == []
    assert outcome.faults == []
    assert outcome.tally.told > 100
    assert {kill.what for kill in outcome.kills} >= {"a web process", "worker"}
    assert all(kill.before != kill.after for kill in outcome.kills)
    assert "Traceback" not in log
    lies: list[Callable[[list[Begun]], None]] = [
        an_answer_that_was_never_sent,
        a_check_that_was_never_taken,
        a_check_forgotten,
    ]
    for lie in lies:
        checks = [check for check in outcome.tally.begun if check.answers]
        lie(checks)
        assert judge.faults(checks, outcome.rows), lie.__name__
