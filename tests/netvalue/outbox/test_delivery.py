"""What leaves, once, whatever happens on the way."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from contacts import reminders
from netvalue.outbox import accountmail, delivery, kinds, planning, trial
from netvalue.outbox.archive import Archive
from netvalue.outbox.models import Attempt, Email, Occurrence, OptOut, PumpState, Schedule, Seat
from netvalue.outbox.relay import Relay, Tls
from tests.factories import UserFactory
from tests.netvalue.outbox.conftest import MORNING, NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from email.message import EmailMessage

    from pytest_django import Settings
    from time_machine import TimeMachineFixture

    from contacts.models import Contact, FollowUp
    from netvalue.accounts.models import User
    from netvalue.outbox.kinds import Line
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]


def overdue() -> None:
    """As if the back-off, the pause and every lease had passed."""
    past = datetime(2020, 1, 1, tzinfo=UTC)
    Email.objects.filter(state="pending").update(next_try_at=past)
    Email.objects.filter(state="sending").update(lease_until=past)
    PumpState.objects.update(paused_until=None)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def state() -> str:
    return Email.objects.get().state


def test_a_birthday_is_told_at_the_owners_hour_and_never_again(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    anna = born(given="Anna", family="Berg", year=1986)
    assert pump(NINE - timedelta(seconds=1)) == 0
    assert not relay.accepted
    assert [pump(NINE), pump(NINE), pump(NINE + timedelta(hours=5))] == [1, 0, 0]
    (mail,) = relay.accepted
    assert mail["To"] == user.email
    assert mail["Subject"] == "Anna Berg turns 40 today"
    text = text_of(mail)
    assert "Anna Berg: turns 40 today" in text
    assert f"http://localhost:8000/contacts/{anna.uid}/" in text
    assert mail["Message-ID"] == Email.objects.get().message_id
    assert Schedule.objects.get(lead=0).occurrence_on == date(2027, 5, 5)


def test_everything_of_a_day_is_in_one_mail_each_thing_once(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump
) -> None:
    born(given="Anna", family="Berg")
    born(TODAY + timedelta(days=7), given="Bo", family="Dahl")
    follow_up(contact=born(date(2026, 11, 1), given="Cleo", family="Ek"))
    assert pump() == 1
    text = text_of(relay.accepted[0])
    assert [text.count(name) for name in ("Anna Berg", "Bo Dahl", "Cleo Ek")] == [1, 1, 1]
    assert "Bo Dahl: has a birthday in 7 days, on Tuesday, 12 May" in text
    assert "Cleo Ek: follow-up due today" in text
    assert relay.accepted[0]["Subject"] == "Anna Berg has a birthday today, and 2 more reminders"


def test_what_was_noted_after_the_hour_comes_next_morning_and_is_not_called_late(
    relay: Sink, follow_up: MakeFollowUp, pump: Pump, morning: TimeMachineFixture
) -> None:
    morning.move_to(NINE + timedelta(hours=1))
    follow_up()
    assert pump(NINE + timedelta(hours=2)) == 0
    assert pump(NINE + timedelta(days=1)) == 1
    text = text_of(relay.accepted[0])
    assert "due since Tuesday, 5 May" in text
    assert "comes late" not in text


def test_an_occurrence_cannot_be_planned_twice(relay: Sink, born: Born, pump: Pump, user: User) -> None:
    contact = born()
    pump()
    Schedule.objects.all().delete()
    Schedule.objects.create(
        owner=user, kind="birthday", object_id=contact.pk, occurrence_on=TODAY, next_on=TODAY, next_at=NINE
    )
    assert pump(NINE + timedelta(days=1)) == 0
    assert len(relay.accepted) == 1
    twin = Occurrence.objects.get()
    twin.pk = None
    with pytest.raises(IntegrityError, match="told_once"), transaction.atomic():
        twin.save(force_insert=True)


def test_a_day_without_anything_brings_no_mail(relay: Sink, born: Born, pump: Pump) -> None:
    born(date(2026, 11, 1))
    assert pump() == 0
    assert not Email.objects.exists()


def test_single_mails_for_those_who_like_them(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    user.digest = False
    user.save()
    born(given="Anna", family="Berg")
    follow_up()
    assert pump() == 2
    assert {str(mail["Subject"]) for mail in relay.accepted} == {
        "Anna Berg has a birthday today",
        "A follow-up is due",
    }
    assert pump() == 0


def test_a_pump_that_began_before_the_hour_leaves_to_others_what_was_planned_since(
    relay: Sink, born: Born, pump: Pump
) -> None:
    born()
    planning.plan(NINE)
    assert not delivery.claim(uuid4(), NINE - timedelta(seconds=1))
    assert state() == "pending"
    assert pump() == 1
    assert len(relay.accepted) == 1


def test_two_pumps_at_once_send_one_mail(relay: Sink, born: Born) -> None:
    for _ in range(10):
        born()
    ready = threading.Barrier(4)

    def run() -> None:
        ready.wait()
        delivery.pump(now=NINE)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(relay.accepted) == 1
    assert Occurrence.objects.filter(email__state="sent").count() == 10


def test_what_comes_after_the_days_mail_is_in_the_next(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump
) -> None:
    born()
    pump()
    follow_up()
    assert pump(NINE + timedelta(hours=2)) == 0
    assert pump(NINE + timedelta(days=1)) == 1
    text = text_of(relay.accepted[1])
    assert "follow-up due since Tuesday, 5 May" in text
    assert "comes late" in text


@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
def test_a_mail_that_is_put_off_is_tried_again_with_the_same_name(
    relay: Sink, born: Born, pump: Pump, phase: str
) -> None:
    born()
    setattr(relay.faults, phase, "451 4.7.1 later")
    assert pump() == 0
    email = Email.objects.get()
    assert (email.state, email.tries, email.claims, email.data_at) == ("pending", 1, 0, None)
    assert Occurrence.objects.get().email is None
    wait = email.next_try_at - Attempt.objects.get().at
    assert timedelta(seconds=45) < wait < timedelta(seconds=75)
    assert pump() == 0, "not before its time"
    setattr(relay.faults, phase, "")
    overdue()
    assert pump() == 1
    assert relay.ids == [email.message_id]
    assert email.first_try_at is not None
    assert relay.accepted[0]["Date"].datetime == email.first_try_at.replace(microsecond=0)


@pytest.mark.parametrize("phase", ["rcpt", "data", "dot"])
def test_a_refused_mail_fails_and_its_contents_go_into_the_next(
    relay: Sink, born: Born, pump: Pump, phase: str
) -> None:
    born()
    setattr(relay.faults, phase, "550 5.1.1 no such user")
    pump()
    overdue()
    assert pump() == 0
    assert state() == "failed"
    assert Occurrence.objects.get().email is None
    setattr(relay.faults, phase, "")
    assert pump(NINE + timedelta(days=1)) == 1
    assert Email.objects.get(state="sent").local_date == date(2026, 5, 6)


def test_a_relay_that_refuses_our_address_is_left_alone(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    relay.faults.mail = "530 5.7.0 authentication required"
    pump()
    assert (state(), Email.objects.get().tries) == ("pending", 0)
    assert PumpState.objects.get().pauses == 1


def test_no_try_is_burnt_while_the_relay_is_down(
    relay: Sink, settings: Settings, born: Born, pump: Pump
) -> None:
    for _ in range(3):
        born(owner=UserFactory.create())
    settings.EMAIL_RELAY = Relay("127.0.0.1", 9, Tls.NONE)
    pump()
    pump()
    assert PumpState.objects.get().pauses == 1, "nobody tries it during the pause"
    for pauses in (2, 3):
        PumpState.objects.update(paused_until=None)
        overdue()
        pump()
        assert PumpState.objects.get().pauses == pauses
    assert set(Email.objects.values_list("state", "tries", "claims")) == {("pending", 0, 0)}
    settings.EMAIL_RELAY = relay.relay
    overdue()
    assert pump() == 3
    assert PumpState.objects.get().pauses == 0
    assert relay.connections == 1, "one connection for all"


def test_a_mail_that_may_have_arrived_is_held_and_not_sent_again(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    relay.faults.hang_up_after_body = True
    assert pump() == 0
    assert state() == "unknown"
    relay.faults.hang_up_after_body = False
    overdue()
    assert pump(NINE + timedelta(days=3)) == 0
    assert len(relay.accepted) == 1
    assert Occurrence.objects.get().email is not None


def test_the_next_mail_mentions_the_one_that_is_held(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    born(TODAY + timedelta(days=1))
    relay.faults.hang_up_after_body = True
    pump()
    relay.faults.hang_up_after_body = False
    pump(NINE + timedelta(days=1))
    text = text_of(relay.accepted[1])
    assert "An earlier mail may or may not have reached you" in text


def test_a_connection_that_breaks_before_the_body_is_surely_unsent(
    relay: Sink, born: Born, pump: Pump
) -> None:
    born()
    relay.faults.hang_up_before_body = True
    pump()
    assert (state(), Email.objects.get().data_at) == ("pending", None)
    relay.faults.hang_up_before_body = False
    overdue()
    assert pump() == 1


@pytest.mark.parametrize("reads_on", [True, False])
@pytest.mark.parametrize(("phase", "tries"), [("mail", 0), ("rcpt", 1), ("data", 1), ("dot", 1)])
def test_a_server_that_reads_on_is_asked_ahead_and_understood(
    relay: Sink,
    born: Born,
    pump: Pump,
    phase: str,
    tries: int,
    reads_on: bool,  # noqa: FBT001
) -> None:
    relay.reads_on = reads_on
    for _ in range(2):
        born(owner=UserFactory.create())
    setattr(relay.faults, phase, "451 4.7.1 later")
    pump()
    attempt = Attempt.objects.first()
    assert attempt is not None
    assert (attempt.phase, attempt.code) == ("body" if phase == "dot" else phase, 451)
    assert attempt.email.tries == tries
    setattr(relay.faults, phase, "")
    overdue()
    assert pump() == 2
    assert relay.asked_ahead == [reads_on] * len(relay.asked_ahead)


def test_of_a_refused_mail_nothing_is_taken_for_an_answer_about_the_next(
    relay: Sink, settings: Settings, born: Born, pump: Pump
) -> None:
    relay.reads_on = True
    settings.EMAIL_PROBE = Archive("127.0.0.1", 9, Tls.NONE, "me", "sesame", "Copies", "copies@example.org")
    refused, taken = UserFactory.create(), UserFactory.create()
    relay.refused = {refused.email}
    for owner in (refused, taken):
        born(owner=owner)
    assert pump() == 1
    assert Email.objects.get(owner=refused).state == "failed"
    assert [mail["To"] for mail in relay.accepted] == [taken.email]
    assert relay.connections == 1


@pytest.mark.parametrize("fault", ["hang up", "421 rcpt", "421 data"])
def test_a_mail_over_which_the_server_hangs_up_is_tried_ever_more_rarely(
    relay: Sink, born: Born, pump: Pump, fault: str
) -> None:
    born()
    if fault == "hang up":
        relay.faults.hang_up_before_body = True
    else:
        setattr(relay.faults, fault[4:], "421 4.3.0 <somebody@example.org> closing")
    for tries, minutes in ((1, 0.8), (2, 4), (3, 12)):
        overdue()
        pump()
        email = Email.objects.get()
        assert (email.state, email.tries, email.claims) == ("pending", tries, 0)
        wait = email.next_try_at - Attempt.objects.latest("pk").at
        assert wait > timedelta(minutes=minutes)
    paused_until = PumpState.objects.get().paused_until
    assert paused_until is not None
    assert paused_until < email.next_try_at, "the others go on before it"


def test_what_the_log_says_of_an_outage_names_nobody(
    relay: Sink, born: Born, pump: Pump, caplog: pytest.LogCaptureFixture
) -> None:
    born()
    relay.faults.rcpt = "421 4.7.0 <somebody@example.org> try again later"
    pump()
    assert "421 4.7.0 … try again later" in caplog.text
    assert "@" not in caplog.text
    assert "somebody@example.org" in Email.objects.get().reply, "its owner may see it"


def test_senders_who_meet_the_same_outage_count_it_once(relay: Sink, born: Born, pump: Pump) -> None:
    relay.faults.mail = "451 4.3.0 not now"
    Seat.objects.bulk_create((Seat(number=number) for number in (1, 2)), ignore_conflicts=True)
    for _ in range(2 * delivery.CLAIM):
        born(owner=UserFactory.create())
    planning.plan(NINE)
    ready = threading.Barrier(2)
    relay.on_mail = lambda: ready.wait(10)

    def run() -> None:
        delivery.pump(now=NINE)
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    state = PumpState.objects.get()
    assert state.pauses == 1
    assert Attempt.objects.count() == 2
    assert state.paused_until is not None
    assert state.paused_until - Attempt.objects.latest("pk").at < timedelta(seconds=31)


def elsewhere(action: Callable[[], object]) -> Callable[[], None]:
    """Do it in the server's thread, in a transaction of its own."""

    def do() -> None:
        try:
            action()
        finally:
            connection.close()

    return do


