"""A check and its answers, as rows that the database guards."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from assessments import questions
from assessments.models import Answer, Assessment, FinishedError
from assessments.scoring import Counts, State

if TYPE_CHECKING:
    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

ASKED = questions.EDITIONS[1]


def begun(user: User) -> Assessment:
    return Assessment.objects.create(owner=user, language="en")


def visited(visitor: uuid.UUID | None = None) -> Assessment:
    return Assessment.objects.create(visitor=visitor or uuid.uuid4(), language="en")


def finished(check: Assessment) -> Assessment:
    check.record(ASKED[0], Answer.YES, "a note")
    check.record(ASKED[1], None)
    check.finish()
    return check


def carry_out(sql: str, *values: str | int | None) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(sql: str, *values: str | int | None) -> None:
    with pytest.raises(IntegrityError):
        carry_out(sql, *values)


def test_an_answer_replaces_the_earlier_one_to_the_same_question(user: User) -> None:
    check = begun(user)
    check.record(ASKED[0], Answer.NO, "first")
    check.record(ASKED[0], Answer.PARTLY, "second")
    answer = Answer.objects.get(assessment=check)
    assert (answer.value, answer.note, answer.owner) == (Answer.PARTLY, "second", user)


def test_a_check_shows_ten_lines_in_order_and_open_is_not_no(user: User) -> None:
    check = begun(user)
    check.record(ASKED[2], Answer.YES)
    check.record(ASKED[3], None, "later")
    lines = check.lines()
    assert [line.question.number for line in lines] == list(range(1, 11))
    assert lines[2].state == State.YES
    assert (lines[3].state, lines[3].note) == (State.OPEN, "later")
    assert check.counts() == Counts(yes=1, partly=0, no=0, open=9)


def test_the_first_open_question_is_the_first_without_an_answer(user: User) -> None:
    check = begun(user)
    assert check.first_open() == ASKED[0]
    check.record(ASKED[0], Answer.YES)
    check.record(ASKED[1], None)
    check.record(ASKED[2], Answer.NO)
    assert check.first_open() == ASKED[1]
    for question in ASKED:
        check.record(question, Answer.YES)
    assert check.first_open() is None


def test_an_organisation_is_asked_in_its_own_words(user: User) -> None:
    check = Assessment.objects.create(owner=user, language="en", perspective="organisation")
    assert check.lines()[0].wording == ASKED[0].organisation


def test_an_old_check_keeps_the_words_of_its_edition(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    check = begun(user)
    monkeypatch.setitem(questions.EDITIONS, 2, tuple(reversed(ASKED)))
    assert check.questions == ASKED


def test_a_finished_check_takes_no_answer_and_is_not_finished_twice(user: User) -> None:
    check = finished(begun(user))
    then = check.finished_at
    for verb in (lambda: check.record(ASKED[0], Answer.NO), check.finish):
        with pytest.raises(FinishedError):
            verb()
    check.refresh_from_db()
    assert check.finished_at == then
    assert check.counts() == Counts(yes=1, partly=0, no=0, open=9)


@pytest.mark.parametrize(
    "change",
    [
        "perspective = 'organisation'",
        "finished_at = NULL",
        "finished_at = now() + interval '1 day'",
        "begun_at = now() - interval '1 day'",
        "edition = 2",
        "uid = gen_random_uuid()",
    ],
)
def test_the_database_refuses_to_change_a_finished_check(user: User, change: str) -> None:
    check = finished(begun(user))
    refused(f"UPDATE assessments_assessment SET {change} WHERE id = %s", check.pk)


@pytest.mark.parametrize("change", ["value = 'no'", "value = NULL", "note = ''", "question = 'respect'"])
def test_the_database_refuses_to_change_an_answer_of_a_finished_check(user: User, change: str) -> None:
    check = finished(begun(user))
    refused(f"UPDATE assessments_answer SET {change} WHERE assessment_id = %s AND value = 'yes'", check.pk)


def test_the_database_refuses_a_late_answer_and_the_loss_of_one(user: User) -> None:
    check = finished(begun(user))
    refused(
        "INSERT INTO assessments_answer (owner_id, assessment_id, question, value, note, answered_at)"
        " VALUES (%s, %s, 'respect', 'yes', '', now())",
        user.pk,
        check.pk,
    )
    refused("DELETE FROM assessments_answer WHERE assessment_id = %s", check.pk)


def test_the_database_refuses_to_move_an_answer_to_another_check(user: User) -> None:
    check, other = begun(user), begun(user)
    answer = check.record(ASKED[0], Answer.YES)
    refused("UPDATE assessments_answer SET assessment_id = %s WHERE id = %s", other.pk, answer.pk)


def test_the_database_keeps_an_answer_with_the_owner_of_its_check(user: User, stranger: User) -> None:
    check = begun(user)
    answer = check.record(ASKED[0], Answer.YES)
    refused("UPDATE assessments_answer SET owner_id = %s WHERE id = %s", stranger.pk, answer.pk)
    refused("UPDATE assessments_answer SET owner_id = NULL WHERE id = %s", answer.pk)
    refused("UPDATE assessments_assessment SET owner_id = %s WHERE id = %s", stranger.pk, check.pk)


@pytest.mark.parametrize(
    ("column", "value"),
    [("value", "maybe"), ("note", "x" * 4001), ("assessment_id", None), ("question", None)],
)
def test_the_database_refuses_an_answer_that_cannot_be(user: User, column: str, value: str | None) -> None:
    answer = begun(user).record(ASKED[0], Answer.YES)
    refused(f"UPDATE assessments_answer SET {column} = %s WHERE id = %s", value, answer.pk)


def test_there_is_one_answer_to_a_question(user: User) -> None:
    check = begun(user)
    check.record(ASKED[0], Answer.YES)
    refused(
        "INSERT INTO assessments_answer (owner_id, assessment_id, question, value, note, answered_at)"
        " VALUES (%s, %s, %s, 'no', '', now())",
        user.pk,
        check.pk,
        ASKED[0].key,
    )


@pytest.mark.parametrize("holder", [{}, {"both": True}])
def test_a_check_has_exactly_one_holder(user: User, holder: dict[str, bool]) -> None:
    who = {"owner": user, "visitor": uuid.uuid4()} if holder else {"owner": None, "visitor": None}
    with pytest.raises(IntegrityError), transaction.atomic():
        Assessment.objects.create(language="en", **who)


@pytest.mark.parametrize(
    "change", ["perspective = 'animal'", "edition = 0", "begun_at = now() + interval '1 h'"]
)
def test_the_database_refuses_a_check_that_cannot_be(user: User, change: str) -> None:
    check = begun(user)
    refused(f"UPDATE assessments_assessment SET {change}, finished_at = now() WHERE id = %s", check.pk)


def test_claiming_takes_finished_checks_and_their_answers(user: User) -> None:
    visitor = uuid.uuid4()
    done, going, other = finished(visited(visitor)), visited(visitor), visited()
    going.record(ASKED[4], Answer.PARTLY, "kept")
    assert Assessment.objects.of_visitor(visitor).claim(user) == 2
    assert set(Assessment.objects.of(user)) == {done, going}
    assert set(Answer.objects.values_list("assessment", "owner")) == {(done.pk, user.pk), (going.pk, user.pk)}
    done.refresh_from_db()
    assert done.visitor is None
    assert done.claimed_at is not None
    other.refresh_from_db()
    assert other.owner is None


def test_a_claimed_check_can_still_be_answered(user: User) -> None:
    check = visited()
    check.record(ASKED[0], Answer.YES)
    Assessment.objects.filter(pk=check.pk).claim(user)
    assert check.record(ASKED[1], Answer.NO).owner_id == user.pk


def test_nothing_that_has_an_owner_is_claimed(user: User, stranger: User) -> None:
    check = begun(stranger)
    assert Assessment.objects.filter(pk=check.pk).claim(user) == 0
    check.refresh_from_db()
    assert check.owner == stranger


def test_a_check_without_an_account_is_gone_thirty_days_after_it_was_touched(user: User) -> None:
    now = timezone.now()
    old, kept, mine = finished(visited()), visited(), begun(user)
    old_open = visited()
    old_open.record(ASKED[0], Answer.YES, at=now - timedelta(days=30, seconds=1))
    kept.record(ASKED[0], Answer.YES, at=now - timedelta(days=29, hours=23))
    Assessment.objects.filter(pk=mine.pk).update(touched_at=now - timedelta(days=400))
    assert Assessment.objects.all().forget_unclaimed(now) == 1
    assert set(Assessment.objects.all()) == {old, kept, mine}
    assert Assessment.objects.all().forget_unclaimed(now + timedelta(days=31)) == 2
    connection.check_constraints()
    assert set(Assessment.objects.all()) == {mine}
    assert not Answer.objects.exists()


def test_with_its_owner_a_check_goes_as_a_whole(user: User) -> None:
    finished(begun(user))
    user.delete()
    connection.check_constraints()
    assert not Assessment.objects.exists()
    assert not Answer.objects.exists()


def test_before_a_check_lies_what_the_same_holder_finished_earlier_in_the_same_perspective(
    user: User, stranger: User
) -> None:
    now = timezone.now()

    def taken(
        days_ago: int, *, finish: bool = True, perspective: str = "person", **holder: Any
    ) -> Assessment:
        day = now - timedelta(days=days_ago)
        holder = holder or {"owner": user}
        check = Assessment.objects.create(language="en", perspective=perspective, begun_at=day, **holder)
        if finish:
            check.finish(at=day)
        return check

    visitor = uuid.uuid4()
    oldest, twin, check = taken(300), taken(5), taken(5)
    under_way, visited_once, visited_again = (
        taken(1, finish=False),
        taken(9, visitor=visitor),
        taken(2, visitor=visitor),
    )
    taken(400, finish=False)
    taken(200, perspective="organisation")
    taken(100, owner=stranger)
    taken(50, visitor=uuid.uuid4())
    newest = taken(3)
    before = Assessment.objects.before
    assert list(before(check)) == [twin, oldest]
    assert list(before(twin)) == [oldest]
    assert list(before(oldest)) == []
    assert list(before(under_way)) == [newest, check, twin, oldest]
    assert list(before(visited_again)) == [visited_once]
