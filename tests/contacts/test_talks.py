"""Conversations: written down with one tap or in full, corrected, removed, and when one last talked."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from contacts.around import Around, Season
from contacts.models import Contact, Interaction, InteractionPerson
from contacts.models.interactions import parts_of
from contacts.tasks import forget_removed
from contacts.words import roughly
from tests.contacts.test_models import run_at_once
from tests.contacts.test_writing_down import error
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

TODAY = date(2026, 11, 22)
TALK = reverse("contacts:talk")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-11-22T12:00:00Z", tick=False):
        yield


@pytest.fixture
def ada(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Ada", family="Lovelace")


@pytest.fixture
def bo(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Bo", family="Ångström")


def talked(*people: Contact, when: Around | None = None, **fields: Any) -> Interaction:
    given = {"kind": "call", **fields}
    when = when or Around.on(TODAY)
    return Interaction.objects.note(people[0].owner, people, uuid.uuid4(), when=when, **given)


def page(name: str, uid: uuid.UUID) -> str:
    return reverse(f"contacts:{name}", args=[uid])


def bring_back(talk: Interaction) -> str:
    return reverse("contacts:bring_back", args=["talks", talk.pk])


def sent(*people: Contact, **fields: Any) -> dict[str, Any]:
    given = {"token": str(uuid.uuid4()), "kind": "call", "people": [str(who.uid) for who in people]}
    return {**given, **fields}


def last_talk_with(contact: Contact) -> Around | None:
    return Contact.objects.get(pk=contact.pk).last_talked


def checked_at_once(link: InteractionPerson) -> None:
    link.save()
    run_at_once("SELECT 1")


def last_on(text: str) -> str:
    """When one last talked, as a person's page says it."""
    return text.partition('id="last-talk">')[2].partition('card-sub">')[2].partition("<")[0]


def people_of(talk: Interaction) -> set[str]:
    return {part.contact.given for part in talk.parts.select_related("contact")}


# ---- writing down


def test_one_tap_writes_down_that_one_talked_today(signed_in: Client, ada: Contact) -> None:
    home = signed_in.get(ada.get_absolute_url()).text
    assert ">none noted<" in home
    fields = sent(ada, kind="meeting", line="")
    response = signed_in.post(page("talk_with", ada.uid), fields)
    assert response["Location"] == ada.get_absolute_url()
    talk = Interaction.objects.get()
    assert (talk.kind, talk.first_on, talk.two_way, talk.began) == ("meeting", TODAY, True, "")
    assert people_of(talk) == {"Ada"}
    shown = signed_in.get(ada.get_absolute_url()).text
    assert last_on(shown) == "today"
    assert "Written down: Meeting, today." in shown
    assert page("remove_talk", talk.uid) in shown


def test_a_form_sent_twice_is_one_conversation_and_another_text_is_another(
    signed_in: Client, ada: Contact
) -> None:
    fields = sent(ada, line="Bread")
    for _twice in range(2):
        assert signed_in.post(page("talk_with", ada.uid), fields).status_code == 303
    assert Interaction.objects.count() == 1
    signed_in.post(page("remove_talk", Interaction.objects.get().uid))
    signed_in.post(page("talk_with", ada.uid), fields)
    assert Interaction.objects.get().removed_at is None
    signed_in.post(page("talk_with", ada.uid), {**fields, "line": "Bread and jam"})
    assert Interaction.objects.count() == 2


def test_several_people_take_part_in_one(signed_in: Client, ada: Contact, bo: Contact) -> None:
    response = signed_in.post(TALK, sent(ada, bo, line="Soup", began="them"))
    assert response["Location"] == reverse("today")
    talk = Interaction.objects.get()
    assert people_of(talk) == {"Ada", "Bo"}
    for one, other in ((ada, bo), (bo, ada)):
        text = signed_in.get(one.get_absolute_url()).text
        assert "Soup" in text
        assert other.get_absolute_url() in text.partition("also there:")[2]


