"""Where the relay knows a mail by its key, one in doubt goes once more to the last byte, and arrives once."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F
from django.db.models.functions import Now

from netvalue.outbox import accountmail, planning
from netvalue.outbox.events import Events
from netvalue.outbox.idempotency import Idempotency
from netvalue.outbox.models import Attempt, Email, Occurrence, OptOut, PumpState
from netvalue.outbox.postfix_log import PostfixLog
from tests.netvalue.outbox.conftest import NINE, TODAY
from tests.netvalue.outbox.test_crashes import kill_a_sender, leases_run_out
from tests.netvalue.outbox.test_delivery import elsewhere

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from django.test import Client
    from pytest_django import Settings

    from contacts.models import Contact
    from netvalue.accounts.models import User
    from netvalue.outbox.doubts import Doubt, Finding
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    Pump = Callable[..., int]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]

HEADER = "Resend-Idempotency-Key"


@pytest.fixture
def knowing(relay: Sink, settings: Settings) -> Sink:
    """A relay that takes a mail with a key that it knows only once."""
    relay.key_header = HEADER
    settings.EMAIL_IDEMPOTENCY = Idempotency(HEADER, 86_400)
    return relay


def in_doubt() -> Email:
    return Email.objects.get(state="unknown")


def time_goes_by(age: timedelta) -> None:
    Email.objects.filter(state="unknown").update(
        next_try_at=Now(), data_at=F("data_at") - age, last_data_at=F("last_data_at") - age
    )


def never_arrived(sink: Sink) -> None:
    """What hung up has nothing of what it was given."""
    sink.faults.hang_up_after_body = False
    sink.accepted.clear()
    sink.keys.clear()


@pytest.fixture
def doubt(knowing: Sink, born: Born, pump: Pump) -> Contact:
    """Whose birthday is in a mail that may have arrived, and did not."""
    contact = born()
    knowing.faults.hang_up_after_body = True
    pump()
    never_arrived(knowing)
    return contact


def test_a_mail_whose_last_word_was_not_heard_is_known_again(knowing: Sink, born: Born, pump: Pump) -> None:
    born()
    knowing.faults.hang_up_after_body = True
    assert pump() == 0
    first = in_doubt()
    knowing.faults.hang_up_after_body = False
    assert pump(NINE + timedelta(hours=3)) == 1
    assert len(knowing.accepted) == 1
    assert knowing.known_again == [str(knowing.accepted[0][HEADER])]
    email = Email.objects.get()
    assert (email.state, email.sent_at, email.as_sent) == ("sent", first.data_at, None)
    tried = Attempt.objects.order_by("id").values_list("phase", "verdict")
    assert list(tried) == [("body", "unknown"), ("body", "sent")]
    assert pump(NINE + timedelta(hours=4)) == 0


def test_a_mail_that_never_arrived_arrives_now_as_it_was(knowing: Sink, born: Born, pump: Pump) -> None:
    contact = born()
    kill_a_sender("post_fence", knowing)
    leases_run_out()
    assert not knowing.accepted
    kept = Email.objects.values_list("as_sent", flat=True).get()
    assert kept is not None
    # Written anew it would be another mail: somebody has another name now, and it is a day later.
    contact.given = "Somebody else"
    contact.save()
    assert pump(NINE + timedelta(hours=5)) == 1
    assert list(knowing.keys.values()) == [zlib.decompress(kept)]
    assert "Somebody else" not in str(knowing.accepted[0])
    assert Occurrence.objects.get().email == Email.objects.get(state="sent")


@pytest.mark.parametrize("point", ["post_body", "post_250"])
def test_whenever_a_sender_dies_the_relay_has_it_once(
    knowing: Sink, born: Born, pump: Pump, point: str
) -> None:
    born()
    kill_a_sender(point, knowing)
    leases_run_out()
    assert pump() == 1
    assert (len(knowing.accepted), len(knowing.known_again)) == (1, 1)


def test_other_bytes_would_be_noticed(knowing: Sink, born: Born, pump: Pump) -> None:
    """By the relay, which refuses them; the mail is held then, and nobody tries again."""
    born()
    knowing.faults.hang_up_after_body = True
    pump()
    kept = in_doubt().as_sent
    assert kept is not None
    Email.objects.update(as_sent=zlib.compress(zlib.decompress(kept).replace(b"Subject: ", b"Subject: Re ")))
    knowing.faults.hang_up_after_body = False
    assert pump() == 0
    email = in_doubt()
    assert (email.as_sent, email.reply) == (None, "550 5.6.0 another mail came with this key")
    assert pump() == 0
    assert len(knowing.accepted) == 1


def test_once_the_key_may_be_forgotten_it_is_held(knowing: Sink, doubt: Contact, pump: Pump) -> None:
    # The last try has to end before: 120 and 600 seconds.
    Email.objects.update(data_at=Now() - timedelta(seconds=86_400 - 719))
    assert pump() == 0
    assert (len(knowing.accepted), in_doubt().as_sent) == (0, None)


def test_until_shortly_before_it_goes_again(
    knowing: Sink, doubt: Contact, pump: Pump, client: Client, user: User
) -> None:
    client.force_login(user)
    page = client.get(f"/mail/{in_doubt().pk}/").content.decode()
    assert "It goes once more by itself" in page
    assert "Send it once more" not in page
    Email.objects.update(data_at=Now() - timedelta(seconds=86_400 - 780))
    assert pump() == 1
    assert len(knowing.accepted) == 1


def test_what_stays_in_doubt_is_tried_ever_more_rarely_and_keeps_its_time(
    knowing: Sink, born: Born, pump: Pump
) -> None:
    born()
    knowing.faults.hang_up_after_body = True
    pump()
    data_at = in_doubt().data_at
    knowing.faults = type(knowing.faults)(dot="451 4.3.0 not now")
    waits = []
    for _ in range(3):
        Email.objects.update(next_try_at=Now())
        assert pump() == 0
        assert pump() == 0, "not before its time"
        email = in_doubt()
        assert (email.data_at, email.as_sent is not None) == (data_at, True)
        waited = Email.objects.annotate(wait=F("next_try_at") - Now()).values_list("wait", flat=True).get()
        waits.append(round(waited / timedelta(minutes=1)))
    assert waits == [1, 5, 15]
    knowing.faults = type(knowing.faults)()
    time_goes_by(timedelta(0))
    assert pump() == 1
    assert len(knowing.accepted) == 1


def test_nothing_goes_again_that_is_no_longer_wanted(
    knowing: Sink, doubt: Contact, pump: Pump, user: User
) -> None:
    planning.opt_out(user, "birthday")
    assert pump() == 0
    assert (len(knowing.accepted), in_doubt().as_sent) == (0, None)


def test_a_word_that_comes_while_it_is_handed_over_counts(
    knowing: Sink, doubt: Contact, pump: Pump, user: User
) -> None:
    knowing.on_data = elsewhere(lambda: OptOut.objects.create(owner=user, kind=OptOut.EVERYTHING))
    assert pump() == 0
    knowing.on_data = lambda: None
    time_goes_by(timedelta(0))
    assert pump() == 0
    assert (len(knowing.accepted), in_doubt().as_sent) == (0, None)


def test_what_took_too_long_goes_at_its_next_turn(knowing: Sink, doubt: Contact, pump: Pump) -> None:
    a_second_ago = Now() - timedelta(seconds=1)
    knowing.on_data = elsewhere(
        lambda: Email.objects.filter(state="sending").update(lease_until=a_second_ago)
    )
    assert pump() == 0
    knowing.on_data = lambda: None
    Email.objects.filter(state="sending").update(lease_until=a_second_ago)
    assert pump() == 0
    time_goes_by(timedelta(0))
    assert pump() == 1
    assert len(knowing.accepted) == 1


def test_nothing_goes_again_to_an_address_of_before(
    knowing: Sink, doubt: Contact, pump: Pump, user: User
) -> None:
    user.email = "moved@example.org"
    user.save()
    assert pump() == 0
    assert (len(knowing.accepted), in_doubt().as_sent) == (0, None)


def test_of_a_relay_that_knows_no_keys_any_more_nothing_is_kept(
    knowing: Sink, doubt: Contact, pump: Pump, settings: Settings
) -> None:
    settings.EMAIL_IDEMPOTENCY = None
    pump(NINE + timedelta(days=2))
    assert in_doubt().as_sent is None


def test_nothing_goes_again_of_somebody_who_was_removed(knowing: Sink, doubt: Contact, pump: Pump) -> None:
    doubt.remove()
    assert pump() == 0
    assert (len(knowing.accepted), in_doubt().as_sent) == (0, None)


def test_at_night_it_waits_for_the_morning(knowing: Sink, doubt: Contact, pump: Pump) -> None:
    evening = NINE + timedelta(hours=14)
    assert pump(evening) == 0
    assert not knowing.accepted
    waits = Email.objects.annotate(wait=F("next_try_at") - Now()).values_list("wait", flat=True).get()
    assert round(waits / timedelta(hours=1)) == 8


def test_a_letter_about_the_account_goes_again_while_it_is_worth_something(
    knowing: Sink, pump: Pump, user: User
) -> None:
    for n, lasts in enumerate([timedelta(hours=3), timedelta(hours=2)]):
        accountmail.queue(
            to=user.email, user=user, subject=f"Link {n}", text="https://x.test/token", valid_for=lasts
        )
    knowing.faults.hang_up_after_body = True
    pump()
    never_arrived(knowing)
    later = Email.objects.order_by("expires_at").values_list("expires_at", flat=True)[0]
    assert pump(later) == 1
    assert [str(mail["Subject"]) for mail in knowing.accepted] == ["Link 0"]
    assert Email.objects.filter(text="").count() == 2


def test_a_pause_and_a_restored_database_hold_it_too(knowing: Sink, doubt: Contact, pump: Pump) -> None:
    PumpState.objects.update(paused_until=Now() + timedelta(minutes=1))
    assert pump() == 0
    PumpState.objects.update(paused_until=None, went_back_at=Now())
    assert pump() == 0
    assert not knowing.accepted
    PumpState.objects.update(went_back_at=None)
    assert pump() == 1


def test_without_a_key_no_bytes_are_kept(relay: Sink, born: Born, pump: Pump) -> None:
    born()
    relay.faults.hang_up_after_body = True
    pump()
    assert in_doubt().as_sent is None
    assert "Key" not in str(relay.accepted[0].keys())


def test_each_mail_has_a_key_of_its_own_and_no_bytes_stay(knowing: Sink, born: Born, pump: Pump) -> None:
    born()
    born(TODAY + timedelta(days=1))
    assert pump() == 1
    assert pump(NINE + timedelta(days=1)) == 1
    assert len(knowing.keys) == 2
    assert not Email.objects.exclude(as_sent=None).exists()


# --- Beside a witness, its absence counts from the last time that it went --------------------------------


@pytest.fixture
def unseen(settings: Settings, tmp_path: Path) -> PostfixLog:
    """A witness who was awake all the time and has seen nothing, or not yet."""
    log = tmp_path / "mail.log"
    log.write_text(
        "".join(f"{year}-01-01T00:00:00+00:00 x postfix/qmgr[1]: A: removed\n" for year in (2000, 2099))
    )
    settings.EMAIL_PROBE = witness = PostfixLog(log)
    return witness


def goes_again(knowing: Sink, pump: Pump) -> None:
    """The relay takes it, and its last word is not heard once more."""
    PumpState.objects.update(paused_until=None)
    knowing.faults.hang_up_after_body = True
    assert pump() == 0
    knowing.faults.hang_up_after_body = False
    assert len(knowing.accepted) == 1


def only_asked(pump: Pump, *, age: timedelta = timedelta(0)) -> None:
    """Time goes by, and nothing leaves while others are asked."""
    time_goes_by(age)
    PumpState.objects.update(paused_until=Now() + timedelta(minutes=1))
    assert pump() == 0
    PumpState.objects.update(paused_until=None)


def arrives_once(knowing: Sink, pump: Pump) -> None:
    """What was written anew would have another key."""
    assert in_doubt().as_sent is not None
    time_goes_by(timedelta(0))
    assert pump(NINE + timedelta(hours=1)) == 1
    assert (len(knowing.accepted), len(knowing.known_again)) == (1, 1)


def test_what_went_again_just_now_is_not_absent_yet(
    knowing: Sink, unseen: PostfixLog, doubt: Contact, pump: Pump
) -> None:
    assert in_doubt().witness == unseen.name
    time_goes_by(timedelta(hours=8))
    goes_again(knowing, pump)
    only_asked(pump, age=timedelta(minutes=14))
    arrives_once(knowing, pump)


def test_what_did_not_arrive_when_it_went_again_either_is_absent_at_last(
    knowing: Sink, unseen: PostfixLog, doubt: Contact, pump: Pump
) -> None:
    time_goes_by(timedelta(hours=8))
    goes_again(knowing, pump)
    never_arrived(knowing)
    only_asked(pump, age=timedelta(minutes=16))
    email = Email.objects.get()
    assert (email.state, email.data_at, email.last_data_at) == ("pending", None, None)
    assert pump() == 1
    assert len(knowing.accepted) == 1


def test_what_goes_again_while_a_witness_is_asked_is_not_settled_by_the_answer(
    knowing: Sink, unseen: PostfixLog, doubt: Contact, pump: Pump, settings: Settings
) -> None:
    class Slow(PostfixLog):
        def ask(self, doubts: Sequence[Doubt]) -> Mapping[str, Finding]:
            found = unseen.ask(doubts)
            Email.objects.update(next_try_at=Now())
            goes_again(knowing, pump)
            return found

    settings.EMAIL_PROBE = Slow(unseen.path)
    only_asked(pump, age=timedelta(hours=8))
    arrives_once(knowing, pump)


def test_what_went_again_without_its_witness_is_never_absent_for_it(
    knowing: Sink, unseen: PostfixLog, doubt: Contact, pump: Pump, settings: Settings
) -> None:
    settings.EMAIL_PROBE = None
    goes_again(knowing, pump)
    settings.EMAIL_PROBE = unseen
    only_asked(pump, age=timedelta(hours=8))
    arrives_once(knowing, pump)


def test_a_later_mail_shows_nothing_about_one_that_went_again_after_it(
    knowing: Sink, born: Born, pump: Pump, settings: Settings
) -> None:
    settings.EMAIL_PROBE = Events("brevo", "user", "password")
    born()
    born(TODAY + timedelta(days=1))
    knowing.faults.hang_up_after_body = True
    pump()
    never_arrived(knowing)
    Email.objects.update(next_try_at=Now() + timedelta(hours=1))
    assert pump(NINE + timedelta(days=1)) == 1
    knowing.accepted.clear()
    ago = timedelta(hours=11)
    Email.objects.filter(state="sent").update(data_at=F("data_at") - ago, taken_at=Now() - ago)
    time_goes_by(ago)
    goes_again(knowing, pump)
    only_asked(pump, age=timedelta(hours=1))
    arrives_once(knowing, pump)
