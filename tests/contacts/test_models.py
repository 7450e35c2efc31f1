"""What the database refuses, and what the verbs of contacts and follow-ups do."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from contacts.models import Circle, Contact, FollowUp, Membership
from contacts.reminders import BIRTHDAY, FOLLOW_UP
from netvalue.outbox.models import Schedule
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User


def run_at_once(sql: str) -> None:
    """Run an update of one row and let the deferred foreign keys speak now."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        assert cursor.rowcount == 1
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize(
    "birthday",
    [
        (None, None, None),
        (1990, None, None),
        (None, 5, None),
        (1990, 5, None),
        (None, 2, 29),
        (2000, 2, 29),
        (1996, 2, 29),
        (1999, 2, 28),
        (None, 4, 30),
        (None, 12, 31),
        (1, 1, 1),
        (9999, 12, 31),
    ],
)
def test_a_birthday_is_kept_as_far_as_it_is_known(
    user: User, birthday: tuple[int | None, int | None, int | None]
) -> None:
    year, month, day = birthday
    contact = ContactFactory.create(owner=user, birth_year=year, birth_month=month, birth_day=day)
    contact.refresh_from_db()
    assert (contact.birth_year, contact.birth_month, contact.birth_day) == birthday


@pytest.mark.parametrize(
    "birthday",
    [
        (None, 2, 30),
        (None, 2, 31),
        (1999, 2, 29),
        (1900, 2, 29),
        (2100, 2, 29),
        (None, 4, 31),
        (None, 6, 31),
        (None, 9, 31),
        (None, 11, 31),
        (None, 1, 32),
        (None, 1, 0),
        (None, 0, 1),
        (None, 13, 1),
        (None, None, 5),
        (1990, None, 5),
        (0, 1, 1),
        (10000, 1, 1),
        (-4, 2, 29),
    ],
)
def test_the_database_refuses_a_day_that_does_not_exist(
    user: User, birthday: tuple[int | None, int | None, int | None]
) -> None:
    contact = ContactFactory.create(owner=user)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contacts_contact SET birth_year = %s, birth_month = %s, birth_day = %s WHERE id = %s",
            [*birthday, contact.pk],
        )


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("contacts_membership", "contact_id"),
        ("contacts_contactphone", "contact_id"),
        ("contacts_contactemail", "contact_id"),
        ("contacts_followup", "contact_id"),
    ],
)
def test_no_row_can_point_to_a_strangers_contact(user: User, stranger: User, table: str, column: str) -> None:
    mine, theirs = ContactFactory.create(owner=user), ContactFactory.create(owner=stranger)
    Membership.objects.create(
        owner=user, contact=mine, circle=Circle.objects.create(owner=user, name="Choir")
    )
    mine.phones.create(owner=user, value="1")
    mine.emails.create(owner=user, value="a@example.org")
    FollowUpFactory.create(owner=user, contact=mine)
    with pytest.raises(IntegrityError), transaction.atomic():
        run_at_once(f"UPDATE {table} SET {column} = {theirs.pk} WHERE owner_id = {user.pk}")


