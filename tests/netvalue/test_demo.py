"""The demo: a person to look around with, made only where nobody is."""

from __future__ import annotations

import re
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from assessments.guide import QUESTIONS
from assessments.models import Answer, Assessment, GuideAnswer, Step
from assessments.steps import Standing
from assessments.trend import is_repeat
from contacts.models import Circle, Contact, FollowUp
from netvalue.accounts.models import User
from netvalue.demo.life import live
from netvalue.outbox.models import Schedule
from tests.factories import UserFactory

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_the_demo_signs_in_with_what_was_printed_and_finds_a_full_year(client: Client) -> None:
    said = re.search(r"Sign in as (\S+) with the password (\S+)", demo())
    assert said
    client.post(reverse("account_login"), {"login": said[1], "password": said[2]})
    text = client.get(reverse("today")).text
    assert "Ask how the competition in Kiel went" in text
    assert "Henrike Sörensen" in text
    assert "40 contacts" in client.get(reverse("contacts:list")).text


def test_what_the_demo_holds() -> None:
    demo()
    user = User.objects.get()
    contacts = Contact.objects.of(user)
    today = date.today()  # noqa: DTZ011 (near enough: weeks are counted here)
    assert contacts.in_view().count() == 40
    assert Circle.objects.of(user).count() == 6
    assert all(contact.circles.exists() for contact in contacts)
    assert contacts.filter(birth_month=2, birth_day=29).exists()
    assert contacts.with_birthday().filter(birth_year=None).exists()
    assert contacts.filter(birth_day=None).exists()
    assert FollowUp.objects.of(user).due(today).count() >= 3
    assert Schedule.objects.filter(owner=user, kind="birthday").exists()
    checks = Assessment.objects.of(user).finished().order_by("finished_at")
    assert checks.count() == Assessment.objects.count() == 8
    mine, ours = checks.as_a("person"), checks.as_a("organisation")
    assert (len(mine), len(ours)) == (6, 2)
    assert mine[0].begun_at.date() < today - timedelta(days=700)
    days = [check.finished_at.date() for check in mine if check.finished_at]
    assert [is_repeat(*pair) for pair in pairwise(days)].count(True) == 1
    assert Answer.objects.filter(assessment__in=checks).exclude(note="").exists()
    done, to_come = Step.objects.of(user).order_by("assessment__finished_at")
    assert (done.standing, to_come.standing) == (Standing.DONE, Standing.OPEN)
    assert len(GuideAnswer.objects.of(user).current(question.key for question in QUESTIONS)) == 4
    assert not user.is_staff


def test_the_demo_leaves_a_database_with_people_alone() -> None:
    demo()
    with pytest.raises(CommandError, match="Somebody signs in here already"):
        demo()
    assert User.objects.count() == 1


@pytest.mark.parametrize("today", ["2028-02-27", "2028-02-29", "2027-02-28", "2026-12-31"])
def test_the_demo_works_on_every_day(today: str) -> None:
    with time_machine.travel(f"{today}T12:00:00Z", tick=False):
        live(UserFactory.create(), date.fromisoformat(today))


def test_the_same_day_makes_the_same_life() -> None:
    lives = []
    for _ in range(2):
        user = UserFactory.create()
        live(user, date(2026, 11, 22))
        lives.append(
            list(Contact.objects.of(user).values_list("sort_key", "birth_month", "birth_day", "notes"))
        )
    assert lives[0] == lives[1]
