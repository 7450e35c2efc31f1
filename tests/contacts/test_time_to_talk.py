"""With whom it would be time to talk again, and what one promised: from the form to the mail, each once."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from contacts import reminders
from contacts.around import Around
from contacts.giving import comes_up_on
from contacts.models import BulkChange, Contact, Favour, Interaction
from contacts.reminding.promises import promise_line
from netvalue.outbox import delivery, letters, mailbox, planning
from netvalue.outbox.models import Email, Occurrence, Schedule
from tests.contacts.writing import form
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

# Noon in Berlin: the hour at which mails leave has passed.
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
TODAY = date(2026, 3, 2)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


class Days:
    """Lets days pass and reads the mails that leave on each."""

    def __init__(self, clock: time_machine.Traveller, user: User) -> None:
        self.clock, self.user = clock, user

    def mails_on(self, day: date) -> list[str]:
        """What leaves at noon of that day."""
        now = NOW + (day - TODAY)
        self.clock.move_to(now)
        planning.plan(now)
        parcels = delivery.claim(uuid.uuid4(), now)
        Email.objects.filter(pk__in=[parcel.email.pk for parcel in parcels]).update(
            state=Email.State.SENT, sent_at=now, data_at=now, lease_token=None, lease_until=None
        )
        drafts = letters.drafts(((it.email, it.occurrences) for it in parcels), now)
        return [drafts[it.email.pk].written().text for it in parcels]

    def told_until(self, day: date) -> list[date]:
        """The days, up to that one, on which a mail leaves."""
        today = datetime.now(UTC).date()
        ahead = [today + timedelta(days=n + 1) for n in range((day - today).days)]
        return [each for each in ahead if self.mails_on(each)]


@pytest.fixture
def days(clock: time_machine.Traveller, user: User) -> Days:
    return Days(clock, user)


def add(client: Client, **fields: Any) -> Contact:
    response = client.post(reverse("contacts:add"), form(**fields))
    assert response.status_code == 303
    return Contact.objects.latest("pk")


def talk(who: Contact, day: date) -> Interaction:
    when = Around.on(day)
    return Interaction.objects.note(who.owner, [who], uuid.uuid4(), when=when, kind="call")


def next_on(who: Contact) -> date | None:
    """The day on which they are told next."""
    return Schedule.objects.filter(kind="rhythm", object_id=who.pk).values_list("next_on", flat=True).first()


def after(n: int) -> date:
    return TODAY + timedelta(days=n)


# ---- time to talk again


def test_somebody_with_a_rhythm_is_told_once_on_the_day_it_is_time(signed_in: Client, days: Days) -> None:
    ada = add(signed_in, given="Ada", rhythm="14")
    assert next_on(ada) == after(14)
    assert "you wanted to talk every two weeks" in signed_in.get(reverse("outbox:reminders")).text
    assert days.told_until(after(13)) == []
    (text,) = days.mails_on(after(14))
    assert "Ada: you wanted to talk every two weeks" in text
    assert days.told_until(after(40)) == []
    assert mailbox.coming(ada.owner).reminders == []


def test_a_conversation_moves_it_and_the_next_time_is_told_again(signed_in: Client, days: Days) -> None:
    ada = add(signed_in, given="Ada", rhythm="14")
    assert days.told_until(after(15)) == [after(14)]
    signed_in.force_login(ada.owner)
    signed_in.post(
        reverse("contacts:talk_with", args=[ada.uid]),
        {"token": str(uuid.uuid4()), "kind": "call", "people": [str(ada.uid)], "when": "today"},
    )
    assert next_on(ada) == after(15 + 14)
    assert days.told_until(after(40)) == [after(29)]


def test_one_written_down_late_moves_nothing_back(user: User, days: Days) -> None:
    ada = ContactFactory.create(owner=user, rhythm_days=14)
    ada.keep()
    talk(ada, TODAY)
    talk(ada, after(-60))
    assert next_on(ada) == after(14)


def test_the_conversation_before_counts_when_the_newest_goes(user: User, days: Days) -> None:
    ada = ContactFactory.create(owner=user, rhythm_days=14)
    ada.keep()
    talk(ada, after(-10))
    newest = talk(ada, TODAY)
    assert next_on(ada) == after(14)
    newest.remove()
    assert next_on(ada) == after(4)
    newest.bring_back()
    assert next_on(ada) == after(14)
    newest.correct([ada], when=Around.on(after(-2)), kind="call")
    assert next_on(ada) == after(12)
    other = ContactFactory.create(owner=user, rhythm_days=7)
    other.keep()
    newest.correct([other], when=Around.on(after(-2)), kind="call")
    assert (next_on(ada), next_on(other)) == (after(4), after(5))


def test_who_was_told_is_not_told_again_because_something_was_corrected(user: User, days: Days) -> None:
    ada = ContactFactory.create(owner=user, rhythm_days=14)
    ada.keep()
    assert days.told_until(after(15)) == [after(14)]
    for rhythm in (10, 7, None, 13):
        ada.rhythm_days = rhythm
        ada.keep()
    newest = talk(ada, after(15))
    newest.remove()
    ada.archive()
    ada.restore()
    assert days.told_until(after(30)) == []
    ada.rhythm_days = 40
    ada.keep()
    assert days.told_until(after(41)) == [after(40)]


@pytest.mark.parametrize(
    "quiet",
    [
        Contact.archive,
        Contact.hide,
        Contact.remove,
        lambda who: Contact.objects.filter(pk=who.pk).update(deceased=True),
        lambda who: Contact.objects.filter(pk=who.pk).update(rhythm_days=None),
        lambda who: Contact.objects.filter(pk=who.pk).update(paused=True),
        lambda who: talk(who, TODAY),
        lambda who: who.rest(date(2027, 1, 1)),
    ],
    ids=["archived", "hidden", "removed", "died", "no rhythm", "paused", "talked", "not now"],
)
def test_who_is_not_due_any_more_when_the_mail_is_composed_is_not_told(
    user: User, clock: time_machine.Traveller, quiet: Callable[[Contact], None]
) -> None:
    ada = ContactFactory.create(owner=user, rhythm_days=7)
    Contact.objects.filter(pk=ada.pk).update(created_at=NOW - timedelta(days=300))
    ada.refresh_from_db()
    ada.keep()
    later = NOW + timedelta(hours=22)
    clock.move_to(later)
    planning.plan(later)
    assert delivery.claim(uuid.uuid4(), later)[0].occurrences
    # It was about to leave.
    quiet(ada)
    Email.objects.waiting().release()
    assert not delivery.claim(uuid.uuid4(), later)


def test_not_now_is_asked_again_on_the_day_it_was_put_off_to(signed_in: Client, days: Days) -> None:
    ada = add(signed_in, given="Ada", rhythm="14")
    assert days.told_until(after(14)) == [after(14)]
    signed_in.force_login(ada.owner)
    signed_in.post(reverse("contacts:not_now", args=[ada.uid]), {"pause": "week"})
    until = Contact.objects.get().paused_until
    assert until
    assert next_on(ada) == until
    assert days.told_until(after(60)) == [until]
    Contact.objects.get().go_on()
    assert next_on(ada) is None


def test_three_hundred_at_once_are_one_mail_that_names_five(user: User, days: Days) -> None:
    user.digest = False
    user.save()
    long_ago = NOW - timedelta(days=400)
    rows = [Contact(owner=user, given=f"Given{n:03}", closeness=n % 5) for n in range(300)]
    people = Contact.objects.bulk_create(rows)
    Contact.objects.update(created_at=long_ago)
    change = BulkChange.objects.begin(
        user, Contact.objects.of(user), uuid.uuid4(), "all", action="rhythm", rhythm_days=30
    )
    assert change.done == 300
    assert Schedule.objects.filter(kind="rhythm").count() == 300
    assert len(mailbox.coming(user).reminders) == 6
    (text,) = days.mails_on(after(1))
    named = [who for who in people if who.given in text]
    assert [who.closeness for who in named] == [4] * 5
    assert "295 more people: you wanted to talk with them again, too" in text
    assert "/contacts/?rhythm=due" in text
    # All of them have been told, and are told no more.
    assert Occurrence.objects.filter(kind="rhythm", email__state="sent").count() == 300
    assert days.told_until(after(50)) == []


def test_six_are_named_rather_than_five_and_one_more_person(user: User, days: Days) -> None:
    for _ in range(6):
        ContactFactory.create(owner=user, rhythm_days=7).keep()
    (text,) = days.mails_on(after(7))
    assert text.count("you wanted to talk every week") == 6
    assert "more pe" not in text


def test_in_single_mails_each_person_is_named(user: User, days: Days) -> None:
    user.digest = False
    user.save()
    people = [ContactFactory.create(owner=user, given=f"Given{n}", rhythm_days=7) for n in range(8)]
    for who in people:
        who.keep()
    foretold = [it.line.who for it in mailbox.coming(user).reminders]
    mails = days.mails_on(after(7))
    assert len(mails) == len(foretold) == 8
    for who in people:
        assert sum(who.given in text for text in mails) == 1
        assert sum(who.given in name for name in foretold) == 1


def test_changing_many_costs_as_much_as_changing_one(
    user: User, clock: time_machine.Traveller, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    long_ago = NOW - timedelta(days=400)
    rows = [Contact(owner=user, given=f"Given{n}", rhythm_days=7 + n % 3 * 500) for n in range(2500)]
    people = [who.pk for who in Contact.objects.bulk_create(rows)]
    Contact.objects.update(created_at=long_ago)
    for some in (people[:1], people):
        with django_assert_num_queries(7):
            reminders.rhythm_changed(user, some)
    assert Schedule.objects.filter(kind="rhythm").count() == 2500
    Contact.objects.update(rhythm_days=None)
    for some in (people[:1], people):
        with django_assert_num_queries(5):
            reminders.rhythm_changed(user, some)
    assert not Schedule.objects.filter(kind="rhythm").exists()


def test_the_zone_decides_the_day(user: User, clock: time_machine.Traveller) -> None:
    ada = ContactFactory.create(owner=user, rhythm_days=7)
    clock.move_to(datetime(2026, 3, 2, 22, 30, tzinfo=UTC))
    Contact.objects.update(created_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    ada.refresh_from_db()
    ada.keep()
    assert next_on(ada) == date(2026, 3, 10)
    user.time_zone = "America/New_York"
    user.save()
    planning.user_changed(user)
    assert next_on(ada) == date(2026, 3, 9)


# ---- what one promised


@pytest.mark.parametrize(
    ("kind", "due_on", "expected"),
    [
        ("help", None, date(2026, 3, 16)),
        ("help", date(2026, 3, 5), date(2026, 3, 5)),
        ("loan", None, date(2026, 6, 1)),
        ("loan", date(2027, 1, 1), date(2027, 1, 1)),
    ],
)
def test_when_a_promise_comes_up(kind: str, due_on: date | None, expected: date) -> None:
    assert comes_up_on(kind, TODAY, due_on) == expected


def promise(client: Client, who: Contact, said_as: str = "promised", due: date | None = None) -> Favour:
    client.post(
        reverse("contacts:favour_with", args=[who.uid]),
        {
            "token": str(uuid.uuid4()),
            "said_as": said_as,
            "what": "The recipe",
            "day": TODAY.isoformat(),
            "due_on": due.isoformat() if due else "",
        },
    )
    return Favour.objects.latest("pk")


def test_a_promise_is_told_once_and_never_what_it_was(signed_in: Client, user: User, days: Days) -> None:
    ada = add(signed_in, given="Ada")
    promise(signed_in, ada, due=after(3))
    (text,) = days.mails_on(after(3))
    assert "Ada: you promised something for today" in text
    assert "recipe" not in text
    assert "promise" not in letters.write(Email.objects.get(), list(Occurrence.objects.all()), NOW).subject
    assert days.told_until(after(60)) == []


def test_three_hundred_old_promises_are_one_mail_that_names_five(user: User, days: Days) -> None:
    """As after an update, or after importing what was noted elsewhere."""
    user.digest = False
    user.save()
    people = ContactFactory.create_batch(60, owner=user)
    made = [
        Favour.objects.note(
            who, uuid.uuid4(), direction="given", kind="help", state="open", what="Plums",
            day=after(-400 - n), due_on=after(-n) if n % 25 == 7 else None,
        )
        for n, who in enumerate(people * 5)
    ]  # fmt: skip
    (text,) = days.mails_on(after(1))
    told = [line.strip("- ").partition(":")[0] for line in text.splitlines() if line.startswith("- ")]
    # Those with a day to keep, and of these the oldest; in a mail the nearest come first.
    first = [made[n].contact.display for n in range(182, 283, 25)]
    assert told == [*first, "295 more"]
    assert "295 more: promised or borrowed, and still open" in text
    assert "http://localhost:8000/contacts/giving/" in text
    # All of them have been told, and are told no more.
    assert Occurrence.objects.filter(kind="promise", email__state="sent").count() == 300
    assert days.told_until(after(40)) == []
    assert "295 more" not in str(mailbox.coming(user).reminders)


def test_six_promises_are_named_rather_than_five_and_one_more(user: User, days: Days) -> None:
    for who in ContactFactory.create_batch(6, owner=user):
        Favour.objects.note(
            who, uuid.uuid4(), direction="given", kind="help", state="open", what="Plums", day=after(-20)
        )
    (text,) = days.mails_on(after(1))
    assert text.count("you promised something") == 6
    assert "more:" not in text


@pytest.mark.parametrize("fields", [{"is_business": True}, {"kind": "organisation"}])
def test_with_whom_it_is_only_business_one_is_reminded_to_talk_as_well(
    user: User, days: Days, fields: dict[str, Any]
) -> None:
    """Nobody has a rhythm unless one chose it for them."""
    ContactFactory.create(owner=user, given="", organisation="Berg & Co", **fields, rhythm_days=7).keep()
    ContactFactory.create(owner=user, given="Without", **fields).keep()
    (text,) = days.mails_on(after(7))
    assert "you wanted to talk every week" in text
    assert "Without" not in text


@pytest.mark.parametrize("said_as", ["helped", "was-helped", "was-promised", "lent"])
def test_what_waits_for_others_is_not_told(signed_in: Client, user: User, days: Days, said_as: str) -> None:
    ada = add(signed_in, given="Ada")
    promise(signed_in, ada, said_as, after(3))
    assert not Schedule.objects.filter(kind="promise").exists()
    assert days.told_until(after(20)) == []


def test_what_is_kept_is_not_told_and_what_is_open_after_all_is(
    signed_in: Client, user: User, days: Days
) -> None:
    ada = add(signed_in, given="Ada")
    it = promise(signed_in, ada)
    for verb, planned in [
        ("favour_kept", False),
        ("favour_open", True),
        ("favour_partly", True),
        ("favour_remove", False),
    ]:
        signed_in.post(reverse(f"contacts:{verb}", args=[it.pk]))
        assert Schedule.objects.filter(kind="promise").exists() == planned, verb
    signed_in.post(reverse("contacts:bring_back", args=["favours", it.pk]))
    assert days.told_until(after(30)) == [after(14)]


def test_a_day_that_is_moved_on_is_told_then(signed_in: Client, user: User, days: Days) -> None:
    ada = add(signed_in, given="Ada")
    it = promise(signed_in, ada, due=after(3))
    planning.plan(NOW + timedelta(days=3))
    it.correct(it.said, due_on=after(9))
    assert days.told_until(after(20)) == [after(9)]


@pytest.mark.parametrize(
    ("fields", "day", "english", "german"),
    [
        ({"due_on": TODAY}, TODAY, "you promised something for today", "für heute hast du etwas versprochen"),
        (
            {"due_on": TODAY}, after(2),
            "you promised something for 2 March", "für den 2. März hast du etwas versprochen",
        ),
        (
            {}, after(14),
            "you promised something on 2 March, and it is open",
            "am 2. März hast du etwas versprochen; es ist noch offen",
        ),
        (
            {"kind": "loan"}, after(400),
            "what you borrowed on 2 March 2026 is still with you",
            "was du dir am 2. März 2026 geliehen hast, ist noch bei dir",
        ),
        (
            {"kind": "loan", "due_on": TODAY}, TODAY,
            "what you borrowed is to be back today", "was du dir geliehen hast, soll heute zurück sein",
        ),
        (
            {"kind": "loan", "due_on": TODAY}, after(1),
            "what you borrowed was to be back on 2 March",
            "was du dir geliehen hast, sollte am 2. März zurück sein",
        ),
    ],
)  # fmt: skip
def test_how_what_waits_is_said(
    user: User, fields: dict[str, Any], day: date, english: str, german: str
) -> None:
    ada = ContactFactory.build(owner=user, given="Ada", family="X")
    it = Favour(contact=ada, what="The recipe", day=TODAY, **{"kind": "help", **fields})
    with translation.override("en"):
        assert promise_line(it, day).what == english
        assert promise_line(it, day).subject == "A reminder about Ada X"
    with translation.override("de"):
        assert promise_line(it, day).what == german
