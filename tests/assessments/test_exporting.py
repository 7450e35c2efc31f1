"""Finished checks as files: what was put in comes out, and a spreadsheet finds no formula."""

from __future__ import annotations

import csv
import io
import json
import uuid
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.asserts import assertContains

from assessments import exporting
from assessments.exporting import AnswerOut, CheckOut, GuideOut, StepOut
from assessments.models import Answer, Assessment, GuideAnswer, Step
from contacts.models import FollowUp
from tests.assessments.series import queries
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

THEN = datetime(2026, 7, 1, 22, 30, 15, 123456, tzinfo=UTC)
NASTY = '=1+1;"x"\r\n\'–ü\t🌻\u2028'

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40) | st.builds(
    "".join, st.tuples(st.sampled_from([*exporting.FORMULAS, "'", '"', ",", "\r\n"]), st.text(max_size=5))
)
times = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 (hypothesis adds the zone)
    lambda naive: naive.replace(tzinfo=timezone(timedelta(minutes=345)))
)
answers = st.builds(
    AnswerOut,
    number=st.integers(1, 20) | st.none(),
    key=words,
    question=words,
    answer=st.sampled_from(["yes", "partly", "no", "open"]),
    in_words=words,
    note=words,
)
steps = st.builds(StepOut, key=words, standing=words, step=words, due=st.dates() | st.none(), person=words)
texts = st.builds(GuideOut, key=words, question=words, written=times, text=words)
checks = st.lists(
    st.builds(
        CheckOut,
        uid=st.uuids().map(str),
        perspective=st.sampled_from(["person", "organisation"]),
        edition=st.integers(1, 9),
        begun=times,
        finished=times,
        answers=st.lists(answers, max_size=4),
        steps=st.lists(steps, max_size=2),
    ),
    max_size=4,
)


def read_table(text: str) -> list[dict[str, str]]:
    """As our documentation tells how to read it back."""
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [{name: exporting.unguarded(cell) for name, cell in row.items()} for row in table]


# --- What was put in comes out -----------------------------------------------------------------------------


@given(checks)
def test_the_table_gives_back_every_character(given_checks: list[CheckOut]) -> None:
    text = "".join(exporting.as_csv(given_checks))
    expected = [
        {
            "check": check.uid,
            "perspective": check.perspective,
            "edition": str(check.edition),
            "begun": check.begun.isoformat(timespec="seconds"),
            "finished": check.finished.isoformat(timespec="seconds"),
            "number": "" if it.number is None else str(it.number),
            "key": it.key,
            "question": it.question,
            "answer": it.answer,
            "answer_in_words": it.in_words,
            "note": it.note,
        }
        for check in given_checks
        for it in check.answers
    ]
    assert read_table(text) == expected
    assert text.startswith("\ufeffcheck,perspective,edition,")
    assert text.endswith("\r\n")


@given(checks)
def test_no_cell_is_a_formula(given_checks: list[CheckOut]) -> None:
    table = csv.reader(
        io.StringIO("".join(exporting.as_csv(given_checks)).removeprefix("\ufeff"), newline="")
    )
    assert not [cell for row in table for cell in row if cell.startswith(exporting.FORMULAS)]


@given(words)
def test_guarding_a_cell_can_be_undone(cell: str) -> None:
    assert exporting.unguarded(exporting.guarded(cell)) == cell


