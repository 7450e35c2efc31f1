"""Five hundred checks cost what a handful costs: every page asks the database equally often."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.urls import reverse
from django.utils import timezone

from assessments.models import Answer, Assessment
from assessments.questions import FIRST
from tests.assessments.series import queries
from tests.doors import doors

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

VALUES = [Answer.YES, Answer.PARTLY, Answer.NO, None]
# What is about a check that is still being answered.
UNFINISHED = {"assessments:question", "assessments:review"}
# Each needs an object of its own, which is not more with more checks.
ELSEWHERE = {"assessments:guide_remove", "assessments:guide_bring_back"}
# Some lead on to another page, and some are only written to.
STATUSES = (200, 302, 405)
PAGES = ["today", *(door.name for door in doors() if door.name.startswith("assessments:"))]


def take(user: User, number: int, days_ago: int) -> None:
    """So many checks, each finished a day before the next, all questions answered and noted."""
    now = timezone.now()
    checks = Assessment.objects.bulk_create(
        Assessment(owner=user, language="en", begun_at=now - timedelta(days=days_ago + n))
        for n in range(number)
    )
    Answer.objects.bulk_create(
        Answer(owner=user, assessment=check, question=question.key, value=VALUES[n % 4], note="a note")
        for shift, check in enumerate(checks)
        for n, question in enumerate(FIRST, shift)
    )
    for check in checks:
        check.finished_at = check.begun_at
    Assessment.objects.bulk_update(checks, ["finished_at"])


def address(name: str, finished: list[Assessment], unfinished: Assessment) -> str:
    parameters = next((door.parameters for door in doors() if door.name == name), frozenset())
    known: dict[str, object] = {
        "uid": unfinished.uid if name in UNFINISHED else finished[0].uid,
        "number": 3,
        "key": "smile",
    }
    query = f"?then={finished[1].uid}&now={finished[0].uid}" if name == "assessments:compare" else ""
    return reverse(name, kwargs={it: known[it] for it in parameters}) + query


@pytest.mark.parametrize("name", [page for page in PAGES if page not in ELSEWHERE])
def test_a_page_asks_as_often_for_five_hundred_checks_as_for_three(
    signed_in: Client, user: User, name: str
) -> None:
    unfinished = Assessment.objects.create(owner=user, language="en")
    unfinished.record(FIRST[0], Answer.YES)
    take(user, 3, days_ago=1)
    finished = list(Assessment.objects.of(user).finished().last_finished_first())
    url = address(name, finished, unfinished)
    few = queries(signed_in, url, *STATUSES)
    take(user, 497, days_ago=10)
    assert queries(signed_in, url, *STATUSES) == few
