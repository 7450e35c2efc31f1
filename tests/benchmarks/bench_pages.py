"""CPU of one answer to the check, as a ratio to its floor view."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from assessments.models import Assessment
from contacts.models import Contact
from netvalue.accounts.models import User
from tests.benchmarks.measure import compare


@pytest.mark.django_db(transaction=True)
def bench_checklist_answer(send: Any, somebody: User, ten_thousand_contacts: list[Contact]) -> None:
    """One answer, posted; the floor gets one row by its key."""
    check = Assessment.objects.create(owner=somebody, language="en")
    path = reverse("assessments:question", kwargs={"uid": check.uid, "number": 4})
    answers = ("yes", "partly", "no")
    turn = 0

    def answer() -> None:
        nonlocal turn
        turn += 1
        status, _ = send(path, {"answer": answers[turn % 3], "note": "a line", "action": "next"})
        assert status == 303, status

    answer()
    one = ten_thousand_contacts[0].pk
    figure = compare("checklist answer", lambda: send(f"/floor/one/{one}/"), answer)
    print("\n" + figure.line(goal=4))