@pytest.mark.parametrize(
    ("cell", "guarded"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+49 30", "'+49 30"),
        ("-", "'-"),
        ("@a", "'@a"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("＝1", "'＝1"),
        ("’tis", "’tis"),
        ("'tis", "''tis"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_only_what_looks_like_a_formula_is_guarded(cell: str, guarded: str) -> None:
    assert exporting.guarded(cell) == guarded


@given(checks, st.lists(texts, max_size=3), st.sampled_from(["en", "de"]))
def test_the_document_gives_back_every_character(
    given_checks: list[CheckOut], guide: list[GuideOut], language: str
) -> None:
    document = json.loads("".join(exporting.as_json(given_checks, guide, language)))
    assert document == {
        "format": "netvalue-checks",
        "version": 1,
        "language": language,
        "checks": [plain(check) for check in given_checks],
        "guide": [{**asdict(it), "written": it.written.isoformat()} for it in guide],
    }


def plain(check: CheckOut) -> dict[str, object]:
    """The check as JSON holds it: times as text, and no words that only translate a code."""
    shape = asdict(replace(check, steps=[]))
    shape["begun"], shape["finished"] = check.begun.isoformat(), check.finished.isoformat()
    for answer in shape["answers"]:
        del answer["in_words"]
    shape["steps"] = [{**asdict(step), "due": step.due and step.due.isoformat()} for step in check.steps]
    return shape


# --- The doors ---------------------------------------------------------------------------------------------


def taken(user: User, perspective: str = "person", then: datetime = THEN, note: str = NASTY) -> Assessment:
    check = Assessment.objects.create(owner=user, perspective=perspective, language="en", begun_at=then)
    check.record(check.questions[0], Answer.PARTLY, note, at=then)
    check.record(check.questions[1], None, "", at=then)
    check.finish(at=then + timedelta(minutes=3))
    return check


def table(client: Client, query: str = "") -> list[dict[str, str]]:
    response = client.get(f"/check/history/checks.csv{query}")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return read_table(response.getvalue().decode())


def document(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(f"/check/history/checks.json{query}")
    assert response["Content-Type"] == "application/json"
    found: dict[str, Any] = json.loads(response.getvalue())
    return found


def test_a_row_says_what_was_asked_and_answered(signed_in: Client, user: User) -> None:
    check = taken(user)
    first, second, *rest = table(signed_in)
    assert first == {
        "check": str(check.uid),
        "perspective": "person",
        "edition": "1",
        "begun": "2026-07-02T00:30:15+02:00",
        "finished": "2026-07-02T00:33:15+02:00",
        "number": "1",
        "key": "authenticity",
        "question": "Am I the same person online as I am face to face?",
        "answer": "partly",
        "answer_in_words": "Partly",
        "note": NASTY,
    }
    assert (second["answer"], second["answer_in_words"]) == ("open", "Open")
    assert [row["answer"] for row in rest] == ["open"] * 8


def test_words_are_in_the_readers_language_and_codes_in_none(signed_in: Client, user: User) -> None:
    taken(user)
    user.language = "de"
    user.save()
    row = table(signed_in)[0]
    assert row["question"] == "Bin ich online derselbe Mensch wie von Angesicht zu Angesicht?"
    assert (row["answer"], row["answer_in_words"]) == ("partly", "Teils")
    assert document(signed_in)["language"] == "de"


def test_the_document_has_the_check_with_its_notes_and_steps(signed_in: Client, user: User) -> None:
    check = taken(user)
    lea = ContactFactory.create(owner=user, given="Lea", family="Öz")
    coffee = FollowUp(owner=user, contact=lea, what="Coffee with Lea", due_on=date(2026, 7, 9))
    for question, follow_up in zip(check.questions, [coffee, None], strict=False):
        step = Step(owner=user, assessment=check, question=question.key)
        if follow_up:
            step.accept(follow_up)
        else:
            step.drop()
    (only,) = document(signed_in)["checks"]
    assert only["uid"] == str(check.uid)
    assert only["begun"] == "2026-07-02T00:30:15.123456+02:00"
    assert only["answers"][0] == {
        "number": 1,
        "key": "authenticity",
        "question": "Am I the same person online as I am face to face?",
        "answer": "partly",
        "note": NASTY,
    }
    assert only["steps"] == [
        {
            "key": "authenticity",
            "standing": "open",
            "step": "Coffee with Lea",
            "due": "2026-07-09",
            "person": "Lea Öz",
        },
        {
            "key": "dialogue",
            "standing": "dropped",
            "step": "Ask one open question and wait for the answer.",
            "due": None,
            "person": "",
        },
    ]


def test_the_document_has_every_version_of_the_guide_and_nothing_removed(
    signed_in: Client, user: User, stranger: User
) -> None:
    for days, text in enumerate(["first", NASTY, "gone"]):
        GuideAnswer.write(user, "smile", text, uuid.uuid4(), at=THEN + timedelta(days=days))
    GuideAnswer.objects.get(text="gone").remove()
    GuideAnswer.write(user, "unheard-of", "kept", uuid.uuid4(), at=THEN + timedelta(days=9))
    GuideAnswer.write(stranger, "smile", "not mine", uuid.uuid4())
    first, second, third = document(signed_in)["guide"]
    assert first == {
        "key": "smile",
        "question": "Which message would make me smile today?",
        "written": "2026-07-02T00:30:15.123456+02:00",
        "text": "first",
    }
    assert second["text"] == NASTY
    assert (third["key"], third["question"], third["text"]) == ("unheard-of", "", "kept")
    assert document(signed_in, "?as=person")["guide"] == []


def test_only_finished_checks_of_ones_own_leave_oldest_first(
    signed_in: Client, user: User, stranger: User
) -> None:
    new, old = taken(user), taken(user, "organisation", THEN - timedelta(days=90))
    taken(stranger)
    Assessment.objects.create(owner=user, language="en").record(new.questions[0], Answer.YES)
    both = [str(old.uid), str(new.uid)]
    assert [it["uid"] for it in document(signed_in)["checks"]] == both
    assert list(dict.fromkeys(row["check"] for row in table(signed_in))) == both
    assert [it["uid"] for it in document(signed_in, "?as=organisation")["checks"]] == [str(old.uid)]
    assert {row["check"] for row in table(signed_in, "?as=person")} == {str(new.uid)}
    assert signed_in.get("/check/history/checks.csv?as=nobody").status_code == 404


def test_a_check_from_a_newer_version_leaves_whole(signed_in: Client, user: User) -> None:
    check = Assessment.objects.create(owner=user, language="en", begun_at=THEN)
    check.record(check.questions[0], Answer.NO, "kept", at=THEN)
    Assessment.objects.filter(pk=check.pk).update(edition=77, finished_at=THEN)
    assert [(row["number"], row["key"], row["answer"], row["note"]) for row in table(signed_in)] == [
        ("", "authenticity", "no", "kept")
    ]
    assert document(signed_in)["checks"][0]["edition"] == 77


def test_nothing_taken_is_an_empty_table_and_an_empty_list(signed_in: Client) -> None:
    assert table(signed_in) == []
    assert document(signed_in)["checks"] == document(signed_in)["guide"] == []


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_the_files_are_to_keep_and_for_their_owner_alone(
    client: Client, signed_in: Client, user: User, ending: str
) -> None:
    url = f"/check/history/checks.{ending}"
    response = signed_in.get(url)
    assert response["Content-Disposition"].startswith('attachment; filename="netvalue-checks-')
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert signed_in.post(url).status_code == 405
    assert signed_in.head(url).status_code == 200
    client.logout()
    assert client.get(url)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("ending", ["csv", "json"])
def test_five_hundred_checks_ask_no_more_of_the_database(signed_in: Client, user: User, ending: str) -> None:
    url = f"/check/history/checks.{ending}"
    taken(user)
    few = queries(signed_in, url)
    Assessment.objects.bulk_create(
        Assessment(owner=user, language="en", begun_at=THEN, finished_at=THEN) for _ in range(499)
    )
    assert len(document(signed_in)["checks"]) == 500
    assert queries(signed_in, url) == few


def test_the_history_leads_to_both(signed_in: Client, user: User) -> None:
    taken(user)
    for ending in ("csv", "json"):
        assertContains(signed_in.get("/check/history/"), f'href="/check/history/checks.{ending}"')