def test_nobody_is_put_into_a_strangers_circle(user: User, stranger: User) -> None:
    mine = ContactFactory.create(owner=user)
    theirs = Circle.objects.create(owner=stranger, name="Choir")
    membership = Membership.objects.create(
        owner=user, contact=mine, circle=Circle.objects.create(owner=user, name="Choir")
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        run_at_once(f"UPDATE contacts_membership SET circle_id = {theirs.pk} WHERE id = {membership.pk}")


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("contacts_contact", "given = '', family = '', nickname = '', organisation = ''"),
        ("contacts_contact", "closeness = 11"),
        ("contacts_contact", "closeness = -1"),
        ("contacts_followup", "what = ''"),
        ("contacts_followup", "snoozed_until = due_on - 1"),
    ],
)
def test_the_database_refuses_what_makes_no_sense(user: User, table: str, change: str) -> None:
    FollowUpFactory.create(owner=user, contact=ContactFactory.create(owner=user))
    with (
        pytest.raises((IntegrityError, DataError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET {change}")


def test_one_form_makes_one_row(user: User, stranger: User) -> None:
    token = uuid.uuid4()
    ContactFactory.create(owner=user, form_token=token)
    ContactFactory.create(owner=stranger, form_token=token)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory.create(owner=user, form_token=token)


def test_names_are_sorted_and_searched_without_accents(user: User) -> None:
    contact = ContactFactory.create(
        owner=user,
        given="Özlem",
        family="Łukasiewicz-Groß",
        nickname="Ö",
        organisation="O’Hara",
        role="Ärztin",
    )
    contact.refresh_from_db()
    assert contact.sort_key == "lukasiewicz gross ozlem o ohara"
    assert contact.search.split() == (
        ["ozlem", "lukasiewicz", "gross", "o", "ohara", "arztin", "aerztin", "oe", "oezlem"]
    )


def test_an_organisation_is_sorted_by_its_name(user: User) -> None:
    contact = ContactFactory.create(
        owner=user, kind=Contact.Kind.ORGANISATION, given="Ada", family="Zett", organisation="Älpler AG"
    )
    contact.refresh_from_db()
    assert contact.sort_key == "alpler ag zett"


def test_the_longest_names_can_be_stored(user: User) -> None:
    long = "Ɖ" * 200
    contact = ContactFactory.create(
        owner=user, given=long, family=long, additional=long, nickname=long, organisation=long, role=long
    )
    contact.refresh_from_db()
    assert len(contact.sort_key) == 200


def test_archive_and_restore(user: User) -> None:
    contact = ContactFactory.create(owner=user)
    contact.archive()
    archived_at = contact.archived_at
    contact.archive()
    contact.refresh_from_db()
    assert contact.archived_at == archived_at is not None
    assert not Contact.objects.of(user).in_view().exists()
    contact.restore()
    assert Contact.objects.of(user).in_view().get() == contact


def test_a_follow_up_comes_up_on_its_day_or_when_the_snooze_ends(user: User) -> None:
    follow_up = FollowUpFactory.create(owner=user, due_on=date(2026, 3, 1))
    follow_up.snooze(date(2026, 3, 8))
    assert (follow_up.due_on, follow_up.day) == (date(2026, 3, 1), date(2026, 3, 8))
    assert not FollowUp.objects.of(user).due(date(2026, 3, 7)).exists()
    assert FollowUp.objects.of(user).due(date(2026, 3, 8)).get() == follow_up


def test_what_is_done_is_due_no_more_until_it_is_reopened(user: User) -> None:
    follow_up = FollowUpFactory.create(owner=user, due_on=date(2026, 3, 1))
    follow_up.complete()
    assert not FollowUp.objects.of(user).due(date(2026, 3, 1)).exists()
    follow_up.reopen()
    assert FollowUp.objects.of(user).due(date(2026, 3, 1)).exists()


def test_nothing_is_due_about_somebody_who_was_archived(user: User) -> None:
    contact = ContactFactory.create(owner=user)
    FollowUpFactory.create(owner=user, contact=contact, due_on=date(2026, 3, 1))
    contact.archive()
    assert not FollowUp.objects.of(user).due(date(2026, 3, 1)).exists()


def planned(kind: str) -> list[tuple[int, int]]:
    """Which reminders stand in the schedule: the object and the lead."""
    return sorted(Schedule.objects.filter(kind=kind).values_list("object_id", "lead"))


def test_a_birthday_is_planned_as_long_as_it_is_known(user: User) -> None:
    contact = ContactFactory.build(owner=user, birth_month=5, birth_day=1)
    contact.keep()
    both = [(contact.pk, 0), (contact.pk, 7)]
    assert planned(BIRTHDAY) == both
    contact.archive()
    assert planned(BIRTHDAY) == both
    contact.birth_day = None
    contact.keep()
    assert planned(BIRTHDAY) == []


def test_a_follow_up_is_planned_while_it_is_open(user: User) -> None:
    follow_up = FollowUpFactory.build(owner=user)
    follow_up.keep()
    assert planned(FOLLOW_UP) == [(follow_up.pk, 0)]
    follow_up.complete()
    assert planned(FOLLOW_UP) == []
    follow_up.reopen()
    follow_up.snooze(date(2026, 3, 8))
    assert planned(FOLLOW_UP) == [(follow_up.pk, 0)]
    assert Schedule.objects.get(kind=FOLLOW_UP).occurrence_on == date(2026, 3, 8)


def test_nothing_stays_planned_about_somebody_deleted(user: User) -> None:
    contact = ContactFactory.build(owner=user, birth_month=5, birth_day=1)
    contact.keep()
    FollowUpFactory.build(owner=user, contact=contact).keep()
    contact.forget()
    assert not Schedule.objects.exists()


def test_a_verb_changes_its_own_fields_and_no_other(user: User) -> None:
    contact = ContactFactory.create(owner=user, given="Ada")
    follow_up = FollowUpFactory.create(owner=user, what="Call")
    Contact.objects.update(given="Edited meanwhile")
    FollowUp.objects.update(what="Edited meanwhile")
    contact.archive()
    follow_up.complete()
    follow_up.reopen()
    follow_up.snooze(date(2026, 4, 1))
    assert Contact.objects.get().given == "Edited meanwhile"
    assert FollowUp.objects.get().what == "Edited meanwhile"
