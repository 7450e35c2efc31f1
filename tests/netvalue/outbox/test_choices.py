"""Each kind of reminder comes as its owner chose: whether, how many days ahead, at which hour."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts import reminders
from netvalue.outbox import accountmail, choices, choosing, mailbox, planning, trial, verifying, zone_rules
from netvalue.outbox.choosing import Wish
from netvalue.outbox.clock import postgres_now
from netvalue.outbox.models import Choice, Email, Occurrence, OptOut, PumpState, Schedule
from tests.factories import FollowUpFactory, UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import EmailMessage

    from django.test import Client
    from time_machine import TimeMachineFixture

    from contacts.models import Contact, FollowUp
    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
LINE = re.compile(r"^- (.+?)\r?$", re.MULTILINE)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_what_nobody_chose_is_as_usual(user: User) -> None:
    chosen = choices.of(user)
    assert (chosen.on("birthday"), chosen.hour("birthday"), chosen.leads("birthday")) == (True, 9, (7, 0))


@pytest.mark.parametrize("no", ["birthday", OptOut.EVERYTHING])
def test_what_was_refused_is_off(user: User, no: str) -> None:
    OptOut.objects.create(owner=user, kind=no)
    chosen = choices.of(user)
    assert not chosen.on("birthday")
    assert chosen.on("followup") is (no == "birthday")
    assert chosen.on("test")


def test_one_question_tells_the_choices_of_however_many(user: User) -> None:
    Choice.objects.create(owner=user, kind="birthday", hour=7, leads=[0])
    OptOut.objects.create(owner=user, kind="date")
    with CaptureQueriesContext(connection) as queries:
        found = choices.of_many([user, *(UserFactory.build(pk=10**6 + n) for n in range(50))])
    assert len(queries) == 1
    assert (found[user.pk].hour("birthday"), found[user.pk].leads("birthday")) == (7, [0])
    assert found[10**6].hour("birthday") == 9


def test_an_hour_of_its_own_is_a_mail_of_its_own(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    Choice.objects.create(owner=user, kind="followup", hour=18)
    born(given="Anna", family="Berg")
    born(given="Bo", family="Dahl")
    for name in ("Cleo", "Dora"):
        follow_up(contact=born(TODAY + 100 * DAY, given=name, family="Ek"))
    at = [NINE, NINE + HOUR, NINE + 9 * HOUR - timedelta(seconds=1), NINE + 9 * HOUR, NINE + 10 * HOUR]
    assert [pump(now) for now in at] == [1, 0, 0, 1, 0]
    morning, evening = map(text_of, relay.accepted)
    # In full: a link's token may have two letters of a name by chance.
    names = ("Anna Berg", "Bo Dahl", "Cleo Ek", "Dora Ek")
    assert [name in morning for name in names] == [True, True, False, False]
    assert [name in evening for name in names] == [False, False, True, True]
    assert set(Email.objects.values_list("kind", "topic")) == {("digest", ""), ("digest", "18")}
    assert list(verifying.faults(NINE + 11 * HOUR)) == []


def test_an_hour_of_its_own_that_is_the_usual_one_shares_the_mail_of_the_day(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    Choice.objects.create(owner=user, kind="followup", hour=9)
    born()
    follow_up()
    assert pump() == 1


def test_single_mails_come_at_the_hour_of_their_kind(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    user.digest = False
    user.save()
    Choice.objects.create(owner=user, kind="birthday", hour=18)
    born()
    follow_up()
    assert [pump(NINE), pump(NINE + 9 * HOUR)] == [1, 1]
    assert "birthday" in relay.accepted[1]["Subject"]


def test_what_was_missed_at_its_own_hour_is_in_the_next_mail_of_that_hour(
    relay: Sink, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    Choice.objects.create(owner=user, kind="followup", hour=18)
    follow_up()
    assert [pump(NINE + DAY), pump(NINE + DAY + 9 * HOUR)] == [0, 1]


def test_new_rules_for_a_zone_keep_the_hour_of_each_kind(user: User, born: Born) -> None:
    Choice.objects.create(owner=user, kind="birthday", hour=18)
    born(TODAY + 3 * DAY)
    due = datetime(2026, 5, 8, 16, tzinfo=UTC)
    Schedule.objects.filter(lead=0).update(next_at=due + HOUR)
    assert list(verifying.faults(NINE)) == []
    zone_rules.step(NINE)
    assert Schedule.objects.get(lead=0).next_at == due
    Schedule.objects.filter(lead=0).update(next_at=due - HOUR)
    assert len(list(verifying.faults(NINE))) == 1


def test_what_is_switched_off_is_not_among_what_comes(user: User, born: Born) -> None:
    born(TODAY + 3 * DAY)
    assert len(mailbox.coming(user).reminders) == 1
    planning.opt_out(user, "birthday")
    assert mailbox.coming(user).reminders == []


def test_many_of_one_kind_hide_nothing_of_another_among_what_comes(
    signed_in: Client, user: User, born: Born
) -> None:
    born(TODAY + 20 * DAY)
    assert b"More comes than fits here" not in signed_in.get("/reminders/").content
    due = {"owner": user, "kind": "followup", "next_on": TODAY + DAY, "next_at": NINE + DAY}
    made = FollowUpFactory.create_batch(mailbox.MOST_COMING + 1, owner=user, due_on=TODAY + DAY)
    Schedule.objects.filter(kind="followup").delete()
    Schedule.objects.bulk_create(Schedule(object_id=one.pk, occurrence_on=TODAY + DAY, **due) for one in made)
    page = signed_in.get("/reminders/").content.decode()
    assert "More comes than fits here: of each kind these are the next 200." in page
    assert page.count("follow-up due today") == mailbox.MOST_COMING
    assert "has a birthday today" in page or "turns" in page
    planning.opt_out(user, "followup")
    assert len(mailbox.coming(user).reminders) == 2


# --- Chosen anew -------------------------------------------------------------------------------------


def told(relay: Sink) -> list[str]:
    return [str(mail["Subject"]) for mail in relay.accepted]


def choose(user: User, kind: str = "birthday", *, on: bool = True, **wish: Any) -> None:
    choosing.choose(user, {kind: Wish(on, **wish)})


def planned(user: User) -> set[tuple[int, date, datetime]]:
    rows = Schedule.objects.of(user).filter(kind="birthday")
    return set(rows.values_list("lead", "occurrence_on", "next_at"))


def test_other_days_ahead_are_planned_for_everybody_by_as_many_questions_as_for_one(
    user: User, born: Born
) -> None:
    asked = []
    for crowd, leads in ((1, [30, 0]), (40, [1, 0])):
        for n in range(crowd):
            born(TODAY + (40 + n) * DAY)
        with CaptureQueriesContext(connection) as queries:
            choose(user, leads=leads)
        asked.append(len(queries))
        assert {lead for lead, *_ in planned(user)} == set(leads)
    assert asked[0] == asked[1]
    assert Schedule.objects.count() == 82


def test_a_choice_that_is_the_usual_one_leaves_no_trace(user: User, born: Born) -> None:
    born(TODAY + 40 * DAY)
    before = planned(user)
    choose(user, leads=[30, 1], hour=18)
    assert planned(user) != before
    choose(user)
    assert planned(user) == before
    assert not Choice.objects.exists()


def test_new_and_corrected_birthdays_follow_the_choice(user: User, born: Born) -> None:
    choose(user, leads=[1], hour=18)
    anna = born(TODAY + 40 * DAY)
    assert planned(user) == {(1, TODAY + 40 * DAY, NINE + 39 * DAY + 9 * HOUR)}
    anna.birth_day = (TODAY + 41 * DAY).day
    reminders.birthday_changed(anna)
    assert planned(user) == {(1, TODAY + 41 * DAY, NINE + 40 * DAY + 9 * HOUR)}


def test_days_ahead_chosen_in_time_are_told_at_them(relay: Sink, born: Born, pump: Pump, user: User) -> None:
    born(TODAY + DAY, given="Anna", family="Berg")
    choose(user, leads=[1, 0])
    assert [pump(NINE), pump(NINE + DAY), pump(NINE + 2 * DAY)] == [1, 1, 0]
    assert told(relay) == ["Anna Berg has a birthday tomorrow", "Anna Berg has a birthday today"]


def test_days_ahead_chosen_too_late_are_left_to_the_next_time_round(
    relay: Sink, born: Born, pump: Pump, user: User, morning: TimeMachineFixture
) -> None:
    morning.move_to(NINE + HOUR)
    born(TODAY + DAY, given="Anna", family="Berg")
    choose(user, leads=[1, 0])
    assert [pump(NINE + HOUR), pump(NINE + DAY)] == [0, 1]
    assert told(relay) == ["Anna Berg has a birthday today"]
    assert {(lead, on) for lead, on, _at in planned(user)} == {
        (1, TODAY + 366 * DAY),
        (0, TODAY + 366 * DAY),
    }


def test_what_was_told_ahead_is_not_told_again_by_choosing_back_and_forth(
    relay: Sink, born: Born, pump: Pump, user: User, morning: TimeMachineFixture
) -> None:
    born(TODAY + 7 * DAY, given="Anna", family="Berg")
    assert pump(NINE) == 1
    morning.move_to(NINE + HOUR)
    for wish in ({"leads": [0]}, {"leads": [0], "hour": 20}, {"hour": 20}, {"hour": 21}, {}):
        choose(user, **wish)
    assert [pump(NINE + 11 * HOUR), pump(NINE + 12 * HOUR), pump(NINE + DAY)] == [0, 0, 0]
    assert pump(NINE + 7 * DAY) == 1
    assert told(relay) == ["Anna Berg has a birthday in 7 days", "Anna Berg has a birthday today"]


def test_what_is_due_and_not_planned_yet_survives_other_days_ahead(
    relay: Sink, born: Born, pump: Pump, user: User, morning: TimeMachineFixture
) -> None:
    born(given="Anna", family="Berg")
    morning.move_to(NINE + HOUR)
    choose(user, leads=[30, 0])
    assert pump(NINE + HOUR) == 1


def test_what_waits_for_the_mail_server_and_is_not_wanted_so_early_any_more_is_not_told(
    relay: Sink, born: Born, pump: Pump, user: User, morning: TimeMachineFixture
) -> None:
    born(TODAY + 7 * DAY, given="Anna", family="Berg")
    relay.faults.rcpt = "451 later"
    pump()
    relay.faults.rcpt = ""
    morning.move_to(NINE + HOUR)
    choose(user, leads=[0])
    Email.objects.update(next_try_at=NINE)
    assert pump(NINE + HOUR) == 0
    choose(user)
    assert pump(NINE + 2 * HOUR) == 1


@pytest.mark.parametrize(
    ("before", "after", "changed_at", "comes_at"),
    [
        # Before either hour, between them, and after both.
        (9, 18, -1, [9]),
        (18, 9, -1, [0]),
        (18, 20, 2, [11]),
        (18, 20, 10, [9]),
        (18, 12, 2, [3]),
        # The new hour of today is over: today's comes when it was going to.
        (18, 10, 2, [9]),
        (18, None, 2, [9]),
        (9, 18, 1, [0]),
    ],
)
def test_another_hour_holds_from_its_next_time_on(
    relay: Sink,
    born: Born,
    follow_up: MakeFollowUp,
    pump: Pump,
    user: User,
    morning: TimeMachineFixture,
    before: int,
    after: int | None,
    changed_at: int,
    comes_at: list[int],
) -> None:
    choose(user, hour=before)
    born(given="Anna", family="Berg")
    follow_up()
    came: list[int] = []
    for hour in range(-1, 15):
        if hour == changed_at:
            morning.move_to(NINE + hour * HOUR + timedelta(seconds=1))
            choose(user, hour=after)
        pump(NINE + hour * HOUR)
        came += [hour for mail in relay.accepted[len(came) :] if "Anna" in text_of(mail)]
        relay.accepted[:] = [mail for mail in relay.accepted if "Anna" in text_of(mail)]
    assert came == comes_at
    tomorrow = {at for lead, _on, at in planned(user) if lead == 0}
    assert {at.astimezone(user.zone).hour for at in tomorrow} == {after or 9}


def test_off_and_on_again_repeats_nothing_and_loses_nothing(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    born(given="Anna", family="Berg")
    born(TODAY + DAY, given="Bo", family="Dahl")
    assert pump() == 1
    choose(user, on=False)
    assert pump(NINE + DAY) == 0
    assert OptOut.objects.get().kind == "birthday"
    choose(user)
    assert [pump(NINE + DAY + HOUR), pump(NINE + 2 * DAY)] == [1, 0]
    assert told(relay) == ["Anna Berg has a birthday today", "Bo Dahl has a birthday today"]


def test_who_refused_everything_and_wants_nothing_back_keeps_refusing_everything(user: User) -> None:
    planning.opt_out(user, OptOut.EVERYTHING)
    choosing.choose(user, {"birthday": Wish(on=False, hour=7), "followup": Wish(on=False)})
    assert list(OptOut.objects.values_list("kind", flat=True)) == [OptOut.EVERYTHING]
    choosing.choose(user, {"birthday": Wish(on=True), "followup": Wish(on=False)})
    assert list(OptOut.objects.values_list("kind", flat=True)) == ["followup"]


def test_what_is_to_come_is_what_then_comes(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    choosing.choose(
        user,
        {
            "birthday": Wish(on=True, leads=[30, 1, 0], hour=7),
            "followup": Wish(on=True, hour=18),
            "date": Wish(on=False),
        },
    )
    for n in range(0, 60, 7):
        born(TODAY + n * DAY, given=f"Born{n}")
        follow_up(TODAY + n * DAY, contact=born(TODAY + 200 * DAY, given=f"Asked{n}"))
    coming = mailbox.coming(user).reminders
    foretold = {(it.day, it.time.hour, f"{it.line.who}: {it.line.what}") for it in coming}
    assert len(foretold) == 17
    came = set()
    for day in range(31):
        for hour in (-3, -2, 0, 8, 9, 13):
            now = NINE + day * DAY + hour * HOUR
            pump(now)
            at = now.astimezone(user.zone)
            lines = (line for mail in relay.accepted for line in LINE.findall(text_of(mail)))
            came |= {(at.date(), at.hour, line) for line in lines}
            relay.accepted.clear()
    assert came == foretold


# --- At night ----------------------------------------------------------------------------------------

TEN_AT_NIGHT = NINE + 13 * HOUR
SEVEN = NINE + 22 * HOUR


def night_over() -> None:
    Email.objects.filter(state="pending").update(next_try_at=NINE)


def test_what_is_caught_up_at_night_waits_for_the_morning(relay: Sink, born: Born, pump: Pump) -> None:
    born(given="Anna", family="Berg")
    assert pump(TEN_AT_NIGHT + HOUR) == 0
    email = Email.objects.get()
    assert (email.state, email.claims, email.first_try_at) == ("pending", 0, None)
    assert timedelta(hours=7, minutes=59) < email.next_try_at - postgres_now() <= timedelta(hours=8)
    night_over()
    assert pump(SEVEN) == 1
    assert told(relay) == ["Anna Berg had a birthday on Tuesday, 5 May"]


@pytest.mark.parametrize("fault", ["rcpt", "mail"])
def test_what_is_tried_again_at_night_waits_for_the_morning(
    relay: Sink, born: Born, pump: Pump, fault: str
) -> None:
    born()
    setattr(relay.faults, fault, "451 later")
    assert pump(TEN_AT_NIGHT - HOUR) == 0
    setattr(relay.faults, fault, "")
    for now, sent in ((TEN_AT_NIGHT, 0), (SEVEN - timedelta(seconds=1), 0), (SEVEN, 1)):
        night_over()
        PumpState.objects.update(paused_until=None)
        assert pump(now) == sent
    assert Email.objects.get().first_try_at is not None


def test_at_night_comes_what_somebody_wants_at_night_or_asks_for_now(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    choose(user, hour=23)
    born(given="Anna", family="Berg")
    follow_up()
    trial.ask(user, 1)
    accountmail.queue(to=user.email, user=user, subject="Your link", text="Here")
    assert pump(TEN_AT_NIGHT + HOUR) == 3
    assert set(told(relay)) == {"Anna Berg has a birthday today", "Your test reminder", "Your link"}


def test_what_would_be_too_late_in_the_morning_comes_at_night(relay: Sink, born: Born, pump: Pump) -> None:
    born(TODAY, given="Anna", family="Berg")
    Occurrence.objects.all().delete()
    Schedule.objects.filter(lead=0).delete()
    Schedule.objects.filter(lead=7).update(
        occurrence_on=TODAY, next_on=TODAY - 7 * DAY, next_at=NINE - 7 * DAY
    )
    assert pump(TEN_AT_NIGHT + HOUR) == 1


# --- 29 February -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("before", "after", "days"), [("feb28", "mar1", 8), ("mar1", "feb28", 6)])
def test_a_29_february_that_waits_to_be_told_is_told_on_its_new_day_once(
    relay: Sink,
    born: Born,
    pump: Pump,
    user: User,
    morning: TimeMachineFixture,
    before: str,
    after: str,
    days: int,
) -> None:
    user.leap_day = before
    user.save()
    at = datetime(2027, 2, 21 if before == "feb28" else 22, 8, tzinfo=UTC)
    morning.move_to(at - HOUR)
    born(date(2000, 2, 29), given="Anna", family="Berg")
    relay.faults.rcpt = "451 later"
    assert pump(at) == 0
    relay.faults.rcpt = ""
    user.leap_day = after
    user.save()
    planning.user_changed(user)
    night_over()
    morning.move_to(at + HOUR)
    assert [pump(at + n * DAY) for n in range(12)].count(1) == 2
    assert told(relay) == [f"Anna Berg has a birthday in {days} days", "Anna Berg has a birthday today"]
