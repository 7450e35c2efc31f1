"""Give and take: written down with a line and a tap, kept, corrected, removed, and what pages say of it."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from contacts.giving import Counts, Said, State, counted
from contacts.models import Ask, Contact, Favour
from contacts.tasks import forget_removed
from tests.contacts.test_models import run_at_once
from tests.contacts.test_writing_down import error
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

TODAY = date(2026, 11, 22)
ALL = reverse("contacts:giving")
HTMX = {"HX-Request": "true"}


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


def favour(who: Contact, said: Said = Said.PROMISED, what: str = "Soup", **fields: Any) -> Favour:
    given = {"day": TODAY, "direction": said.direction, "kind": said.kind, "state": said.begins, **fields}
    return Favour.objects.note(who, uuid.uuid4(), what=what, **given)


def asked(who: Contact, what: str = "A word", **fields: Any) -> Ask:
    return Ask.objects.note(who, uuid.uuid4(), what=what, **{"day": TODAY, **fields})


def door(name: str, key: object) -> str:
    return reverse(f"contacts:{name}", args=[key])


def sent(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid.uuid4()), "said_as": "promised", "what": "Soup", **fields}


# ---- writing down


@pytest.mark.parametrize(
    ("said", "direction", "kind", "state", "shown"),
    [
        ("helped", "given", "help", "closed", "I helped"),
        ("was-helped", "received", "help", "closed", "They helped me"),
        ("promised", "given", "help", "open", "I promised"),
        ("was-promised", "received", "help", "open", "They promised me"),
        ("lent", "given", "loan", "open", "I lent it to them"),
        ("borrowed", "received", "loan", "open", "They lent it to me"),
    ],
)
def test_a_line_and_a_tap_write_it_down_for_today(
    signed_in: Client, ada: Contact, said: str, direction: str, kind: str, state: str, shown: str
) -> None:
    home = ada.get_absolute_url()
    assert "One line here remembers it." in signed_in.get(home).text
    response = signed_in.post(door("favour_with", ada.uid), sent(said_as=said, what=" Plum  jam "))
    assert response["Location"] == home
    row = Favour.objects.get()
    assert (row.direction, row.kind, row.state, row.what, row.day) == (
        direction,
        kind,
        state,
        "Plum jam",
        TODAY,
    )
    text = signed_in.get(home).text
    assert f"Noted: {shown}, Plum jam" in text
    assert ("Still open between you" in text) is (state == "open")
    assert door("favour_remove", row.pk) in text
    assert row.in_bin == f"{shown}: Plum jam"


def test_what_is_open_stands_before_everything_else(signed_in: Client, ada: Contact) -> None:
    favour(ada, what="Without a day", day=TODAY - timedelta(days=40))
    favour(ada, Said.WAS_PROMISED, "With a day", due_on=TODAY + timedelta(days=30))
    asked(ada, "Asked")
    favour(ada, Said.HELPED, "Done")
    text = signed_in.get(ada.get_absolute_url()).text
    order = [text.index(words) for words in ("With a day", "Without a day", "Asked", "last-talk", "Done")]
    assert order == sorted(order)


def test_a_form_sent_twice_is_one_and_other_words_are_another(signed_in: Client, ada: Contact) -> None:
    for name, model in (("favour", Favour), ("ask", Ask)):
        fields, url = sent(), door(f"{name}_with", ada.uid)
        for _twice in range(2):
            assert signed_in.post(url, fields).status_code == 303
        row = model.objects.get()
        signed_in.post(door(f"{name}_remove", row.pk))
        signed_in.post(url, fields)
        assert model.objects.get().removed_at is None
        signed_in.post(url, {**fields, "what": "Soup and bread"})
        assert model.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_are_one() -> None:
    ada = ContactFactory.create(owner=UserFactory.create())
    fields = sent()

    def post(url: str) -> int:
        client = Client()
        client.force_login(ada.owner)
        try:
            return client.post(url, fields).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as pool:
        urls = [door(name, ada.uid) for name in ("favour_with", "ask_with") for _ in range(20)]
        assert set(pool.map(post, urls)) == {303}
    assert (Favour.objects.count(), Ask.objects.count()) == (1, 1)


def test_more_carries_what_was_typed_and_writes_nothing(signed_in: Client, ada: Contact) -> None:
    fields = {"token": str(uuid.uuid4()), "what": "Soup"}
    for name in ("favour_with", "ask_with"):
        response = signed_in.post(f"{door(name, ada.uid)}?more", fields)
        assert response.status_code == 200
        assert 'value="Soup"' in response.text
        assert fields["token"] in response.text
        assert 'role="alert"' not in response.text
    assert not Favour.objects.exists()
    assert not Ask.objects.exists()


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"said_as": ""}, "said_as", "Please choose what it was."),
        ({"said_as": "stole"}, "said_as", "Select a valid choice."),
        ({"what": "  "}, "what", "This field is required."),
        ({"what": "x" * 301}, "what", "Ensure this value has at most 300"),
        ({"what": "a\x00b"}, "what", "Null characters"),
        ({"day": "2026-11-23"}, "day", "This day is still to come."),
        ({"day": "2026-02-30"}, "day", "Enter a valid date."),
        ({"day": "0085-02-01"}, "day", "Please write the year with four digits."),
        ({"due_on": "2026-11-21"}, "due_on", "This is before the day it was said."),
        ({"due_on": "2086-11-21"}, "due_on", "Please choose a day within the next fifty years."),
        ({"due_on": "soon"}, "due_on", "Enter a valid date."),
        ({"weight": "huge"}, "weight", "Select a valid choice."),
    ],
)
def test_what_cannot_be_kept_is_given_back_as_typed(
    signed_in: Client, ada: Contact, fields: dict[str, str], field: str, words: str
) -> None:
    typed = sent(what="Soup", day="2026-11-22", due_on="2026-12-24", weight="small")
    response = signed_in.post(door("favour_with", ada.uid), {**typed, **fields})
    assert response.status_code == 422
    assert error(response.text, field).startswith(words)
    assert not Favour.objects.exists()
    for name, value in typed.items():
        if name not in {"token", "said_as", "weight", *fields}:
            assert f'value="{value}"' in response.text


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        ({"what": ""}, "what", "This field is required."),
        ({"day": "2026-11-23"}, "day", "This day is still to come."),
        ({"answered": "perhaps"}, "answered", "Select a valid choice."),
        ({"outcome": "x" * 301}, "outcome", "Ensure this value has at most 300"),
    ],
)
def test_an_ask_that_cannot_be_kept_is_given_back_as_typed(
    signed_in: Client, ada: Contact, fields: dict[str, str], field: str, words: str
) -> None:
    typed = {"what": "A word", "outcome": "She came", **fields}
    response = signed_in.post(door("ask_with", ada.uid), sent(**typed))
    assert response.status_code == 422
    assert error(response.text, field).startswith(words)
    if "outcome" not in fields:
        assert 'value="She came"' in response.text


def test_help_that_was_given_has_no_day_to_keep(signed_in: Client, ada: Contact) -> None:
    for due in ("2026-12-24", "2020-01-01", "soon"):
        response = signed_in.post(door("favour_with", ada.uid), sent(said_as="helped", due_on=due))
        assert response.status_code == 303
    assert set(Favour.objects.values_list("due_on", flat=True)) == {None}


def test_the_dead_are_promised_nothing_and_the_archived_are_left_in_peace(
    signed_in: Client, user: User, ada: Contact
) -> None:
    favour(ada, Said.WAS_HELPED, "Held my hand")
    Contact.objects.filter(pk=ada.pk).update(deceased=True)
    text = signed_in.get(ada.get_absolute_url()).text
    assert "Held my hand" in text
    assert 'value="was-helped"' in text
    assert 'value="promised"' not in text
    cy = ContactFactory.create(owner=user, deceased=True)
    assert "What you did for each other can stay here." in signed_in.get(cy.get_absolute_url()).text
    ada.archive()
    text = signed_in.get(ada.get_absolute_url()).text
    assert 'value="was-helped"' not in text
    assert f'href="{door("favour_with", ada.uid)}"' in text


# ---- how it stands


def test_a_promise_is_kept_with_one_tap_and_open_again_with_another(signed_in: Client, ada: Contact) -> None:
    row = favour(ada, what="Soup", day=TODAY - timedelta(days=9))
    response = signed_in.post(door("favour_kept", row.pk), {"next": ALL}, headers=HTMX)
    assert 'aria-pressed="true"' in response.text
    assert "Kept: Soup" in response.text
    assert door("favour_open", row.pk) in response.text
    row.refresh_from_db()
    assert (row.state, row.said, row.settled_on, row.happened_on) == ("closed", Said.HELPED, TODAY, TODAY)
    assert signed_in.post(door("favour_open", row.pk), {"next": ALL})["Location"] == ALL
    row.refresh_from_db()
    assert (row.state, row.settled_on, row.happened_on) == ("open", None, None)


def test_what_was_kept_in_part_is_so_again_when_keeping_it_is_undone(signed_in: Client, ada: Contact) -> None:
    row = favour(ada, what="Soup", day=TODAY - timedelta(days=9))
    row.stand(State.PARTLY, TODAY - timedelta(days=3))
    assert "kept in part" in signed_in.get(ada.get_absolute_url()).text
    page = signed_in.post(door("favour_kept", row.pk), follow=True).text
    assert f'action="{door("favour_partly", row.pk)}?next=' in page
    row.refresh_from_db()
    assert row.settled_on == TODAY - timedelta(days=3)
    signed_in.post(door("favour_partly", row.pk))
    row.refresh_from_db()
    assert (row.state, row.settled_on) == ("partly", TODAY - timedelta(days=3))


def test_a_second_tap_on_the_same_takes_no_undo_away(signed_in: Client, ada: Contact) -> None:
    promise, question = favour(ada, what="Soup"), asked(ada)
    for name, row in (("favour_kept", promise), ("ask_unanswered", question)):
        assert "Undo" in signed_in.post(door(name, row.pk), headers=HTMX).text
        assert "Undo" not in signed_in.post(door(name, row.pk), headers=HTMX).text
    page = signed_in.post(door("ask_answered", question.pk), headers=HTMX).text
    assert f'action="{door("ask_unanswered", question.pk)}?next=' in page


def test_a_loan_helped_from_its_first_day_and_comes_back(signed_in: Client, ada: Contact) -> None:
    lent = TODAY - timedelta(days=90)
    row = favour(ada, Said.LENT, "The ladder", day=lent)
    row.refresh_from_db()
    assert row.happened_on == lent
    for state, words in (("partly", "back in part"), ("kept", "back again")):
        signed_in.post(door(f"favour_{state}", row.pk))
        assert words in signed_in.get(ada.get_absolute_url()).text
    row.refresh_from_db()
    assert (row.happened_on, row.settled_on) == (lent, TODAY)


def test_an_answer_came_or_did_not(signed_in: Client, ada: Contact) -> None:
    row = asked(ada, "A word")
    for name, answered, words in (
        ("answered", True, "Answered: A word"),
        ("unanswered", False, "No answer came: A word"),
        ("open", None, ""),
    ):
        response = signed_in.post(door(f"ask_{name}", row.pk), headers=HTMX)
        row.refresh_from_db()
        assert row.answered is answered
        if words:
            assert words in response.text


# ---- correcting, removing


def test_a_favour_is_corrected(signed_in: Client, ada: Contact) -> None:
    row = favour(ada, Said.BORROWED, "The drill", due_on=TODAY + timedelta(days=9))
    page = signed_in.get(row.get_absolute_url())
    for words in ('value="The drill"', 'value="2026-12-01"'):
        assert words in page.text
    assert page.context["form"].initial["said_as"] is Said.BORROWED
    fields = sent(said_as="lent", what="The saw", day="2026-05-01", due_on="2026-06-01", weight="large")
    response = signed_in.post(f"{row.get_absolute_url()}?next={ALL}", fields)
    assert response["Location"] == ALL
    row.refresh_from_db()
    assert (row.what, row.said, row.state, row.weight) == ("The saw", Said.LENT, "open", "large")
    assert (row.day, row.due_on) == (date(2026, 5, 1), date(2026, 6, 1))


def test_correcting_the_words_of_a_kept_promise_leaves_it_kept(signed_in: Client, ada: Contact) -> None:
    due = TODAY + timedelta(days=9)
    row = favour(ada, what="Soup", due_on=due)
    row.stand(State.CLOSED, TODAY)
    signed_in.post(row.get_absolute_url(), sent(said_as="helped", what="Bread"))
    row.refresh_from_db()
    assert (row.what, row.state, row.settled_on, row.due_on) == ("Bread", "closed", TODAY, due)
    signed_in.post(row.get_absolute_url(), sent(said_as="promised", what="Bread"))
    row.refresh_from_db()
    assert (row.state, row.settled_on, row.happened_on) == ("open", None, None)


def test_an_ask_is_corrected(signed_in: Client, ada: Contact) -> None:
    row = asked(ada)
    fields = sent(what="Two words", day="2026-05-01", answered="yes", outcome="She came")
    assert signed_in.post(row.get_absolute_url(), fields)["Location"] == ada.get_absolute_url()
    row.refresh_from_db()
    assert (row.what, row.day, row.answered, row.outcome) == ("Two words", date(2026, 5, 1), True, "She came")
    assert "She came" in signed_in.get(ada.get_absolute_url()).text
    assert 'value="She came"' in signed_in.get(row.get_absolute_url()).text


def test_a_removed_one_can_be_brought_back_for_thirty_days(signed_in: Client, ada: Contact) -> None:
    for name, kind, row in (("favour", "favours", favour(ada)), ("ask", "asks", asked(ada))):
        model = type(row)
        page = signed_in.post(door(f"{name}_remove", row.pk), follow=True).text
        assert f"Removed: {row.what}" in page
        back = reverse("contacts:bring_back", args=[kind, row.pk])
        assert back in page
        assert "This was removed." in signed_in.get(row.get_absolute_url()).text
        signed_in.post(back)
        assert row.what in signed_in.get(ada.get_absolute_url()).text
        row.remove()
        now = datetime(2026, 12, 22, 11, 59, tzinfo=UTC)
        for then, left in ((now, 1), (now + timedelta(minutes=2), 0)):
            with time_machine.travel(then):
                forget_removed()
            assert model.objects.count() == left


def test_what_one_tab_removed_and_another_saves_is_kept(signed_in: Client, ada: Contact) -> None:
    row = favour(ada)
    row.remove()
    signed_in.post(row.get_absolute_url(), sent(what="Bread"))
    row.refresh_from_db()
    assert (row.removed_at, row.what) == (None, "Bread")


@pytest.mark.parametrize("name", ["favour_kept", "favour_partly", "ask_answered", "ask_unanswered"])
def test_what_one_tab_removed_and_another_ticks_is_kept(signed_in: Client, ada: Contact, name: str) -> None:
    row = favour(ada) if name.startswith("favour") else asked(ada)
    row.remove()
    signed_in.post(door(name, row.pk))
    row.refresh_from_db()
    assert row.removed_at is None
    assert row.what in signed_in.get(ada.get_absolute_url()).text


def test_a_tick_changes_how_often_one_helped_on_the_same_page(signed_in: Client, ada: Contact) -> None:
    row = favour(ada, what="Soup", day=TODAY - timedelta(days=40))
    line, says = 'id="giving-says"', "In the last two years you helped once."
    for page in (ada.get_absolute_url(), door("giving_with", ada.uid)):
        assert says not in signed_in.get(page).text
        answer = signed_in.post(door("favour_kept", row.pk), {"next": page}, headers=HTMX).text
        assert f'{line} hx-swap-oob="true">{says}</p>' in answer
        assert f'<time datetime="{TODAY}">' in answer
        answer = signed_in.post(door("favour_open", row.pk), {"next": page}, headers=HTMX).text
        assert f'{line} hx-swap-oob="true" hidden></p>' in answer
    assert line not in signed_in.post(door("favour_kept", row.pk), {"next": ALL}, headers=HTMX).text


def test_a_strangers_rows_are_not_found_and_cannot_be_linked(
    signed_in: Client, ada: Contact, stranger: User
) -> None:
    theirs = ContactFactory.create(owner=stranger, given="Canary")
    promise, question = favour(theirs), asked(theirs)
    for name in ("favour", "favour_kept", "favour_partly", "favour_open", "favour_remove"):
        assert signed_in.post(door(name, promise.pk), sent()).status_code == 404
    for name in ("ask", "ask_answered", "ask_unanswered", "ask_open", "ask_remove"):
        assert signed_in.post(door(name, question.pk), sent()).status_code == 404
    for name in ("favour_with", "ask_with", "giving_with"):
        assert signed_in.post(door(name, theirs.uid), sent()).status_code in {404, 405}
    assert (Favour.objects.count(), Ask.objects.count()) == (1, 1)
    for row in (favour(ada), asked(ada)):
        table = row._meta.db_table
        with pytest.raises(IntegrityError), transaction.atomic():
            run_at_once(f"UPDATE {table} SET contact_id = {theirs.pk} WHERE id = {row.pk}")


@pytest.mark.parametrize(
    "fields",
    [
        {"direction": "both"},
        {"kind": "gift"},
        {"state": "lost"},
        {"weight": "huge"},
        {"what": ""},
        {"due_on": TODAY - timedelta(days=1)},
        {"state": "open", "settled_on": TODAY},
    ],
)
def test_the_database_knows_what_a_favour_is(ada: Contact, fields: dict[str, Any]) -> None:
    right = {"direction": "given", "kind": "help", "state": "closed", "what": "Soup", "day": TODAY}
    Favour.objects.create(owner=ada.owner, contact=ada, **right)
    with pytest.raises(DatabaseError), transaction.atomic():
        Favour.objects.create(owner=ada.owner, contact=ada, **{**right, **fields})


@pytest.mark.parametrize(
    ("said", "state", "settled_on", "happened_on"),
    [
        (Said.HELPED, "closed", None, date(2026, 5, 1)),
        (Said.PROMISED, "open", None, None),
        (Said.PROMISED, "partly", date(2026, 6, 1), date(2026, 6, 1)),
        (Said.WAS_PROMISED, "closed", date(2026, 6, 1), date(2026, 6, 1)),
        (Said.LENT, "open", None, date(2026, 5, 1)),
        (Said.BORROWED, "closed", date(2026, 6, 1), date(2026, 5, 1)),
    ],
)
def test_it_was_of_help_on_the_day_that_counts(
    ada: Contact, said: Said, state: str, settled_on: date | None, happened_on: date | None
) -> None:
    row = favour(ada, said, day=date(2026, 5, 1), state=state, settled_on=settled_on)
    row.refresh_from_db()
    assert row.happened_on == happened_on


# ---- what pages say


@pytest.mark.parametrize(
    ("given", "received", "words", "tilt"),
    [
        (0, 0, "", ""),
        (1, 0, "In the last two years you helped once.", ""),
        (0, 2, "In the last two years they helped you 2 times.", ""),
        (3, 2, "In the last two years you helped 3 times, they helped you 2 times.", ""),
        (5, 0, "In the last two years you helped 5 times.", ""),
        (6, 0, "In the last two years you helped 6 times.", "Clearly more went from you to them."),
        (7, 1, "In the last two years you helped 7 times, they helped you once.", ""),
        (
            1,
            8,
            "In the last two years you helped once, they helped you 8 times.",
            "Clearly more came from them to you.",
        ),
    ],
)
def test_a_person_page_counts_and_names_a_tilt_only_beyond_chance(
    signed_in: Client, ada: Contact, given: int, received: int, words: str, tilt: str
) -> None:
    for said, many in ((Said.HELPED, given), (Said.WAS_HELPED, received)):
        for n in range(many):
            favour(ada, said, f"Thing {n}")
    favour(ada, Said.HELPED, "Long ago", day=date(2024, 11, 22))
    favour(ada, Said.PROMISED, "Not yet")
    favour(ada, Said.WAS_HELPED, "Removed").remove()
    for url in (ada.get_absolute_url(), door("giving_with", ada.uid)):
        text = signed_in.get(url).text
        assert words in text
        assert ("In the last two years" in text) is bool(words)
        assert ("Clearly more" in text) is bool(tilt)
        assert tilt in text
        assert ("How the other side sees it, NetValue does not know." in text) is bool(tilt)


def test_the_page_of_all_says_what_is_open_and_what_was(
    signed_in: Client, user: User, ada: Contact, bo: Contact
) -> None:
    cy = ContactFactory.create(owner=user, given="Cy", family="Young")
    favour(ada, Said.PROMISED, "Mine")
    favour(ada, Said.LENT, "My ladder")
    favour(bo, Said.BORROWED, "Their drill")
    favour(bo, Said.WAS_PROMISED, "Theirs")
    favour(cy, Said.WAS_HELPED, "Held the door")
    asked(cy, "Open question")
    asked(cy, "Closed question", answered=False)
    context = signed_in.get(ALL).context
    assert [row["what"] for row in context["mine"]] == ["Mine", "Their drill"]
    assert [row["what"] for row in context["theirs"]] == ["My ladder", "Theirs"]
    assert [row["what"] for row in context["asks"]] == ["Open question"]
    assert [row["what"] for row in context["done"]] == ["Held the door"]
    # Lending and having been lent something are help, promises are not yet.
    assert context["both_ways"] == "With 0 of 3 people it went both ways in the last two years."
    favour(ada, Said.WAS_HELPED)
    text = signed_in.get(ALL).text
    assert "With 1 of 3 people it went both ways in the last two years." in text
    assert "clearly more" not in text
    assert ada.get_absolute_url() in text


def test_the_overall_tilt_is_named_only_beyond_chance(signed_in: Client, ada: Contact, bo: Contact) -> None:
    tilt = "In the last two years clearly more went from you to others."
    for n in range(5):
        favour(ada if n % 2 else bo, Said.HELPED, f"Thing {n}")
    assert tilt not in signed_in.get(ALL).text
    favour(bo, Said.HELPED, "The sixth")
    text = signed_in.get(ALL).text
    assert tilt in text
    assert "How the other side sees it, NetValue does not know." in text


def test_the_database_counts_as_the_rule_does(user: User, ada: Contact, bo: Contact) -> None:
    days = [TODAY, date(2024, 11, 22), date(2024, 11, 23), date(2025, 1, 1)]
    for who, said, day in [(who, said, day) for who in (ada, bo) for said in Said for day in days]:
        if (who, said) != (bo, Said.HELPED):
            favour(who, said, f"{said} {day}", day=day)
    favour(ada, Said.PROMISED, "Kept", day=date(2020, 1, 1)).stand(State.CLOSED, TODAY)
    found = Favour.objects.of(user).counts_by_person(TODAY)
    for who in (ada, bo):
        rows = Favour.objects.filter(contact=who).values_list("direction", "happened_on")
        assert found[who.pk] == counted(rows, TODAY)
    assert found[bo.pk] == Counts(3, 6)


def test_nobody_who_is_hidden_or_put_away_is_named(
    signed_in: Client, user: User, ada: Contact, bo: Contact
) -> None:
    for who in (ada, bo):
        for said in Said:
            favour(who, said, f"Canary {who.given}")
        asked(who, f"Canary {who.given}")
    ada.hide()
    bo.archive()
    for url in (ALL, reverse("today")):
        text = signed_in.get(url).text
        assert "Canary" not in text
        assert "Lovelace" not in text
        assert "Ångström" not in text
    assert "One line, and it is not forgotten." in signed_in.get(ALL).text
    assert "Canary Ada" in signed_in.get(ada.get_absolute_url()).text


def test_with_somebody_in_the_bin_go_their_favours_and_come_back_with_them(
    signed_in: Client, ada: Contact
) -> None:
    promise, question = favour(ada, what="Canary"), asked(ada, "Canary")
    ada.remove()
    for url in (ALL, reverse("today")):
        assert "Canary" not in signed_in.get(url).text
    for name, row in (
        ("favour", promise),
        ("favour_kept", promise),
        ("ask", question),
        ("ask_open", question),
    ):
        assert signed_in.post(door(name, row.pk), sent()).status_code == 404
    ada.bring_back()
    assert "Canary" in signed_in.get(ALL).text


def test_today_shows_ten_promises_of_ones_own_those_with_a_day_first(
    signed_in: Client, ada: Contact, bo: Contact
) -> None:
    assert "What you promised" not in signed_in.get(reverse("today")).text
    for n in range(10):
        favour(ada, what=f"Promise {n}", day=TODAY - timedelta(days=n))
    favour(bo, Said.BORROWED, "The drill", due_on=TODAY + timedelta(days=3))
    favour(bo, Said.WAS_PROMISED, "Theirs")
    favour(bo, what="Late", day=TODAY - timedelta(days=2), due_on=TODAY - timedelta(days=1))
    favour(bo, what="Kept").stand(State.CLOSED, TODAY)
    response = signed_in.get(reverse("today"))
    rows = [row["what"] for row in response.context["promises"]]
    assert rows == ["Late", "The drill", *[f"Promise {n}" for n in range(9, 1, -1)]]
    assert f'href="{ALL}"' in response.text
    kept = door("favour_kept", Favour.objects.get(what="Late").pk)
    assert kept in response.text
    assert signed_in.post(kept, {"next": reverse("today")})["Location"] == reverse("today")
    assert "Kept: Late" in signed_in.get(reverse("today")).text


def test_empty_pages_say_what_could_stand_there(signed_in: Client, user: User) -> None:
    contact = ContactFactory.create(owner=user)
    assert "Choose somebody" in signed_in.get(ALL).text
    assert "Nothing is written down yet." in signed_in.get(door("giving_with", contact.uid)).text


def test_nothing_written_is_taken_for_markup(signed_in: Client, ada: Contact) -> None:
    canary = "<script>alert(7)</script>"
    rows = favour(ada, what=canary), favour(ada, Said.HELPED, canary), asked(ada, canary)
    asked(ada, canary, answered=True, outcome=canary)
    pages = [ALL, reverse("today"), ada.get_absolute_url(), door("giving_with", ada.uid)]
    for url in [*pages, *(row.get_absolute_url() for row in rows)]:
        text = signed_in.get(url).text
        assert canary not in text
        assert "&lt;script&gt;" in text
    response = signed_in.post(door("favour_kept", rows[0].pk), headers=HTMX)
    assert canary not in response.text


def test_five_hundred_cost_what_one_costs(
    signed_in: Client, ada: Contact, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    urls = (ada.get_absolute_url(), door("giving_with", ada.uid), ALL)
    signed_in.get(ALL)
    costs = []
    for many in (1, 80):
        Favour.objects.bulk_create(
            Favour(
                owner=ada.owner, contact=ada, what=f"{said} {n}", day=TODAY,
                direction=said.direction, kind=said.kind, state=said.begins,
            )
            for said in Said
            for n in range(many)
        )  # fmt: skip
        Ask.objects.bulk_create(
            Ask(owner=ada.owner, contact=ada, what=f"Ask {n}", day=TODAY, answered=answered)
            for answered in (None, True)
            for n in range(many)
        )
        for url in urls:
            with django_assert_max_num_queries(8) as queries:
                assert signed_in.get(url).status_code == 200
            costs.append(len(queries))
    assert costs[:3] == costs[3:]
    assert "Up to a hundred of each stand here" in signed_in.get(ALL).text
    text = signed_in.get(door("giving_with", ada.uid)).text
    assert "?page=2" in text
    second = signed_in.get(f"{door('giving_with', ada.uid)}?page=2").text
    assert "Still open between you" not in second
