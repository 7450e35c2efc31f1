"""When one last talked with each: whatever is written, corrected, removed or deleted, and by whom at once."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.around import Around, Season
from contacts.models import Contact, Interaction, InteractionPerson
from contacts.models.interactions import parts_of
from tests.contacts.test_at_the_same_time import in_a_thread, wait_until_somebody_waits
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User

MAY, JUNE = Around(2026, 5, 1), Around(2026, 6, 1)


def talked(*people: Contact, when: Around = MAY, **fields: Any) -> Interaction:
    return Interaction.objects.note(people[0].owner, people, uuid.uuid4(), when=when, kind="call", **fields)


def kept() -> dict[int, Around | None]:
    return {who.pk: who.last_talked for who in Contact.objects.order_by("pk")}


def asked_for_anew() -> dict[int, Around | None]:
    newest = Interaction.objects.kept().personal().newest_first()
    last = {who.pk: newest.filter(people=who).first() for who in Contact.objects.order_by("pk")}
    return {pk: talk.when if talk else None for pk, talk in last.items()}


whens = st.one_of(
    st.builds(Around.on, st.dates(date(2025, 12, 1), date(2026, 6, 1))),
    st.builds(Around, st.integers(2025, 2026), st.sampled_from([None, 3, 12])),
    st.builds(Around, st.integers(2025, 2026), season=st.sampled_from(Season)),
)
some, one, personal = st.sets(st.integers(0, 3), min_size=1), st.integers(0, 5), st.booleans()
steps = st.one_of(
    st.tuples(st.just("note"), some, whens, personal),
    st.tuples(st.just("correct"), one, some, whens, personal),
    st.tuples(st.sampled_from(["remove", "bring_back", "delete", "leave"]), one),
    st.tuples(st.just("hand_over"), one, one),
    st.tuples(st.sampled_from(["save", "forget"]), one),
)


def happens(step: tuple[Any, ...], people: list[Contact]) -> None:
    """One thing that is done to somebody or to a conversation, if there is any."""
    verb, which, *more = step
    talks = list(Interaction.objects.order_by("pk"))
    talk = talks[which % len(talks)] if talks and isinstance(which, int) else None
    if verb == "note":
        when, is_personal = more
        talked(*chosen(people, which), when=when, two_way=is_personal)
    elif verb == "save":
        # As it was read, before everything that happened since.
        people[which % len(people)].save()
    elif verb == "forget" and len(people) > 1:
        people.pop(which % len(people)).forget()
    elif verb == "correct" and talk:
        some_of_them, when, is_personal = more
        talk.correct(chosen(people, some_of_them), when=when, two_way=is_personal)
    elif verb == "leave":
        InteractionPerson.objects.filter(
            pk__in=InteractionPerson.objects.order_by("pk")[which : which + 1]
        ).delete()
    elif verb == "hand_over":
        to = people[more[0] % len(people)]
        parts = InteractionPerson.objects.exclude(interaction__people=to).order_by("pk")
        InteractionPerson.objects.filter(pk__in=parts[which : which + 1]).update(contact=to)
    elif verb in {"remove", "bring_back", "delete"} and talk:
        getattr(talk, verb)()


def chosen(people: list[Contact], numbers: set[int]) -> list[Contact]:
    return list({people[n % len(people)].pk: people[n % len(people)] for n in numbers}.values())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(steps, min_size=1, max_size=20))
def test_whatever_happens_each_contact_says_what_their_conversations_say(
    user: User, story: list[tuple[Any, ...]]
) -> None:
    with transaction.atomic():
        people = [ContactFactory.create(owner=user) for _ in range(3)]
        for step in story:
            happens(step, people)
            assert kept() == asked_for_anew()
        transaction.set_rollback(True)


def test_a_contact_saved_as_it_was_read_before_keeps_the_day(user: User) -> None:
    read_before = ContactFactory.create(owner=user)
    talked(read_before)
    read_before.given = "Ada"
    read_before.save()
    ada = Contact.objects.get()
    assert (ada.given, ada.last_talked) == ("Ada", MAY)
    Contact.objects.update(last_on=None, last_precision=None)
    assert Contact.objects.get().last_talked == MAY
    brought = ContactFactory.create(owner=user, last_on=date(2026, 5, 1), last_precision="day")
    assert Contact.objects.get(pk=brought.pk).last_talked is None


def test_talking_is_no_change_of_the_contact(user: User) -> None:
    who = ContactFactory.create(owner=user)
    talk = talked(who)
    talk.remove()
    talk.delete()
    assert Contact.objects.get().updated_at == who.updated_at


def test_a_part_may_come_before_its_conversation(user: User) -> None:
    who = ContactFactory.create(owner=user)
    talk = talked(who)
    part = talk.parts.get()
    with connection.cursor() as cursor:
        # As a merge or a file brought back may write them: foreign keys are looked at in the end.
        cursor.execute("DELETE FROM contacts_interaction WHERE id = %s", [talk.pk])
        assert Contact.objects.get().last_on is None
        talk.save(force_insert=True)
        assert Contact.objects.get().last_talked == MAY
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert talk.parts.get() == part


def test_the_database_refuses_a_day_without_how_well_it_is_known(user: User) -> None:
    who = ContactFactory.create(owner=user)
    for wrong in (
        {"last_on": date(2026, 5, 1)},
        {"last_precision": "day"},
        {"last_on": MAY.first, "last_precision": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Contact.objects.filter(pk=who.pk).update(**wrong)


def test_thousands_are_written_in_one_go(user: User) -> None:
    people = Contact.objects.bulk_create(Contact(owner=user, given=f"Given {n}") for n in range(1000))
    talks = Interaction.objects.bulk_create(
        Interaction(owner=user, kind="call", **parts_of(Around.on(JUNE.first - timedelta(days=n // 1000))))
        for n in range(3000)
    )
    InteractionPerson.objects.bulk_create(
        InteractionPerson(owner=user, interaction=talk, contact=people[n % 1000])
        for n, talk in enumerate(talks)
    )
    assert set(Contact.objects.values_list("last_on", "last_precision")) == {(JUNE.first, "day")}
    Interaction.objects.filter(first_on=JUNE.first).update(two_way=False)
    assert set(Contact.objects.values_list("last_on", flat=True)) == {JUNE.first - timedelta(days=1)}
    Interaction.objects.all().delete()
    assert set(Contact.objects.values_list("last_on", "last_precision")) == {(None, None)}


# ---- two at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("first", "second"), [(MAY, JUNE), (JUNE, MAY)])
def test_of_two_written_down_at_once_the_newer_stays(first: Around, second: Around) -> None:
    user = UserFactory.create()
    ada, bo = ContactFactory.create(owner=user), ContactFactory.create(owner=user)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            talked(ada, bo, when=first)
            other = in_a_thread(pool, lambda: talked(bo, ada, when=second))
            wait_until_somebody_waits(other)
            assert not other.done()
        other.result()
    assert set(kept().values()) == {JUNE}
    assert kept() == asked_for_anew()


@pytest.mark.django_db(transaction=True)
def test_one_removed_while_another_is_written_down(user: User) -> None:
    who = ContactFactory.create(owner=user)
    newer = talked(who, when=JUNE)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            newer.remove()
            other = in_a_thread(pool, lambda: talked(who, when=MAY))
            wait_until_somebody_waits(other)
        other.result()
    assert kept() == {who.pk: MAY}
