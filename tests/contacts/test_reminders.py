"""Who is reminded of what and when, as contacts and follow-ups change."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse

from contacts import reminders
from contacts.models import Contact, ImportantDate
from netvalue.outbox import delivery, planning
from netvalue.outbox.models import Email, Occurrence, Schedule
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def born(owner: User, month: int | None, day: int | None, **fields: object) -> Contact:
    contact = ContactFactory.create(owner=owner, birth_month=month, birth_day=day, **fields)
    reminders.birthday_changed(contact)
    return contact


def reminded(now: datetime) -> set[str]:
    """Of which kinds the mails are that would leave now."""
    with time_machine.travel(now, tick=False):
        planning.plan(now)
        return {it.kind for parcel in delivery.claim(uuid4(), now) for it in parcel.occurrences}


def sources(parcel: delivery.Parcel) -> set[tuple[str, int]]:
    """What is told; a day and its announcement that both come late are one."""
    return {(it.kind, it.object_id) for it in parcel.occurrences}


def told(kind: str = "birthday") -> list[tuple[int, str]]:
    """What comes next: days ahead, and the instant in Berlin's nine o'clock terms."""
    rows = Schedule.objects.filter(kind=kind).order_by("lead")
    return [(row.lead, row.next_at.strftime("%Y-%m-%dT%H:%M")) for row in rows]


@pytest.mark.parametrize(
    ("now", "month", "day", "expected"),
    [
        # In Berlin, nine o'clock is seven UTC in summer and eight in winter.
        ("2026-05-01T00:00", 5, 20, [(0, "2026-05-20T07:00"), (7, "2026-05-13T07:00")]),
        ("2026-12-20T00:00", 1, 3, [(0, "2027-01-03T08:00"), (7, "2026-12-27T08:00")]),
        # Today, before the hour and after it.
        ("2026-05-20T06:59", 5, 20, [(0, "2026-05-20T07:00"), (7, "2027-05-13T07:00")]),
        ("2026-05-20T07:00", 5, 20, [(0, "2027-05-20T07:00"), (7, "2027-05-13T07:00")]),
        # Within the week: the announcement is past, the day itself is not.
        ("2026-05-16T12:00", 5, 20, [(0, "2026-05-20T07:00"), (7, "2027-05-13T07:00")]),
        ("2026-12-28T12:00", 1, 3, [(0, "2027-01-03T08:00"), (7, "2027-12-27T08:00")]),
        # 29 February is kept on the 28th in common years.
        ("2027-01-01T00:00", 2, 29, [(0, "2027-02-28T08:00"), (7, "2027-02-21T08:00")]),
        ("2028-01-01T00:00", 2, 29, [(0, "2028-02-29T08:00"), (7, "2028-02-22T08:00")]),
    ],
)
def test_when_a_birthday_is_told(
    user: User, now: str, month: int, day: int, expected: list[tuple[int, str]]
) -> None:
    with time_machine.travel(at(now), tick=False):
        born(user, month, day)
    assert told() == expected


@pytest.mark.parametrize(("month", "day"), [(5, None), (None, None)])
def test_a_date_without_its_day_is_not_told(user: User, month: int | None, day: int | None) -> None:
    born(user, month, day, birth_year=1986)
    assert told() == []


@time_machine.travel(at("2026-05-01T00:00"), tick=False)
def test_a_corrected_birthday_is_told_on_its_new_day_only(user: User) -> None:
    contact = born(user, 5, 20)
    contact.birth_day = 21
    reminders.birthday_changed(contact)
    assert told() == [(0, "2026-05-21T07:00"), (7, "2026-05-14T07:00")]
    contact.birth_month = contact.birth_day = None
    reminders.birthday_changed(contact)
    assert told() == []


@pytest.mark.parametrize("moved_to", [15, 19, 20, 21, 31])
def test_a_birthday_corrected_after_its_announcement_breaks_nothing(user: User, moved_to: int) -> None:
    with time_machine.travel(at("2026-05-01T00:00"), tick=False):
        contact = born(user, 5, 20)
    planning.plan(at("2026-05-13T08:00"))
    contact.birth_day = moved_to
    contact.save()
    for zone in ("America/Los_Angeles", "Pacific/Kiritimati"):
        with time_machine.travel(at("2026-05-13T09:00"), tick=False):
            user.time_zone = zone
            user.save()
            planning.user_changed(user)
            reminders.birthday_changed(contact)
    assert {row.occurrence_on.day for row in Schedule.objects.all()} == {moved_to}


PUTTING_AWAY = pytest.mark.parametrize(
    ("put_away", "take_back"),
    [
        (Contact.archive, Contact.restore),
        (Contact.hide, Contact.show),
        (Contact.remove, Contact.bring_back),
    ],
    ids=["archive", "hide", "remove"],
)


def with_everything(owner: User) -> Contact:
    """Somebody with a birthday, another date and a follow-up on one day."""
    with time_machine.travel(at("2026-05-01T00:00"), tick=False):
        contact = born(owner, 5, 20)
        ImportantDate(owner=owner, contact=contact, label="Name day", on_month=5, on_day=20).keep()
        FollowUpFactory.build(owner=owner, contact=contact, due_on=date(2026, 5, 20)).keep()
    return contact


@PUTTING_AWAY
def test_who_is_put_away_is_not_told_and_who_comes_back_is(
    user: User, put_away: Callable[[Contact], None], take_back: Callable[[Contact], None]
) -> None:
    contact = with_everything(user)
    put_away(contact)
    assert reminded(at("2026-05-20T08:00")) == set()
    assert not Occurrence.objects.open().exists()
    with time_machine.travel(at("2026-05-20T09:00"), tick=False):
        take_back(contact)
    assert reminded(at("2026-05-21T08:00")) == {"birthday", "date", "followup"}
    assert reminded(at("2026-05-22T08:00")) == set()
    # The years after were planned all the while.
    assert {row.occurrence_on for row in Schedule.objects.all()} == {date(2027, 5, 20)}
    take_back(contact)
    assert reminded(at("2026-05-23T08:00")) == set()


@PUTTING_AWAY
def test_a_mail_that_is_just_leaving_is_written_again_without_them(
    user: User, put_away: Callable[[Contact], None], take_back: Callable[[Contact], None]
) -> None:
    contact, other = with_everything(user), with_everything(user)
    now = at("2026-05-20T08:00")
    planning.plan(now)
    assert len(sources(delivery.claim(uuid4(), now)[0])) == 6
    with time_machine.travel(now, tick=False):
        put_away(contact)
    (parcel,) = delivery.claim(uuid4(), now)
    assert {occurrence.object_id for occurrence in parcel.occurrences if occurrence.kind == "birthday"} == {
        other.pk
    }
    assert len(sources(parcel)) == 3


def test_what_has_passed_the_fence_is_left_as_it_is(user: User) -> None:
    contact = with_everything(user)
    now = at("2026-05-20T08:00")
    planning.plan(now)
    delivery.claim(uuid4(), now)
    Email.objects.update(data_at=now)
    with time_machine.travel(now, tick=False):
        contact.remove()
        contact.bring_back()
    assert Email.objects.get().state == Email.State.SENDING
    assert not Occurrence.objects.filter(lead=0, email=None).exists()


def test_many_cost_as_much_as_one(user: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    one, *many = (with_everything(user).pk for _ in range(8))
    for people in ([one], many):
        with django_assert_num_queries(4):
            reminders.put_away(user, people)
        with django_assert_num_queries(1):
            reminders.taken_back(user, people)


def test_what_is_to_come_names_nobody_who_was_put_away(signed_in: Client, user: User) -> None:
    for verb in (Contact.archive, Contact.hide, Contact.remove):
        verb(with_everything(user))
    kept = with_everything(user)
    with time_machine.travel(at("2026-05-02T00:00"), tick=False):
        text = signed_in.get(reverse("outbox:reminders")).text
    # A week ahead and on the day: the birthday and the other date twice each, and the follow-up.
    assert text.count(kept.given) == 5
    assert len(set(re.findall(r"Given[0-9]+", text))) == 1


def test_an_undo_after_the_mail_was_composed_brings_the_reminder_back(user: User) -> None:
    with time_machine.travel(at("2026-05-01T00:00"), tick=False):
        contact = born(user, 5, 20)
    now = at("2026-05-20T08:00")
    planning.plan(now)
    Occurrence.objects.update(ended=Occurrence.Ended.CANCELLED)
    with time_machine.travel(now, tick=False):
        contact.archive()
        contact.restore()
    assert Occurrence.objects.open().filter(lead=0).count() == 1


def test_the_choice_for_leap_days_moves_what_is_to_come(user: User) -> None:
    with time_machine.travel(at("2027-01-01T00:00"), tick=False):
        born(user, 2, 29)
        user.leap_day = user.LeapDay.MARCH
        user.save()
        planning.user_changed(user)
    assert told() == [(0, "2027-03-01T08:00"), (7, "2027-02-22T08:00")]


def test_a_leap_day_told_once_is_not_told_again_by_changing_the_choice(user: User) -> None:
    with time_machine.travel(at("2027-01-01T00:00"), tick=False):
        born(user, 2, 29)
    planning.plan(at("2027-02-28T08:00"))
    with time_machine.travel(at("2027-02-28T09:00"), tick=False):
        user.leap_day = user.LeapDay.MARCH
        user.save()
        planning.user_changed(user)
    assert told() == [(0, "2028-02-29T08:00"), (7, "2028-02-22T08:00")]


def test_a_birthday_is_planned_once_a_year_for_years(user: User) -> None:
    with time_machine.travel(at("2026-05-01T00:00"), tick=False):
        born(user, 2, 29)
    for year in range(2027, 2033):
        planning.plan(at(f"{year}-04-01T00:00"))
    days = Occurrence.objects.filter(lead=0).order_by("occurrence_on")
    assert [f"{occurrence.occurrence_on:%Y-%m-%d}" for occurrence in days] == [
        "2027-02-28",
        "2028-02-29",
        "2029-02-28",
        "2030-02-28",
        "2031-02-28",
        "2032-02-29",
    ]


@pytest.mark.parametrize(
    ("now", "due_on", "expected"),
    [
        ("2026-05-01T00:00", date(2026, 5, 20), "2026-05-20T07:00"),
        ("2026-05-20T06:00", date(2026, 5, 20), "2026-05-20T07:00"),
        # What is due already comes at the next hour, not at once.
        ("2026-05-20T08:00", date(2026, 5, 20), "2026-05-21T07:00"),
        ("2026-05-20T08:00", date(2020, 1, 1), "2026-05-21T07:00"),
        ("2026-05-20T08:00", date.min, "2026-05-21T07:00"),
    ],
)
def test_when_a_follow_up_is_told(user: User, now: str, due_on: date, expected: str) -> None:
    with time_machine.travel(at(now), tick=False):
        reminders.follow_up_changed(FollowUpFactory.create(owner=user, due_on=due_on))
    assert told("followup") == [(0, expected)]
    planning.plan(at(expected))
    assert Occurrence.objects.get().occurrence_on == due_on


def test_a_follow_up_at_the_end_of_time_is_kept_but_not_told(user: User) -> None:
    reminders.follow_up_changed(FollowUpFactory.create(owner=user, due_on=date.max))
    assert told("followup") == []


@time_machine.travel(at("2026-05-01T00:00"), tick=False)
def test_a_snoozed_follow_up_comes_on_its_new_day_and_a_done_one_never(user: User) -> None:
    follow_up = FollowUpFactory.create(owner=user, due_on=date(2026, 5, 20))
    reminders.follow_up_changed(follow_up)
    follow_up.snooze(date(2026, 5, 25))
    assert told("followup") == [(0, "2026-05-25T07:00")]
    follow_up.complete()
    assert told("followup") == []
    follow_up.reopen()
    assert told("followup") == [(0, "2026-05-25T07:00")]


def test_a_follow_up_done_before_the_hour_brings_no_mail(user: User) -> None:
    with time_machine.travel(at("2026-05-01T00:00"), tick=False):
        follow_up = FollowUpFactory.create(owner=user, due_on=date(2026, 5, 20))
        reminders.follow_up_changed(follow_up)
        follow_up.complete()
    planning.plan(at("2026-05-20T08:00"))
    assert not Email.objects.exists()


def test_a_deleted_contact_leaves_nothing_to_be_told(user: User) -> None:
    contact = born(user, 5, 20)
    reminders.follow_up_changed(
        FollowUpFactory.create(owner=user, contact=contact, due_on=date(2026, 5, 20) + timedelta(days=900))
    )
    contact.forget()
    assert not Schedule.objects.exists()
