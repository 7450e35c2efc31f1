"""The day that is written down is the day that is stored, shown and told, in every zone and every year.

Each example is a whole way: the form, the row, the page, the schedule, the mail. What is expected is counted
here with a calendar alone.
"""

from __future__ import annotations

import calendar
import uuid
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from contacts.models import Contact
from netvalue.outbox import delivery, letters, planning
from netvalue.outbox.models import Email, Schedule
from tests.contacts.writing import form
from tests.factories import UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Kiritimati",  # UTC+14
    "Pacific/Pago_Pago",  # UTC−11
    "Australia/Lord_Howe",  # half an hour of summer
    "Asia/Kathmandu",  # UTC+5:45
    "America/Nuuk",
    "Africa/Casablanca",
]
MONTHS = list(calendar.month_name)


def a_day_in(year: int, month: int, day: int, leap_day: str) -> date:
    if (month, day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28) if leap_day == "feb28" else date(year, 3, 1)
    return date(year, month, day)


def next_told(now: datetime, zone: ZoneInfo, hour: int, month: int, day: int, leap_day: str) -> date:
    """The first day kept whose hour has not struck yet; found by trying the years."""
    for year in range(now.year - 1, now.year + 3):
        kept = a_day_in(year, month, day, leap_day)
        if datetime(kept.year, kept.month, kept.day, hour, tzinfo=zone).astimezone(UTC) > now:
            return kept
    raise AssertionError


def mail_at(user: User, now: datetime) -> tuple[Email, str]:
    """The one mail that leaves then, and its text."""
    planning.plan(now)
    (parcel,) = [it for it in delivery.claim(uuid.uuid4(), now) if it.email.owner == user]
    raw = letters.message(parcel.email, letters.write(parcel.email, parcel.occurrences, now))
    body = message_from_bytes(raw, policy=policy.default).get_body(("plain",))
    assert body is not None
    return parcel.email, str(body.get_content())


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    born=st.dates(date(1904, 1, 1), date(2024, 12, 31)),
    with_year=st.booleans(),
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    usual=st.sampled_from(["feb28", "mar1"]),
    own=st.sampled_from(["", "feb28", "mar1"]),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2033, 12, 31)),  # noqa: DTZ001 -- its zone comes below
)
@example(
    born=date(1984, 2, 29), with_year=True, zone="Pacific/Kiritimati", hour=0, usual="feb28", own="mar1",
    now=datetime(2027, 2, 27, 9, 59),  # noqa: DTZ001
)  # fmt: skip
@example(
    born=date(1984, 2, 29), with_year=False, zone="Pacific/Pago_Pago", hour=23, usual="mar1", own="feb28",
    now=datetime(2028, 2, 28, 12),  # noqa: DTZ001
)  # fmt: skip
@example(
    born=date(1990, 12, 31), with_year=True, zone="America/New_York", hour=0, usual="feb28", own="",
    now=datetime(2026, 12, 31, 23),  # noqa: DTZ001
)  # fmt: skip
@example(
    born=date(2000, 3, 29), with_year=True, zone="Europe/Berlin", hour=2, usual="feb28", own="mar1",
    now=datetime(2026, 3, 28),  # noqa: DTZ001
)  # fmt: skip
def test_stored_shown_and_told_are_one_day(
    *, born: date, with_year: bool, zone: str, hour: int, usual: str, own: str, now: datetime
) -> None:
    now, leap_day = now.replace(tzinfo=UTC), own or usual
    with transaction.atomic(), time_machine.travel(now, tick=False) as clock:
        user = UserFactory.create(time_zone=zone, reminder_hour=hour, leap_day=usual)
        client = Client()
        client.force_login(user)
        said = {
            "birth_day": born.day,
            "birth_month": born.month,
            "birth_year": born.year if with_year else "",
            "leap_day": own,
        }
        response = client.post(reverse("contacts:add"), form(given="Ada", **said))
        contact = Contact.objects.get(owner=user)
        year = born.year if with_year else None
        assert (contact.birth_year, contact.birth_month, contact.birth_day) == (year, born.month, born.day)

        page = client.get(response["Location"]).text
        assert f"{born.day} {MONTHS[born.month]}" in page
        here = now.astimezone(ZoneInfo(zone)).date()
        coming = min(
            day for n in (0, 1) if (day := a_day_in(here.year + n, born.month, born.day, leap_day)) >= here
        )
        assert f"{coming:%A}, {coming.day} {MONTHS[coming.month]}" in page
        assert (f"Turns {coming.year - born.year} on" in page) == (with_year and coming.year > born.year)

        told = next_told(now, ZoneInfo(zone), hour, born.month, born.day, leap_day)
        row = Schedule.objects.get(owner=user, kind="birthday", lead=0)
        assert row.occurrence_on == told
        assert row.next_at.astimezone(ZoneInfo(zone)).date() == told

        Schedule.objects.filter(owner=user, lead=7).delete()
        clock.move_to(row.next_at)
        assert not planning.plan(row.next_at - timedelta(seconds=1))
        email, text = mail_at(user, row.next_at)
        assert email.local_date == told
        if with_year and told.year > born.year:
            assert f"Ada: turns {told.year - born.year} today" in text
        assert "today" in text
        transaction.set_rollback(True)