@pytest.mark.parametrize(
    ("fields", "when", "said"),
    [
        ({}, Around.on(TODAY), "today"),
        ({"when": "yesterday"}, Around.on(TODAY - timedelta(days=1)), "yesterday"),
        ({"when": "day", "on": "2026-11-22"}, Around.on(TODAY), "today"),
        ({"when": "day", "on": "2019-05-01"}, Around(2019, 5, 1), "1 May 2019"),
        ({"when": "about", "about": "5", "year": "2026"}, Around(2026, 5), "May 2026"),
        (
            {"when": "about", "about": "13", "year": "2026"},
            Around(2026, season=Season.SPRING),
            "spring 2026",
        ),
        ({"when": "about", "about": "", "year": "2026"}, Around(2026), "2026"),
        # What was typed before another choice was made.
        ({"when": "today", "on": "2031-01-01", "year": "2031"}, Around.on(TODAY), "today"),
    ],
)
def test_it_was_today_yesterday_on_a_day_or_roughly(
    signed_in: Client, ada: Contact, fields: dict[str, str], when: Around, said: str
) -> None:
    assert signed_in.post(page("talk_with", ada.uid), sent(ada, **fields)).status_code == 303
    talk = Interaction.objects.get()
    assert talk.when == when
    assert last_on(signed_in.get(ada.get_absolute_url()).text) == said
    again = signed_in.get(talk.get_absolute_url()).context["form"].initial
    assert again["when"] == ("day" if when.is_a_day else "about")


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"kind": ""}, "kind", "Please choose what it was."),
        ({"kind": "like"}, "kind", "Only what you tell somebody yourself is a conversation"),
        ({"people": []}, "people", "Please choose whom you talked with."),
        ({"people": ["x"]}, "people", "Somebody you chose is not among your contacts any more."),
        ({"people": [str(uuid.uuid4())] * 51}, "people", "Please choose fifty people at most."),
        ({"line": "x" * 1001}, "line", "Ensure this value has at most 1000"),
        ({"line": "a\x00b"}, "line", "Null characters"),
        ({"when": "never"}, "when", "Select a valid choice."),
        ({"when": "day"}, "on", "Please choose the day."),
        ({"when": "day", "on": "2026-02-30"}, "on", "Enter a valid date."),
        ({"when": "day", "on": "2026-11-23"}, "on", "This is still to come."),
        ({"when": "about"}, "year", "Please write the year."),
        ({"when": "about", "year": "85"}, "year", "Please write the year with four digits."),
        ({"when": "about", "year": "2027"}, "year", "This is still to come."),
        ({"when": "about", "year": "99999"}, "year", "This is still to come."),
        ({"when": "about", "about": "12", "year": "2026"}, "about", "This is still to come."),
        ({"when": "about", "about": "16", "year": "2026"}, "about", "This is still to come."),
        ({"when": "about", "about": "17", "year": "2026"}, "about", "Select a valid choice."),
        ({"two_way": "perhaps"}, "two_way", "Select a valid choice."),
        ({"began": "nobody"}, "began", "Select a valid choice."),
    ],
)
def test_what_is_no_conversation_is_refused_and_nothing_typed_is_lost(
    signed_in: Client, ada: Contact, bo: Contact, fields: dict[str, Any], field: str, words: str
) -> None:
    response = signed_in.post(TALK, sent(ada, **{"line": "Soup", "began": "me", **fields}))
    assert response.status_code == 422
    assert error(response.text, field).startswith(words)
    assert not Interaction.objects.exists()
    if "line" not in fields:
        assert "Soup</textarea>" in response.text
    if "people" not in fields:
        assert f'value="{ada.uid}" checked' in response.text


