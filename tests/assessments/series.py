"""Finished checks one after the other, and what their pages cost."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assessments.models import Answer, Assessment

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from netvalue.accounts.models import User


def answered(user: User, days_ago: int, answers: str, perspective: str = "person") -> Assessment:
    """A finished check: y, p, n or - for each question, in the order asked."""
    then = timezone.now() - timedelta(days=days_ago)
    check = Assessment.objects.create(owner=user, perspective=perspective, language="en", begun_at=then)
    values = {"y": Answer.YES, "p": Answer.PARTLY, "n": Answer.NO, "-": None}
    for question, sign in zip(check.questions, answers, strict=True):
        check.record(question, values[sign], f"{question.aspect}: {sign}", at=then)
    check.finish(at=then)
    return check


def many_checks(user: User, number: int) -> None:
    """Finished checks, a day apart, written at once."""
    now = timezone.now()
    checks = Assessment.objects.bulk_create(
        Assessment(owner=user, language="en", begun_at=now - timedelta(days=day + 10))
        for day in range(number)
    )
    Answer.objects.bulk_create(
        Answer(owner=user, assessment=check, question=question.key, value=value)
        for position, check in enumerate(checks)
        for question, value in zip(check.questions, [Answer.YES, Answer.NO, None] * 3, strict=False)
        if position % 7
    )
    Assessment.objects.filter(pk__in=[check.pk for check in checks]).update(finished_at=F("begun_at"))


def plain(response: Response) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def queries(client: Client, url: str, *expected: int) -> int:
    """How often a page asks the database. It answers 200 if nothing else is `expected`."""
    client.get(url)  # the first page of a session notes the session, too
    with CaptureQueriesContext(connection) as caught:
        response = client.get(url)
        assert response.status_code in (expected or (200,))
        assert response.getvalue() is not None  # what is streamed asks while it leaves
    return len(caught)
