"""Choosing when to be reminded of the next check, where the result is shown."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as configured
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.again import Choice
from assessments.models import Assessment, Retake
from netvalue.outbox import planning
from netvalue.outbox.models import OptOut, Schedule
from tests.assessments.taking import SEVEN_TWO_ONE, Taker
from tests.netvalue.outbox.conftest import MORNING, NINE

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from netvalue.accounts.models import User

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning", "relay")]

HTMX = {"HX-Request": "true"}
NEXT = "The next reminder comes on Wednesday, 5 August 2026, at 9:00."


def finished(owner: User, at: datetime = MORNING, perspective: str = "person") -> Assessment:
    check = Assessment.objects.create(owner=owner, perspective=perspective, language="en", begun_at=at)
    check.record(check.questions[0], "yes", at=at)
    check.finish(at=at)
    return check


def choices() -> list[Choice]:
    return [retake.choice for retake in Retake.objects.order_by("perspective")]


def chosen(page: str) -> list[str]:
    return re.findall(r'name="when" value="(\w+)"[^>]* checked', page)


def place(check: Assessment) -> str:
    return f"/check/{check.uid}/again/"


def test_a_result_says_when_its_reminder_comes_and_offers_other_times(signed_in: Client, user: User) -> None:
    page = signed_in.get(f"/check/{finished(user).uid}/").text
    assert "Remind me to take it again" in page
    assert NEXT in page
    assert chosen(page) == ["3"]
    for other in ("after 1 month<", "after 12 months<", "on a day<", "not at all<"):
        assert other in page


@pytest.mark.parametrize(
    ("posted", "choice", "says"),
    [
        ({"when": "1"}, Choice(1), "The next reminder comes on Friday, 5 June 2026, at 9:00."),
        ({"when": "12"}, Choice(12), "The next reminder comes on Wednesday, 5 May 2027, at 9:00."),
        (
            {"when": "day", "on": "2026-12-24"},
            Choice(None, date(2026, 12, 24)),
            "The next reminder comes on Thursday, 24 December 2026, at 9:00.",
        ),
        ({"when": "never"}, Choice(None), "No reminder will come."),
        # A day that does not count is nobody's mistake.
        ({"when": "3", "on": "2026-02-30"}, Choice(3), NEXT),
        ({"when": "3", "on": "2020-01-01"}, Choice(3), NEXT),
    ],
)
def test_a_choice_is_kept_with_and_without_htmx(
    signed_in: Client, user: User, posted: dict[str, str], choice: Choice, says: str
) -> None:
    check = finished(user)
    answer = signed_in.post(place(check), posted)
    assert (answer.status_code, answer["Location"]) == (303, f"/check/{check.uid}/#again")
    assert choices() == [choice]
    page = signed_in.get(f"/check/{check.uid}/").text
    assert page.count(says) == 2, "in the section and in the toast"
    part = signed_in.post(place(check), posted, headers=HTMX)
    assert part.status_code == 200
    assert "<html" not in part.text
    assert part.text.count('id="again"') == 1
    assert says in part.text
    assert choices() == [choice]


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({}, "Please choose one of these."),
        ({"when": "2"}, "Please choose one of these."),
        ({"when": "\x00"}, "Please choose one of these."),
        ({"when": "x" * 10_000}, "Please choose one of these."),
        ({"when": "day"}, "Please choose a day."),
        ({"when": "day", "on": ""}, "Please choose a day."),
        ({"when": "day", "on": "2027-02-30"}, "There is no such day."),
        ({"when": "day", "on": "soon\x00"}, "There is no such day."),
        ({"when": "day", "on": "99999-01-01"}, "There is no such day."),
        ({"when": "day", "on": "2026-05-05"}, "Please choose a day from tomorrow on."),
        ({"when": "day", "on": "0001-01-01"}, "Please choose a day from tomorrow on."),
        ({"when": "day", "on": "9999-12-31"}, "Please choose a day within the next ten years."),
    ],
)
def test_what_cannot_be_chosen_is_said_and_nothing_is_changed(
    signed_in: Client, user: User, posted: dict[str, str], sentence: str
) -> None:
    check = finished(user)
    for headers in ({}, HTMX):
        answer = signed_in.post(place(check), posted, headers=headers)
        assert answer.status_code == 422
        assert sentence in answer.text
        assert answer.text.count('id="again"') == 1
        if posted.get("when") == "day":
            assert chosen(answer.text) == ["day"]
    assert choices() == [Choice()]


def test_what_was_typed_stays_beside_the_sentence(signed_in: Client, user: User) -> None:
    answer = signed_in.post(place(finished(user)), {"when": "day", "on": "2026-05-01"})
    assert 'value="2026-05-01"' in answer.text


def test_the_page_of_the_choice_can_be_opened_by_itself(signed_in: Client, user: User) -> None:
    check = finished(user)
    page = signed_in.get(place(check))
    assert page.status_code == 200
    assert NEXT in page.text


def test_the_choice_is_that_of_the_perspective_whichever_check_it_is_made_on(
    signed_in: Client, user: User
) -> None:
    old, _new = finished(user, MORNING - timedelta(days=100)), finished(user)
    ours = finished(user, perspective="organisation")
    signed_in.post(place(old), {"when": "6"})
    assert choices() == [Choice(), Choice(6)]
    assert "Thursday, 5 November 2026" in signed_in.get(f"/check/{old.uid}/").text
    assert NEXT in signed_in.get(f"/check/{ours.uid}/").text


def test_there_is_nothing_to_choose_on_a_check_that_is_not_finished_or_not_theirs(
    signed_in: Client, user: User, stranger: User, client: Client
) -> None:
    begun = Assessment.objects.create(owner=user, language="en")
    for check in (begun, finished(stranger)):
        assert signed_in.get(place(check)).status_code == 404
        assert signed_in.post(place(check), {"when": "never"}).status_code == 404
    assert choices() == [Choice()]


def test_a_visitor_has_nothing_to_choose(client: Client) -> None:
    taker = Taker(client)
    taker.answer_all(SEVEN_TWO_ONE)
    taker.finish()
    assert "Remind me" not in client.get(taker.result).text
    assert client.post(place(taker.check), {"when": "1"}).status_code == 302
    assert not Retake.objects.exists()


def test_it_is_said_why_no_mail_will_come(signed_in: Client, user: User, settings: Settings) -> None:
    page = f"/check/{finished(user).uid}/"
    assert configured.EMAIL_RELAY
    assert "switched these mails off" not in signed_in.get(page).text
    assert "No mail server" not in signed_in.get(page).text
    settings.EMAIL_RELAY = None
    assert 'waits under <a href="/mail/">' in signed_in.get(page).text
    for kind in ("retake", OptOut.EVERYTHING):
        planning.opt_out(user, kind)
        assert 'again under <a href="/reminders/">' in signed_in.get(page).text
        OptOut.objects.all().delete()
    Retake.objects.get().choose(Choice(None))
    Assessment.objects.plan_the_next(user, "person")
    assert "waits under" not in signed_in.get(page).text


def test_a_reminder_that_was_told_is_said_to_be_enough(
    signed_in: Client, user: User, morning: TimeMachineFixture
) -> None:
    check = finished(user, datetime(2026, 2, 5, 19, tzinfo=UTC))
    planning.plan(NINE)
    morning.move_to(NINE + timedelta(days=5))
    assert "has been due since 5 May 2026. One reminder of it is enough." in signed_in.get(place(check)).text
    signed_in.post(place(check), {"when": "1"})
    assert not Schedule.objects.exists()


def test_the_section_is_german_for_germans(signed_in: Client, user: User) -> None:
    user.language = "de"
    user.save()
    page = signed_in.get(place(finished(user)), headers={"accept-language": "de"}).text
    assert "Die nächste Erinnerung kommt am Mittwoch, 5. August 2026, um 9 Uhr." in page
    assert "nach 3 Monaten" in page


def test_looking_writes_nothing_down(signed_in: Client, user: User) -> None:
    check = finished(user)
    Retake.objects.all().delete()
    for page in (place(check), f"/check/{check.uid}/"):
        signed_in.get(page)
    assert not Retake.objects.exists()


def test_the_section_costs_the_same_after_many_checks(signed_in: Client, user: User) -> None:
    check = finished(user)
    costs = []
    for days in (3, 30):
        for day in range(days):
            finished(user, MORNING - timedelta(days=day + days))
            finished(user, MORNING - timedelta(days=day + days), "organisation")
        signed_in.get(place(check))
        with CaptureQueriesContext(connection) as queries:
            signed_in.get(place(check))
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_the_history_says_it_too_and_leads_to_the_choice(signed_in: Client, user: User) -> None:
    check = finished(user)
    ours = finished(user, MORNING - timedelta(days=10), "organisation")
    page = signed_in.get("/check/history/").text
    assert NEXT in page
    assert f'href="{place(check)}"' in page
    page = signed_in.get("/check/history/?as=organisation").text
    assert "Saturday, 25 July 2026" in page
    assert f'href="{place(ours)}"' in page