def test_a_strangers_contact_cannot_be_talked_with(signed_in: Client, ada: Contact, stranger: User) -> None:
    theirs = ContactFactory.create(owner=stranger, given="Canary")
    response = signed_in.post(TALK, sent(ada, theirs))
    assert response.status_code == 422
    assert "Canary" not in response.text
    assert signed_in.post(page("talk_with", theirs.uid), sent(ada)).status_code == 404
    mine = talked(ada)
    response = signed_in.post(mine.get_absolute_url(), sent(theirs))
    assert response.status_code == 422
    assert people_of(mine) == {"Ada"}
    for link in (
        InteractionPerson(owner=ada.owner, interaction=mine, contact=theirs),
        InteractionPerson(owner=stranger, interaction=mine, contact=theirs),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            checked_at_once(link)
    assert str(theirs.uid) not in signed_in.post(f"{TALK}?more", {"who": "Canary"}).text


def test_looking_for_more_people_writes_nothing_and_keeps_everything(
    signed_in: Client, ada: Contact, bo: Contact
) -> None:
    fields = sent(ada, line="Soup", who="angstrom", when="yesterday")
    response = signed_in.post(f"{page('talk_with', ada.uid)}?more", fields)
    assert response.status_code == 200
    text = response.text
    assert f'value="{ada.uid}" checked' in text
    assert f'value="{bo.uid}"><b>Bo Ångström' in text
    assert "Soup</textarea>" in text
    assert fields["token"] in text
    assert 'role="alert"' not in text
    assert "Error:" not in text
    assert not Interaction.objects.exists()
    missed = signed_in.post(f"{TALK}?more", {"who": "zzzz"})
    assert "Nobody else found." in missed.text
    assert signed_in.post(f"{TALK}?more", {"who": "a\x00b"}).status_code == 200


def test_whoever_is_put_away_or_has_died_is_not_proposed(
    signed_in: Client, user: User, ada: Contact, bo: Contact
) -> None:
    cy = ContactFactory.create(owner=user, given="Cy", family="Young", deceased=True)
    ada.archive()
    bo.hide()
    text = signed_in.get(TALK).text
    for who in (ada, bo, cy):
        assert str(who.uid) not in text
    # On their own pages it is still possible: what was talked about is remembered.
    for who in (ada, cy):
        assert page("talk_with", who.uid) in signed_in.get(who.get_absolute_url()).text
        assert signed_in.post(page("talk_with", who.uid), sent(who)).status_code == 303


# ---- when one last talked


def test_the_newest_personal_one_is_the_last_and_one_written_late_moves_nothing(
    signed_in: Client, ada: Contact
) -> None:
    def last() -> str:
        text = signed_in.get(ada.get_absolute_url()).text
        found = last_talk_with(ada)
        assert last_on(text) == (roughly(found, TODAY) if found else "none noted")
        return last_on(text)

    talked(ada, two_way=False)
    assert last() == "none noted"
    newest = talked(ada, when=Around(2026, 11, 10))
    assert last() == "10 November"
    talked(ada, when=Around(2026, 10, 1))
    talked(ada, when=Around(2026, season=Season.AUTUMN))
    talked(ada, when=Around(2026))
    assert last() == "10 November"
    signed_in.post(page("remove_talk", newest.uid))
    assert last() == "1 October"
    signed_in.post(bring_back(newest))
    assert last() == "10 November"
    newest.correct([ada], when=Around(2026, 11, 10), two_way=False)
    assert last() == "1 October"


def test_the_last_one_is_found_behind_many_that_were_not_personal(signed_in: Client, ada: Contact) -> None:
    talked(ada, when=Around(2025, 3, 1))
    for day in range(1, 10):
        talked(ada, when=Around(2026, 11, day), two_way=False)
    text = signed_in.get(ada.get_absolute_url()).text
    assert last_on(text) == "1 March 2025"
    assert text.count('class="dot"') == 5
    assert page("talks", ada.uid) in text


def test_everybody_has_a_last_conversation_of_their_own(ada: Contact, bo: Contact) -> None:
    talked(ada, bo, when=Around(2026, 5))
    talked(bo, when=Around(2026, 5, 2))
    talked(bo, two_way=False)
    talked(ada).remove()
    assert (last_talk_with(ada), last_talk_with(bo)) == (Around(2026, 5), Around(2026, 5, 2))


def test_the_database_counts_from_the_day_the_rule_counts_from(user: User) -> None:
    years = (1, 1900, 2024, 9999)
    rough = [Around(year, season=season) for year in years for season in (None, *Season)]
    months = [Around(year, month) for year in years for month in range(1, 13)]
    days = [Around.on(date(2024, 1, 1) + timedelta(days=7 * n)) for n in range(52)]
    every = [*rough, *months, *days, Around(2024, 2, 29)]
    rows = Interaction.objects.bulk_create(
        Interaction(owner=user, kind="call", **parts_of(around)) for around in every
    )
    kept = dict(Interaction.objects.values_list("pk", "first_on"))
    assert [kept[row.pk] for row in rows] == [around.first for around in every]


def test_the_list_says_when_one_last_talked_and_leads_to_writing_it_down(
    signed_in: Client, ada: Contact, bo: Contact
) -> None:
    talked(ada, when=Around(2026, season=Season.SPRING))
    talked(bo, two_way=False)
    text = signed_in.get(reverse("contacts:list")).text
    assert text.count('class="c-talk"></td>') == 1
    assert "</span>spring 2026</td>" in text
    assert f'href="{page("talk_with", ada.uid)}?next={reverse("contacts:list")}"' in text


# ---- correcting, removing


def test_a_conversation_is_corrected(signed_in: Client, ada: Contact, bo: Contact) -> None:
    talk = talked(ada, line="Soup", when=Around(2026, season=Season.SPRING))
    form = signed_in.get(talk.get_absolute_url())
    for words in ("Soup</textarea>", f'value="{ada.uid}" checked', 'value="13" selected', 'value="2026"'):
        assert words in form.text
    fields = sent(bo, kind="letter", line="Bread", when="day", on="2026-05-02", two_way="no", began="me")
    response = signed_in.post(f"{talk.get_absolute_url()}?next={bo.get_absolute_url()}", fields)
    assert response["Location"] == bo.get_absolute_url()
    talk = Interaction.objects.get()
    assert (talk.kind, talk.line, talk.two_way, talk.began) == ("letter", "Bread", False, "me")
    assert (talk.when, people_of(talk)) == (Around(2026, 5, 2), {"Bo"})
    assert "Bread" not in signed_in.get(ada.get_absolute_url()).text


def test_what_one_tab_removed_and_another_saves_is_kept(signed_in: Client, ada: Contact) -> None:
    talk = talked(ada)
    signed_in.post(page("remove_talk", talk.uid))
    assert "This conversation was removed." in signed_in.get(talk.get_absolute_url()).text
    signed_in.post(talk.get_absolute_url(), sent(ada, line="Soup"))
    talk = Interaction.objects.get()
    assert (talk.removed_at, talk.line) == (None, "Soup")


def test_a_removed_one_can_be_brought_back_for_thirty_days(signed_in: Client, ada: Contact) -> None:
    talk, other = talked(ada, line="Soup"), talked(ada)
    response = signed_in.post(page("remove_talk", talk.uid), follow=True)
    assert "Removed: Call, today." in response.text
    assert bring_back(talk) in response.text
    assert "Soup" not in response.text
    signed_in.post(bring_back(talk))
    assert "Soup" in signed_in.get(ada.get_absolute_url()).text
    talk.remove()
    now = datetime(2026, 12, 22, 11, 59, tzinfo=UTC)
    for then, left in ((now, 2), (now + timedelta(minutes=2), 1)):
        with time_machine.travel(then):
            forget_removed()
        assert Interaction.objects.count() == left
    assert Interaction.objects.get() == other


def test_with_somebody_go_the_conversations_that_nobody_else_took_part_in(
    signed_in: Client, ada: Contact, bo: Contact
) -> None:
    talked(ada)
    shared = talked(ada, bo)
    signed_in.post(page("delete", ada.uid))
    assert "the conversations between the two of you" in signed_in.get(page("forget", ada.uid)).text
    signed_in.post(page("forget", ada.uid))
    assert Interaction.objects.get() == shared
    assert people_of(shared) == {"Bo"}


def test_whoever_is_hidden_is_not_named_beside_others(signed_in: Client, ada: Contact, bo: Contact) -> None:
    talk = talked(ada, bo)
    bo.hide()
    assert "Ångström" not in signed_in.get(ada.get_absolute_url()).text
    assert "Ångström" not in signed_in.get(page("talks", ada.uid)).text
    # Correcting does not lose them.
    assert f'value="{bo.uid}" checked' in signed_in.get(talk.get_absolute_url()).text


def test_the_database_knows_what_a_conversation_is(ada: Contact) -> None:
    wrong: list[dict[str, Any]] = [
        {"kind": "like"},
        {"began": "it"},
        {"season": 5, "on_month": None, "on_day": None},
        {"season": 1},
        {"on_month": 13, "on_day": None},
        {"on_day": 31, "on_month": 2},
        {"on_year": None},
    ]
    for fields in wrong:
        given = {"kind": "call", "on_year": 2026, "on_month": 5, "on_day": 1, **fields}
        with pytest.raises(DatabaseError), transaction.atomic():
            Interaction.objects.create(owner=ada.owner, **given)


# ---- many


def test_five_hundred_conversations_cost_what_one_costs(
    signed_in: Client, user: User, ada: Contact, bo: Contact,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:  # fmt: skip
    signed_in.get(ada.get_absolute_url())
    costs = []
    for many in (1, 499):
        talks = Interaction.objects.bulk_create(
            Interaction(owner=user, kind="call", line=f"About {n}", **parts_of(Around(1500 + n, 5, 1)))
            for n in range(many)
        )
        InteractionPerson.objects.bulk_create(
            InteractionPerson(owner=user, interaction=talk, contact=who)
            for talk in talks
            for who in (ada, bo)
        )
        for url in (ada.get_absolute_url(), page("talks", ada.uid), TALK):
            with django_assert_max_num_queries(8) as queries:
                signed_in.get(url)
            costs.append(len(queries))
    assert costs[:3] == costs[3:]
    first = signed_in.get(page("talks", ada.uid)).text
    assert first.count('class="dot"') == 25
    last = signed_in.get(page("talks", ada.uid), {"page": "20"}).text
    assert "About 0<" in last
    assert "Older" not in last
    for odd in ("0", "x", "9" * 30, "\x00"):
        assert signed_in.get(page("talks", ada.uid), {"page": odd}).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_the_same_form_at_the_same_time_is_one_conversation() -> None:
    user, token = UserFactory.create(), uuid.uuid4()
    who = ContactFactory.create(owner=user)

    def once(_n: int) -> int:
        try:
            return Interaction.objects.note(user, [who], token, when=Around(2026, 5), kind="call").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(once, range(8)))) == 1
    assert InteractionPerson.objects.count() == 1
