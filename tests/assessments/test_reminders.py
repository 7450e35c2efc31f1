"""Who is reminded of the next check, when and in which words: with the real pump and a real mail server."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from html import unescape
from importlib import import_module
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assessments.again import Choice
from assessments.models import Assessment, Retake
from netvalue.outbox import delivery, planning, unsubscribing
from netvalue.outbox.models import Email, Occurrence, OptOut, PumpState, Schedule
from tests.assessments.taking import SEVEN_TWO_ONE, Taker
from tests.assessments.test_visitors import sign_in
from tests.factories import UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from time_machine import TimeMachineFixture

    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]

# In the evening, three months before the outbox's usual morning.
FEBRUARY = datetime(2026, 2, 5, 19, 0, tzinfo=UTC)
A_DAY = timedelta(days=1)


def taken(owner: User, at: datetime = FEBRUARY, perspective: str = "person") -> Assessment:
    check = Assessment.objects.create(owner=owner, perspective=perspective, language="en", begun_at=at)
    for question, value in zip(check.questions, SEVEN_TWO_ONE, strict=True):
        check.record(question, value, "a note nobody mails", at=at)
    check.finish(at=at)
    return check


def choose(owner: User, choice: Choice, perspective: str = "person") -> None:
    with transaction.atomic():
        Retake.objects.held(owner, perspective).choose(choice)
        Assessment.objects.plan_the_next(owner, perspective)


def to_come() -> list[str]:
    rows = Schedule.objects.filter(kind="retake").order_by("next_at")
    return [row.next_at.strftime("%Y-%m-%dT%H:%M") for row in rows]


def again_at_once() -> None:
    """As if every back-off had passed."""
    Email.objects.filter(state="pending").update(next_try_at=datetime(2020, 1, 1, tzinfo=UTC))
    PumpState.objects.update(paused_until=None)


def body(mail: EmailMessage, kind: str = "plain") -> str:
    part = mail.get_body((kind,))
    assert part is not None
    words = unescape(str(part.get_content()))
    # Long lines of the plain text are folded.
    return words.replace("\N{NO-BREAK SPACE}", " ").replace("\r\n", "\n").replace("\n  ", " ")


# --- Told, in words ----------------------------------------------------------------------------------


def test_three_months_after_a_check_its_owner_hears_what_they_said_once(
    client: Client, user: User, relay: Sink, pump: Pump, morning: TimeMachineFixture
) -> None:
    morning.move_to(FEBRUARY)
    client.force_login(user)
    taker = Taker(client)
    taker.answer_all(SEVEN_TWO_ONE)
    taker.answer(1, "yes", "a note nobody mails")
    taker.finish()
    assert pump(NINE - timedelta(seconds=1)) == 0
    assert [pump(NINE), pump(NINE), pump(NINE + 40 * A_DAY)] == [1, 0, 0]
    (mail,) = relay.accepted
    assert mail["Subject"] == "The ten questions once again, as a person"
    for text in (body(mail), body(mail, "html")):
        assert "time for the next one. Your last check, 5 February: 7 yes · 2 partly · 1 no" in text
        assert "http://localhost:8000/check/?as=person" in text
        assert "a note nobody mails" not in text
    assert not Schedule.objects.exists()


def test_the_mail_is_in_its_readers_language(relay: Sink, pump: Pump) -> None:
    reader = UserFactory.create(language="de")
    taken(reader, perspective="organisation")
    pump()
    (mail,) = relay.accepted
    assert mail["Subject"] == "Die zehn Fragen noch einmal, als Organisation"
    for text in (body(mail), body(mail, "html")):
        assert "Check als Organisation" in text
        assert "Zeit für den nächsten. Dein letzter Check vom 5. Februar: 7 Ja · 2 Teils · 1 Nein" in text
        assert "/check/?as=organisation" in text


def test_person_and_organisation_are_told_apart_and_in_one_mail(user: User, relay: Sink, pump: Pump) -> None:
    taken(user)
    taken(user, perspective="organisation")
    assert pump() == 1
    text = body(relay.accepted[0])
    assert text.count("Check as a person: ") == text.count("Check as an organisation: ") == 1


def test_a_last_check_of_another_year_is_told_with_its_year(user: User, relay: Sink, pump: Pump) -> None:
    choose(user, Choice(12))
    taken(user, datetime(2025, 5, 5, 10, tzinfo=UTC))
    pump()
    assert "Your last check, 5 May 2025: 7 yes" in body(relay.accepted[0])


def test_a_check_whose_questions_are_unknown_here_is_told_without_counts(
    user: User, relay: Sink, pump: Pump
) -> None:
    taken(user, FEBRUARY - 9 * A_DAY)
    newer = Assessment.objects.create(
        owner=user, language="en", edition=99, begun_at=FEBRUARY, finished_at=FEBRUARY
    )
    Assessment.objects.plan_the_next(user, newer.perspective)
    assert pump() == 1
    assert "Check as a person: time for the next one. http" in body(relay.accepted[0])


def test_a_day_chosen_without_any_check_is_kept(user: User, relay: Sink, pump: Pump) -> None:
    choose(user, Choice(None, TODAY))
    assert pump() == 1
    assert "Check as a person: time for the next one. http" in body(relay.accepted[0])


def test_the_start_page_has_the_perspective_of_the_link_chosen(client: Client) -> None:
    assert 'value="organisation" checked' in client.get("/check/?as=organisation").text
    for odd in ("person", "nobody", "%00", ""):
        assert 'value="person" id="id_perspective" checked' in client.get(f"/check/?as={odd}").text


@pytest.mark.parametrize(("days", "told"), [(1, True), (30, True), (31, False), (200, False)])
def test_what_comes_late_says_so_and_after_a_month_it_is_too_late(
    user: User, client: Client, relay: Sink, pump: Pump, morning: TimeMachineFixture, days: int, told: bool  # noqa: FBT001
) -> None:  # fmt: skip
    taken(user)
    assert pump(NINE + days * A_DAY) == told
    if told:
        (mail,) = relay.accepted
        assert "was meant for Tuesday, 5 May. Your last check, 5 February" in body(mail)
        assert "This comes late" in body(mail)
    else:
        morning.move_to(NINE + days * A_DAY)
        client.force_login(user)
        page = client.get("/mail/").text
        assert ("It was too late for these" in page) == (days < 60)


# --- Without anybody asking for it, until somebody chooses ------------------------------------------------


def test_a_visitors_check_is_told_once_it_is_claimed(
    client: Client, user: User, relay: Sink, pump: Pump, morning: TimeMachineFixture
) -> None:
    morning.move_to(FEBRUARY)
    taker = Taker(client, "organisation")
    taker.answer_all(SEVEN_TWO_ONE)
    taker.finish()
    Taker(client).answer(1, "yes")
    assert not Schedule.objects.exists()
    morning.move_to(FEBRUARY + 9 * A_DAY)
    sign_in(client, user)
    assert to_come() == ["2026-05-05T07:00"]
    assert Retake.objects.get().perspective == "organisation"
    assert pump() == 1


def test_only_a_finished_check_is_followed_by_a_reminder(user: User) -> None:
    check = Assessment.objects.create(owner=user, language="en")
    check.record(check.questions[0], "yes")
    assert not Schedule.objects.exists()


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Choice(1), ["2026-03-05T08:00"]),
        (Choice(6), ["2026-08-05T07:00"]),
        (Choice(12), ["2027-02-05T08:00"]),
        (Choice(None, date(2026, 6, 1)), ["2026-06-01T07:00"]),
        (Choice(None, None), []),
    ],
)
def test_a_choice_once_made_stays(
    user: User, morning: TimeMachineFixture, choice: Choice, expected: list[str]
) -> None:
    morning.move_to(FEBRUARY - 9 * A_DAY)
    taken(user, FEBRUARY - 9 * A_DAY)
    choose(user, choice)
    morning.move_to(FEBRUARY)
    taken(user)
    assert to_come() == expected


def test_a_chosen_day_is_used_up_by_a_check_and_the_usual_time_follows(
    user: User, morning: TimeMachineFixture
) -> None:
    morning.move_to(FEBRUARY)
    choose(user, Choice(None, date(2026, 3, 1)))
    assert to_come() == ["2026-03-01T08:00"]
    morning.move_to(datetime(2026, 3, 2, 10, tzinfo=UTC))
    taken(user, datetime(2026, 3, 2, 10, tzinfo=UTC))
    assert to_come() == ["2026-06-02T07:00"]


def test_who_took_it_before_there_were_reminders_is_reminded_like_everybody_else(
    user: User, stranger: User, morning: TimeMachineFixture
) -> None:
    taken(user, NINE - 40 * A_DAY)
    taken(stranger, NINE - 200 * A_DAY)
    expected = [row for row in Schedule.objects.values("owner", "next_at") if row["owner"] == user.pk]
    Retake.objects.all().delete()
    Schedule.objects.all().delete()
    for _ in range(2):
        import_module("assessments.migrations.0007_remind_who_has_taken_it").remind(apps, None)
    assert list(Schedule.objects.values("owner", "next_at")) == expected
    assert Retake.objects.count() == 2


# --- Only while it is still due ----------------------------------------------------------------------


@pytest.mark.parametrize("before", [timedelta(minutes=30), 20 * A_DAY])
def test_a_check_taken_before_the_hour_takes_the_reminder_away(
    user: User, relay: Sink, pump: Pump, before: timedelta
) -> None:
    taken(user)
    taken(user, NINE - before)
    assert pump(NINE) == 0
    assert not relay.accepted


@pytest.mark.parametrize("how", ["taken again", "switched off", "put off"])
def test_what_waits_to_be_sent_is_taken_back(
    user: User, relay: Sink, pump: Pump, morning: TimeMachineFixture, how: str
) -> None:
    taken(user)
    relay.faults.rcpt = "451 4.7.1 later"
    assert pump() == 0
    later = NINE + timedelta(hours=2)
    morning.move_to(later)
    if how == "taken again":
        taken(user, later)
    else:
        choose(user, Choice(None) if how == "switched off" else Choice(6))
    relay.faults.rcpt = ""
    again_at_once()
    assert [pump(later), pump(later + A_DAY)] == [0, 0]
    assert Occurrence.objects.get().ended == "cancelled"


def test_what_was_told_once_is_not_told_again_by_a_shorter_time(
    user: User, relay: Sink, pump: Pump, morning: TimeMachineFixture
) -> None:
    taken(user)
    assert pump() == 1
    morning.move_to(NINE + A_DAY)
    for choice in (Choice(1), Choice(3)):
        choose(user, choice)
        assert to_come() == []
    choose(user, Choice(6))
    assert to_come() == ["2026-08-05T07:00"]


def test_who_chooses_a_time_that_has_passed_is_told_at_the_next_hour(
    user: User, morning: TimeMachineFixture
) -> None:
    morning.move_to(FEBRUARY + 40 * A_DAY)
    taken(user)
    choose(user, Choice(1))
    assert to_come() == ["2026-03-18T08:00"]


def test_a_deleted_check_gives_way_to_the_one_before(user: User, morning: TimeMachineFixture) -> None:
    morning.move_to(FEBRUARY)
    taken(user, FEBRUARY - 20 * A_DAY)
    check = taken(user)
    assert to_come() == ["2026-05-05T07:00"]
    check.remove()
    assert to_come() == ["2026-04-16T07:00"]


def test_who_deletes_their_account_hears_nothing(user: User, relay: Sink, pump: Pump) -> None:
    taken(user)
    relay.faults.rcpt = "451 4.7.1 later"
    pump()
    user.delete()
    relay.faults.rcpt = ""
    again_at_once()
    assert pump() == 0
    assert not Retake.objects.exists()


def test_who_unsubscribed_from_this_kind_alone_hears_the_rest(user: User, relay: Sink, pump: Pump) -> None:
    taken(user)
    assert "The next check" in Client().post(unsubscribing.path(user, "retake")).text
    assert pump() == 0


def test_a_single_mail_has_a_link_that_ends_its_kind(user: User, relay: Sink, pump: Pump) -> None:
    user.digest = False
    user.save()
    taken(user)
    pump()
    (mail,) = relay.accepted
    token = str(mail["List-Unsubscribe"]).partition("/unsubscribe/")[2].strip(">/")
    found = unsubscribing.read(token)
    assert found is not None
    assert found[1] == "retake"


# --- Where somebody lives ----------------------------------------------------------------------------


def moves(user: User, zone: str, hour: int = 9) -> None:
    user.time_zone, user.reminder_hour = zone, hour
    user.save()
    planning.user_changed(user)


def test_the_day_is_the_owners_and_follows_them_to_another_zone(
    user: User, morning: TimeMachineFixture
) -> None:
    # In Berlin it is the 5th, in Tokyo already the 6th.
    morning.move_to(FEBRUARY)
    taken(user)
    assert to_come() == ["2026-05-05T07:00"]
    moves(user, "Asia/Tokyo")
    assert to_come() == ["2026-05-06T00:00"]
    moves(user, "Europe/Berlin", 20)
    assert to_come() == ["2026-05-05T18:00"]


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Asia/Tokyo", "America/Los_Angeles", "Etc/GMT+12"])
def test_who_moves_while_the_mail_waits_is_told_all_the_same_and_once(
    user: User, relay: Sink, pump: Pump, zone: str
) -> None:
    taken(user)
    relay.faults.rcpt = "451 4.7.1 later"
    pump()
    moves(user, zone)
    relay.faults.rcpt = ""
    for hours in range(6, 78, 6):
        again_at_once()
        pump(NINE + timedelta(hours=hours))
    assert len(relay.accepted) == 1


# --- Many at once ------------------------------------------------------------------------------------


def test_two_pumps_tell_it_once(user: User, relay: Sink) -> None:
    taken(user)
    taken(user, perspective="organisation")
    ready = threading.Barrier(2)

    def run() -> None:
        ready.wait()
        delivery.pump(now=NINE)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(relay.accepted) == 1
    assert Occurrence.objects.filter(email__state="sent").count() == 2


def test_two_first_checks_finished_at_once_make_one_reminder(user: User) -> None:
    checks = [Assessment.objects.create(owner=user, language="en", begun_at=FEBRUARY) for _ in range(2)]
    ready = threading.Barrier(2)

    def run(check: Assessment) -> None:
        ready.wait()
        check.finish()
        connection.close()

    threads = [threading.Thread(target=run, args=[check]) for check in checks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Retake.objects.count(), Schedule.objects.count()) == (1, 1)


def test_a_crowd_of_checks_asks_no_more_questions_than_a_few(user: User, pump: Pump) -> None:
    asked = []
    for crowd, now in ((3, NINE), (60, NINE + A_DAY)):
        for _ in range(crowd):
            taken(UserFactory.create(), FEBRUARY + (now - NINE))
        with CaptureQueriesContext(connection) as queries:
            assert planning.plan(now) == crowd
        with CaptureQueriesContext(connection) as composing:
            delivery.claim(uuid4(), now)
        asked.append((len(queries), len(composing)))
    assert asked[0] == asked[1]


@pytest.mark.parametrize("path", ["/reminders/", "/mail/"])
def test_pages_about_mail_ask_no_more_with_a_long_history(
    user: User, client: Client, pump: Pump, morning: TimeMachineFixture, path: str
) -> None:
    client.force_login(user)
    asked = []
    for months in (2, 9):
        for month in range(months):
            taken(user, FEBRUARY - (month + months) * 30 * A_DAY)
            taken(user, FEBRUARY - (month + months) * 30 * A_DAY, "organisation")
        taken(user)
        taken(user, perspective="organisation")
        pump()
        morning.move_to(NINE)
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        asked.append(len(queries))
    assert asked[0] == asked[1]


# --- Read afterwards ---------------------------------------------------------------------------------


def test_a_mail_read_after_the_next_check_says_what_it_said_then(
    user: User, client: Client, relay: Sink, pump: Pump, morning: TimeMachineFixture
) -> None:
    taken(user)
    pump()
    morning.move_to(NINE + A_DAY)
    check = Assessment.objects.create(owner=user, language="en")
    check.record(check.questions[0], "no")
    check.finish()
    client.force_login(user)
    page = client.get(f"/mail/{Email.objects.get().pk}/").text.replace("\N{NO-BREAK SPACE}", " ")
    assert "Your last check, 5 February: 7 yes · 2 partly · 1 no" in page.replace("\n  ", " ")


def test_the_reminders_page_lists_it_and_lets_it_be_switched_off(
    user: User, client: Client, morning: TimeMachineFixture
) -> None:
    taken(user)
    morning.move_to(NINE - 10 * A_DAY)
    client.force_login(user)
    page = client.get("/reminders/").text
    assert "Check as a person" in page
    assert "/check/?as=person" in page
    assert "The next check" in page
    client.post("/reminders/kinds/", {"kinds": ["retake"]})
    assert OptOut.objects.of(user).filter(kind="retake").exists()


# --- What the database refuses -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"months": 2}, "retake_months"),
        ({"months": 3, "on": TODAY}, "retake_months_or_a_day"),
        ({"perspective": "nobody"}, "retake_perspective"),
    ],
)
def test_the_database_refuses_what_is_no_choice(user: User, fields: dict[str, object], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Retake.objects.create(**{"owner": user, "perspective": "person", **fields})
    Retake.objects.create(owner=user, perspective="person")
    with pytest.raises(IntegrityError, match="one_per_perspective"), transaction.atomic():
        Retake.objects.create(owner=user, perspective="person")