def test_who_opts_out_just_before_the_fence_gets_no_mail(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    born()
    relay.on_data = elsewhere(lambda: planning.opt_out(user, OptOut.EVERYTHING))
    assert pump() == 0
    overdue()
    assert pump() == 0
    assert not relay.accepted
    assert (state(), Occurrence.objects.get().ended) == ("cancelled", "cancelled")


def test_who_changes_the_address_just_before_the_fence_is_written_to_at_the_new_one(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    born()

    def move() -> None:
        relay.on_data = lambda: None
        user.email = "new@example.org"
        user.save()

    relay.on_data = elsewhere(move)
    pump()
    overdue()
    pump()
    pump()
    assert [mail["To"] for mail in relay.accepted] == ["new@example.org"]


def test_who_is_archived_just_before_the_fence_is_not_in_the_mail(
    relay: Sink, born: Born, pump: Pump
) -> None:
    anna, _bo = born(given="Anna"), born(given="Bo")

    def archive() -> None:
        relay.on_data = lambda: None
        anna.archive()
        reminders.birthday_changed(anna)

    relay.on_data = elsewhere(archive)
    assert pump() == 1
    (mail,) = relay.accepted
    text = text_of(mail)
    assert "Bo" in text
    assert "Anna" not in text


def test_a_sender_whose_lease_ran_out_sends_nothing(relay: Sink, born: Born, pump: Pump) -> None:
    born()

    def sleep_past_the_lease() -> None:
        relay.on_data = lambda: None
        overdue()
        delivery.reap()

    relay.on_data = elsewhere(sleep_past_the_lease)
    assert pump() == 1
    assert len(relay.accepted) == 1, "the zombie sent nothing, the next claim did"
    assert Email.objects.get().state == "sent"


def test_the_fence_is_closed_to_a_lease_that_ran_out_and_to_anybody_elses(born: Born) -> None:
    born()
    planning.plan(NINE)
    token = uuid4()
    (parcel,) = delivery.claim(token, NINE)
    assert not delivery.fence(parcel.email, uuid4())
    overdue()
    assert not delivery.fence(parcel.email, token)
    Email.objects.update(lease_until=datetime(2100, 1, 1, tzinfo=UTC))
    assert delivery.fence(parcel.email, token)


def test_a_lease_that_ran_out_after_the_fence_is_unknown(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    pump()
    Email.objects.update(
        state="sending", sent_at=None, lease_until=datetime(2020, 1, 1, tzinfo=UTC), data_at=MORNING
    )
    delivery.reap()
    assert state() == "unknown"


def test_without_a_mail_server_mails_wait_and_leave_once_there_is_one(
    sink: Sink, settings: Settings, born: Born, pump: Pump
) -> None:
    settings.EMAIL_RELAY = None
    born(given="Anna", family="Berg")
    for day in range(3):
        assert pump(NINE + timedelta(days=day)) == 0
    assert list(Email.objects.values_list("state", "local_date")) == [("pending", date(2026, 5, 7))]
    settings.EMAIL_RELAY = sink.relay
    assert pump(NINE + timedelta(days=2, hours=3)) == 1
    text = text_of(sink.accepted[0])
    assert "Anna Berg: had a birthday on Tuesday, 5 May" in text


def test_what_was_missed_for_too_long_is_not_sent_but_kept(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    assert pump(NINE + timedelta(days=4)) == 0
    assert not relay.accepted
    assert Occurrence.objects.too_late().count() == 1


def test_after_days_of_silence_there_is_one_mail(
    relay: Sink, born: Born, follow_up: MakeFollowUp, pump: Pump, user: User
) -> None:
    user.digest = False
    user.save()
    for day in range(3):
        born(TODAY + timedelta(days=day))
        follow_up(TODAY + timedelta(days=day))
    assert pump(NINE + timedelta(days=2, hours=6)) == 1
    assert Occurrence.objects.filter(email__state="sent").count() == 6


def test_after_days_of_silence_only_the_nearest_lead_is_told(relay: Sink, born: Born, pump: Pump) -> None:
    born(TODAY + timedelta(days=7), given="Anna", family="Berg")
    pump(NINE + timedelta(days=7))
    text = text_of(relay.accepted[0])
    assert text.count("Anna Berg: ") == 1
    assert "has a birthday today" in text


def test_late_mail_waits_for_the_owners_hour(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    assert pump(NINE + timedelta(days=1, hours=-3)) == 0
    assert pump(NINE + timedelta(days=1)) == 1


def test_a_new_address_gets_the_mail_that_had_not_left(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    born()
    relay.faults.rcpt = "451 later"
    pump()
    user.email = "new@example.org"
    user.save()
    relay.faults.rcpt = ""
    overdue()
    pump()
    pump()
    assert [mail["To"] for mail in relay.accepted] == ["new@example.org"]


def test_who_moves_east_is_told_at_the_new_hour_and_once(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    born(TODAY + timedelta(days=1))
    pump()
    user.time_zone = "Asia/Tokyo"
    user.save()
    planning.user_changed(user)
    at_nine_in_tokyo = datetime(2026, 5, 6, 0, 0, tzinfo=UTC)
    assert pump(at_nine_in_tokyo - timedelta(minutes=1)) == 0
    assert pump(at_nine_in_tokyo) == 1
    assert pump(at_nine_in_tokyo + timedelta(hours=7)) == 0
    user.time_zone = "America/Los_Angeles"
    user.save()
    planning.user_changed(user)
    assert pump(at_nine_in_tokyo + timedelta(hours=16)) == 0
    assert len(relay.accepted) == 1


def test_who_changes_the_hour_before_it_came_is_written_to_at_the_new_one(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    born()
    user.reminder_hour = 20
    user.save()
    planning.user_changed(user)
    assert pump(NINE) == 0
    assert pump(NINE + timedelta(hours=11)) == 1


def test_names_cannot_add_headers(relay: Sink, born: Born, pump: Pump) -> None:
    born(given="Anna\r\nBcc: everybody@example.org\r\n\r\nHello", family="")
    pump()
    (mail,) = relay.accepted
    assert mail["Bcc"] is None
    assert mail["Subject"] == "Anna Bcc: everybody@example.org Hello has a birthday today"


def test_a_mail_carries_what_mail_programs_ask_for(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    pump()
    (mail,) = relay.accepted
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Id"] == "<digest.localhost>"
    # As it stands on the wire: an encoded address is no address to a mail program.
    unsubscribe = dict(mail.raw_items())["List-Unsubscribe"]
    assert unsubscribe.startswith("<http://localhost:8000/unsubscribe/")
    assert unsubscribe.endswith(">")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["X-Reminder-Id"] in mail["Message-ID"]
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_account_mail_leaves_at_once_and_its_body_is_erased(relay: Sink, pump: Pump, user: User) -> None:
    accountmail.queue(to=user.email, user=user, subject="Your link", text="https://x.test/link/token")
    assert pump(MORNING) == 1
    (mail,) = relay.accepted
    assert "token" in text_of(mail)
    assert mail["List-Unsubscribe"] is None
    email = Email.objects.get()
    assert (email.state, email.text, email.html) == ("sent", "", "")


def test_account_mail_comes_even_to_those_who_want_no_reminders(relay: Sink, pump: Pump, user: User) -> None:
    planning.opt_out(user, OptOut.EVERYTHING)
    accountmail.queue(to=user.email, user=user, subject="Your link", text="x")
    assert pump(MORNING) == 1


def test_account_mail_that_expired_is_not_sent(relay: Sink, pump: Pump, user: User) -> None:
    accountmail.queue(to=user.email, user=user, subject="Your link", text="token")
    assert pump(MORNING + timedelta(days=1, minutes=1)) == 0
    assert Email.objects.values_list("state", "text").get() == ("expired", "")


def test_a_mail_that_kills_its_sender_stops_nobody_else(relay: Sink, born: Born, pump: Pump) -> None:
    born(owner=UserFactory.create())
    born(owner=UserFactory.create())
    planning.plan(NINE)
    poison = Email.objects.order_by("id")[0]
    Email.objects.filter(pk=poison.pk).update(claims=delivery.ALONE_FROM)
    parcels = delivery.claim(uuid4(), NINE)
    assert [parcel.email.pk for parcel in parcels] != [poison.pk]
    Email.objects.filter(pk=poison.pk).update(
        claims=delivery.GIVE_UP_AT, state="pending", lease_token=None, lease_until=None
    )
    delivery.reap()
    poison.refresh_from_db()
    assert poison.state == "failed"


def test_a_nul_in_the_servers_words_is_no_obstacle(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    relay.faults.dot = "451 come\0back"
    pump()
    assert Email.objects.values_list("state", "reply").get() == ("pending", "451 comeback")


class Speechless(trial.TestReminder):
    """A kind with a mistake in it: asked for its words it fails."""

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        raise LookupError("no words")


@pytest.fixture
def speechless() -> Iterator[None]:
    usual = kinds.get(trial.TestReminder.name)
    kinds.register(Speechless())
    yield
    kinds.register(usual)


@pytest.mark.usefixtures("speechless")
def test_a_mail_that_cannot_be_written_stops_nobody_else(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    trial.ask(user, 1)
    planning.plan(NINE)
    born()
    assert pump() == 1
    assert relay.accepted[0]["Subject"].endswith("has a birthday today")
    assert Email.objects.get(kind="test").claims == 1


def test_what_is_wanted_again_leaves_the_same_day_in_the_mail_that_was_closed(
    settings: Settings, sink: Sink, follow_up: MakeFollowUp, pump: Pump, morning: TimeMachineFixture
) -> None:
    letter = follow_up()
    pump()
    letter.complete()
    settings.EMAIL_RELAY = sink.relay
    pump(NINE + timedelta(minutes=20))
    assert state() == "cancelled"
    morning.move_to(NINE + timedelta(minutes=30))
    letter.reopen()
    assert pump(NINE + timedelta(minutes=31)) == 1
    assert pump(NINE + timedelta(days=1)) == 0
    assert len(sink.accepted) == 1


def test_who_deletes_the_account_while_a_mail_leaves_leaves_nothing_behind(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    born()
    relay.on_body = elsewhere(user.delete)
    assert pump() == 1
    assert not Email.objects.exists()


def test_the_database_lets_no_mail_be_claimed_without_a_lease(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    planning.plan(NINE)
    with pytest.raises(IntegrityError, match="holds_a_lease"), transaction.atomic():
        Email.objects.update(state="sending")
    with pytest.raises(IntegrityError, match="passed_the_fence"), transaction.atomic():
        Email.objects.update(state="unknown")


def test_the_database_lets_nobody_rewrite_what_happened(
    relay: Sink, born: Born, pump: Pump, user: User
) -> None:
    born()
    pump()
    with pytest.raises(IntegrityError, match="not rewritten"), transaction.atomic():
        Attempt.objects.update(verdict="unknown")
    with pytest.raises(IntegrityError, match="goes only with its mail"), transaction.atomic():
        Attempt.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE outbox_attempt DISABLE TRIGGER outbox_attempt_is_not_rewritten")
        Attempt.objects.update(at=datetime(2020, 1, 1, tzinfo=UTC))
        cursor.execute("ALTER TABLE outbox_attempt ENABLE TRIGGER outbox_attempt_is_not_rewritten")
    Attempt.objects.all().delete()
    born(TODAY + timedelta(days=1))
    pump(NINE + timedelta(days=1))
    assert Attempt.objects.exists()
    user.delete()
    assert not Attempt.objects.exists()
