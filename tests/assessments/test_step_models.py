"""A step is put on a day, done, let go, taken up again or taken back; its follow-up says which."""

from __future__ import annotations

from datetime import date, timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from assessments.models import Answer, Assessment, Step
from assessments.steps import Standing
from contacts.models import FollowUp
from contacts.tasks import forget_removed
from netvalue.outbox.models import Schedule
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

DAY = date(2099, 11, 22)


@pytest.fixture
def check(user: User) -> Assessment:
    taken = Assessment.objects.create(owner=user, language="en")
    taken.record(taken.questions[0], Answer.NO)
    taken.finish()
    return taken


def step(check: Assessment) -> Step:
    return Step.objects.at(check, check.questions[0])


def follow_up(user: User, what: str = "Ask Ada") -> FollowUp:
    return FollowUp(owner=user, what=what, due_on=DAY)


def test_put_on_a_day_it_is_a_follow_up_that_is_reminded(user: User, check: Assessment) -> None:
    assert step(check).standing == Standing.PROPOSED
    assert step(check).accept(follow_up(user))
    assert step(check).standing == Standing.OPEN
    assert Schedule.objects.get(kind="followup").next_on == DAY
    assert list(Step.objects.of(user).waiting()) == [step(check)]


def test_put_on_a_day_twice_it_is_one_follow_up(user: User, check: Assessment) -> None:
    step(check).accept(follow_up(user))
    assert not step(check).accept(follow_up(user, "Ask Bo"))
    assert FollowUp.objects.get().what == "Ask Ada"


def test_it_is_done_when_its_follow_up_is(user: User, check: Assessment) -> None:
    step(check).accept(follow_up(user))
    FollowUp.objects.get().complete()
    assert step(check).standing == Standing.DONE
    step(check).drop()
    step(check).take_back()
    assert step(check).standing == Standing.DONE
    FollowUp.objects.get().reopen()
    assert step(check).standing == Standing.OPEN


def test_taken_back_it_was_never_there(user: User, check: Assessment) -> None:
    step(check).accept(follow_up(user))
    step(check).take_back()
    assert not Step.objects.exists()
    assert not FollowUp.objects.exists()
    assert not Schedule.objects.filter(kind="followup").exists()


def test_let_go_and_taken_up_again(user: User, check: Assessment) -> None:
    step(check).accept(follow_up(user))
    step(check).drop()
    assert step(check).standing == Standing.DROPPED
    assert not FollowUp.objects.open()
    assert not Schedule.objects.filter(kind="followup").exists()
    step(check).take_up()
    assert step(check).standing == Standing.OPEN
    assert FollowUp.objects.open().get().what == "Ask Ada"
    assert Schedule.objects.filter(kind="followup").exists()


def test_not_this_one_and_proposed_again(check: Assessment) -> None:
    step(check).drop()
    assert step(check).standing == Standing.DROPPED
    step(check).take_up()
    assert step(check).standing == Standing.PROPOSED
    assert not Step.objects.exists()


def test_let_go_for_thirty_days_its_follow_up_is_forgotten(user: User, check: Assessment) -> None:
    step(check).accept(follow_up(user))
    step(check).drop()
    for days, left in [(29, 1), (31, 0)]:
        with time_machine.travel(timezone.now() + timedelta(days=days), tick=False):
            forget_removed()
        assert FollowUp.objects.count() == left
        assert step(check).standing == Standing.DROPPED
    step(check).take_up()
    assert step(check).standing == Standing.GONE


def test_let_go_it_can_be_put_on_another_day(user: User, check: Assessment) -> None:
    step(check).accept(follow_up(user))
    step(check).drop()
    assert step(check).accept(follow_up(user, "Ask Bo"))
    assert step(check).standing == Standing.OPEN
    assert FollowUp.objects.get().what == "Ask Bo"


def test_who_deletes_a_person_leaves_a_step_that_is_noted_no_longer(user: User, check: Assessment) -> None:
    ada = ContactFactory.create(owner=user)
    noted = follow_up(user)
    noted.contact = ada
    step(check).accept(noted)
    ada.forget()
    assert step(check).standing == Standing.GONE
    assert step(check).accept(follow_up(user, "Ask Bo"))
    assert step(check).standing == Standing.OPEN


def test_a_step_of_somebody_put_away_is_open_and_waits_for_nothing(user: User, check: Assessment) -> None:
    ada = ContactFactory.create(owner=user)
    noted = follow_up(user)
    noted.contact = ada
    step(check).accept(noted)
    ada.archive()
    assert Step.objects.of(user).open().exists()
    assert not Step.objects.of(user).waiting().exists()


def test_a_check_is_deleted_with_its_steps_and_the_follow_up_stays(user: User, check: Assessment) -> None:
    step(check).accept(follow_up(user))
    check.delete()
    assert not Step.objects.exists()
    assert FollowUp.objects.open().exists()


def test_the_database_refuses_a_second_step_for_one_question(user: User, check: Assessment) -> None:
    step(check).drop()
    with pytest.raises(IntegrityError, match="one_per_question"), transaction.atomic():
        Step.objects.create(owner=user, assessment=check, question="authenticity", dropped_at=timezone.now())


def test_the_database_refuses_a_step_that_nobody_decided_on(user: User, check: Assessment) -> None:
    with pytest.raises(IntegrityError, match="is_decided"), transaction.atomic():
        Step.objects.create(owner=user, assessment=check, question="authenticity")


def test_the_database_refuses_a_follow_up_of_a_step_that_was_not_put_on_a_day(
    user: User, check: Assessment
) -> None:
    noted, now = FollowUp.objects.create(owner=user, what="Ask Ada", due_on=DAY), timezone.now()
    with pytest.raises(IntegrityError, match="noted_is_taken"), transaction.atomic():
        Step.objects.create(
            owner=user, assessment=check, question="authenticity", follow_up=noted, dropped_at=now
        )


@pytest.mark.django_db(transaction=True)
def test_two_tabs_at_once_make_one_follow_up(client: Client) -> None:
    user = UserFactory.create()
    taken = Assessment.objects.create(owner=user, language="en")
    taken.record(taken.questions[0], Answer.NO)
    taken.finish()
    client.force_login(user)
    url = reverse("assessments:step", args=[taken.uid, 1])
    answers: list[str] = []

    def other_tab() -> None:
        answers.append(client.post(url, {"what": "Ask Bo", "due_on": DAY})["Location"])
        connection.close()

    thread = Thread(target=other_tab)
    with transaction.atomic():
        Assessment.objects.select_for_update().get(pk=taken.pk)
        thread.start()
        thread.join(timeout=0.7)
        assert thread.is_alive()
        step(taken).accept(follow_up(user))
    thread.join()
    assert answers == [reverse("assessments:result", args=[taken.uid]) + "#steps"]
    assert FollowUp.objects.get().what == "Ask Ada"
