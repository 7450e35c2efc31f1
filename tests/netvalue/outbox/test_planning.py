"""What is planned, by how many questions, and what waits for what."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts import reminders
from netvalue.outbox import addresses, delivery, envelopes, planning
from netvalue.outbox.localtime import instant, local_day
from netvalue.outbox.models import Email, Occurrence, Schedule
from tests.factories import ContactFactory, UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from contacts.models import Contact
    from netvalue.accounts.models import User

    Born = Callable[..., Contact]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("morning")]


def test_a_hundred_birthdays_ask_no_more_questions_than_ten(born: Born) -> None:
    asked = []
    for crowd, now in ((10, NINE), (100, NINE + timedelta(days=1))):
        owner = UserFactory.create()
        for n in range(crowd):
            day = TODAY + timedelta(days=(now - NINE).days)
            born(day, owner=owner if n % 2 else UserFactory.create())
        with CaptureQueriesContext(connection) as queries:
            assert planning.plan(now) >= crowd
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_nothing_leaves_while_something_of_the_same_owner_is_still_to_be_planned(born: Born) -> None:
    born()
    planning.plan(NINE)
    born(TODAY + timedelta(days=1))
    Schedule.objects.filter(last_occurrence_on=None, lead=0).update(next_at=NINE)
    assert delivery.claim(uuid4(), NINE) == []
    planning.plan(NINE)
    (parcel,) = delivery.claim(uuid4(), NINE)
    assert len(parcel.occurrences) == 2


def test_an_occurrence_is_in_one_mail_only(born: Born) -> None:
    born()
    planning.plan(NINE)
    (parcel,) = delivery.claim(uuid4(), NINE)
    assert [o.email_id for o in Occurrence.objects.all()] == [parcel.email.pk]
    assert delivery.claim(uuid4(), NINE) == []


def test_what_was_due_while_nobody_planned_is_told_though_its_person_was_saved_meanwhile(born: Born) -> None:
    contact, other = born(), born(TODAY + timedelta(days=1))
    with time_machine.travel(NINE + timedelta(days=1, hours=1), tick=False) as clock:
        for someone in (contact, other):
            someone.notes = "Likes tea."
            someone.keep()
        planning.plan(NINE + timedelta(days=1, hours=2))
        assert Occurrence.objects.filter(lead=0).count() == 2
        clock.shift(timedelta(hours=2))
        contact.birth_day = TODAY.day - 1
        contact.keep()
        assert Schedule.objects.get(object_id=contact.pk, lead=0).occurrence_on == date(2027, 5, 4)


def test_a_day_that_was_corrected_into_the_past_waits_for_next_year(born: Born) -> None:
    contact = born()
    with time_machine.travel(NINE + timedelta(days=3), tick=False):
        contact.birth_day = TODAY.day + 1
        contact.keep()
    assert Schedule.objects.get(lead=0).occurrence_on == date(2027, 5, 6)


ZONES = ["Pacific/Kiritimati", "Asia/Tokyo", "Europe/Berlin", "America/New_York", "America/Los_Angeles"]
moves = st.lists(st.tuples(st.sampled_from(ZONES), st.integers(0, 23), st.integers(1, 40)), max_size=6)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=moves)
def test_however_somebody_travels_each_birthday_is_told_once_and_never_before_their_hour(
    user: User, moves: list[tuple[str, int, int]]
) -> None:
    Occurrence.objects.all().delete()
    Email.objects.all().delete()
    Schedule.objects.all().delete()
    user.time_zone, user.reminder_hour = "Europe/Berlin", 9
    user.save()
    contact = ContactFactory.create(owner=user, birth_month=5, birth_day=6)
    reminders.birthday_changed(contact)
    now = datetime(2026, 5, 5, 6, tzinfo=UTC)
    for zone, hour, hours_later in [*moves, ("Europe/Berlin", 9, 200)]:
        now += timedelta(hours=hours_later)
        known = set(Email.objects.values_list("pk", flat=True))
        planning.plan(now)
        for email in Email.objects.exclude(pk__in=known):
            assert email.local_date == local_day(now, user.zone)
            assert instant(email.local_date, user.reminder_hour, user.zone) <= now
        user.time_zone, user.reminder_hour = zone, hour
        user.save()
        planning.user_changed(user)
    assert Occurrence.objects.filter(lead=0, occurrence_on__year=2026).count() == 1


def test_what_became_of_mails_is_asked_of_those_alone_whose_address_was_refused() -> None:
    outcomes = {"gone": (True, True), "back": (True, False), "once": (True,), "well": (False, False, False)}
    for name, refused in outcomes.items():
        owner = UserFactory.create(email=f"{name}@example.org")
        for n, nobody in enumerate(refused):
            day = TODAY + timedelta(days=n)
            envelopes.new(
                owner=owner, recipient=owner.email, day=day, kind="digest", nobody_there=nobody,
                state="failed" if nobody else "sent", sent_at=None if nobody else NINE,
            ).save()  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        dead = addresses.dead([f"{name}@example.org" for name in outcomes])
    assert dead == {"gone@example.org"}
    assert "well@example.org" not in asked[-1]["sql"]
