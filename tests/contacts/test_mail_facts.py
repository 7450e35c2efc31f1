"""What a mail says about somebody beside its reason, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.utils import translation

from contacts import mail_facts
from contacts.around import Around, Season
from contacts.mail_facts import NOTHING
from contacts.models import Contact, ContactEmail, ContactPhone, Favour, Interaction
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

    from contacts.mail_facts import About
    from netvalue.accounts.models import User

TODAY = date(2026, 5, 5)


def about(contact: Contact, day: date = TODAY) -> About:
    return mail_facts.about([(contact.owner, Contact.objects.get(pk=contact.pk), day)])[contact.pk, day]


def talk(contact: Contact, when: Around, kind: str = "call", **fields: object) -> Interaction:
    return Interaction.objects.note(contact.owner, [contact], uuid4(), when=when, kind=kind, **fields)


def promise(contact: Contact, **fields: object) -> Favour:
    said = {"direction": "given", "kind": "help", "state": "open", "what": "Plums", "day": TODAY} | fields
    return Favour.objects.note(contact, uuid4(), **said)


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def anna(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Anna", family="Berg")


TALKS = [
    (
        "call",
        Around(2026, 5, 3),
        "You last talked on the phone on 3 May.",
        "Zuletzt habt ihr am 3. Mai telefoniert.",
    ),
    (
        "meeting",
        Around(2025, 12, 3),
        "You last met on 3 December 2025.",
        "Zuletzt habt ihr euch am 3. Dezember 2025 getroffen.",
    ),
    (
        "video",
        Around(2026, 4),
        "You last talked by video in April 2026.",
        "Zuletzt habt ihr im April 2026 per Video gesprochen.",
    ),
    (
        "letter",
        Around(2025, season=Season.SPRING),
        "You last wrote letters in spring 2025.",
        "Zuletzt habt ihr euch im Frühling 2025 Briefe geschrieben.",
    ),
    (
        "email",
        Around(2019),
        "You last exchanged e-mails in 2019.",
        "Zuletzt habt ihr euch 2019 E-Mails geschrieben.",
    ),
    (
        "message",
        Around(2026, 5, 5),
        "You last exchanged messages on 5 May.",
        "Zuletzt habt ihr euch am 5. Mai Nachrichten geschrieben.",
    ),
]


@pytest.mark.parametrize(("kind", "when", "english", "german"), TALKS)
def test_when_and_how_one_last_talked(
    anna: Contact, kind: str, when: Around, english: str, german: str
) -> None:
    talk(anna, when, kind)
    talk(anna, Around(2018), "meeting")
    assert about(anna).last_talk == english
    with translation.override("de"):
        assert about(anna).last_talk == german


def test_only_a_conversation_that_is_kept_and_went_both_ways_counts(anna: Contact) -> None:
    talk(anna, Around.on(TODAY), two_way=False)
    talk(anna, Around.on(TODAY)).remove()
    assert about(anna).last_talk == ""
    talk(anna, Around(2026, 2, 1), "meeting")
    talk(anna, Around(2026, 2, 1), "call", two_way=False)
    assert about(anna).last_talk == "You last met on 1 February."


def test_a_mail_that_is_read_again_later_says_nothing_of_what_came_after_it(anna: Contact) -> None:
    talk(anna, Around.on(TODAY))
    assert about(anna, TODAY - timedelta(days=1)).last_talk == ""


def test_a_notes_words_stand_in_a_mail_only_for_those_who_want_that(anna: Contact) -> None:
    talk(anna, Around(2026, 5, 3), line="her  new \t house " + "x" * 500)
    assert about(anna).facts == ["You last talked on the phone on 3 May."]
    anna.owner.mail_words = True
    note = about(anna).note
    assert note.startswith("You noted: “her new house xxx")
    assert note.endswith("x…”.")
    assert len(note) < 220
    talk(anna, Around(2026, 5, 4))
    assert about(anna).note == ""


@pytest.mark.parametrize(
    ("born", "day", "english", "german"),
    [
        ((1986, 5, 6), TODAY, "39 years old.", "39 Jahre alt."),
        ((1986, 5, 5), TODAY, "40 years old.", "40 Jahre alt."),
        ((2025, 5, 5), TODAY, "1 year old.", "1 Jahr alt."),
        ((2026, 5, 1), TODAY, "", ""),
        ((1986, 5, None), TODAY, "", ""),
        ((None, 5, 6), TODAY, "", ""),
        ((1988, 2, 29), date(2026, 2, 28), "38 years old.", "38 Jahre alt."),
        ((1988, 2, 29), date(2026, 2, 27), "37 years old.", "37 Jahre alt."),
    ],
)
def test_the_age_is_said_if_it_is_known(
    anna: Contact, born: tuple[int | None, int, int | None], day: date, english: str, german: str
) -> None:
    anna.birth_year, anna.birth_month, anna.birth_day = born
    anna.save()
    assert about(anna, day).age == english
    assert "old" not in " ".join(about(anna, day).facts_but_age)
    with translation.override("de"):
        assert about(anna, day).age == german


def test_ones_own_open_promises_are_counted_and_not_named(anna: Contact) -> None:
    assert about(anna).promises == ""
    promise(anna)
    promise(anna, direction="received")
    promise(anna, kind="loan", direction="received")
    promise(anna, state="closed")
    promise(anna).remove()
    assert about(anna).facts == ["One promise of yours is open."]
    promise(anna, state="partly")
    with translation.override("de"):
        assert about(anna).promises == "2 Versprechen von dir sind offen."
    assert about(anna).promises == "2 promises of yours are open."


def test_one_number_and_one_address_to_tap(anna: Contact) -> None:
    for value in ("ask the neighbour", "+49 (0)30 1234", "+49 30 5678"):
        ContactPhone.objects.create(owner=anna.owner, contact=anna, value=value)
    for value in ("anna", "anna+us@example.org", "b@example.org"):
        ContactEmail.objects.create(owner=anna.owner, contact=anna, value=value)
    assert [(way.label, way.href) for way in about(anna).reach] == [
        ("+49 (0)30 1234", "tel:+49301234"),
        ("anna+us@example.org", "mailto:anna%2Bus@example.org"),
    ]


def test_of_the_dead_nothing_is_counted_and_nothing_can_be_dialled(anna: Contact) -> None:
    talk(anna, Around.on(TODAY))
    promise(anna)
    ContactPhone.objects.create(owner=anna.owner, contact=anna, value="+49 30 1234")
    anna.deceased, anna.birth_year, anna.birth_month, anna.birth_day = True, 1950, 1, 1
    anna.save()
    assert about(anna) == NOTHING


def test_one_question_for_however_many_people_and_owners(
    db: None,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    people = [ContactFactory.create(owner=owner) for owner in UserFactory.create_batch(3) for _ in range(4)]
    for person in people:
        talk(person, Around(2026, 5, 3))
        promise(person)
    with django_assert_num_queries(1):
        found = mail_facts.about([(person.owner, person, TODAY) for person in people])
    assert set(found) == {(person.pk, TODAY) for person in people}
    with django_assert_num_queries(0):
        assert mail_facts.about([]) == {}
