"""Many people at once: chosen, changed, watched and taken back."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import BulkChange, Circle, Contact, bulk
from contacts.tasks import go_on_with_bulk_changes
from netvalue.outbox import kinds, planning
from netvalue.outbox.models import Occurrence
from tests.factories import ContactFactory, UserFactory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.test.client import _MonkeyPatchedWSGIResponse
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

LIST = reverse("contacts:list")
CHANGE = reverse("contacts:change")
CHANGES = reverse("contacts:bulk_changes")
DONE = BulkChange.State.DONE


def people(user: User, many: int, **fields: Any) -> list[Contact]:
    return Contact.objects.bulk_create(
        Contact(owner=user, given=f"Given{n:04}", **fields) for n in range(many)
    )


def form(do: str, who: Iterable[Contact] = (), **fields: Any) -> dict[str, Any]:
    """What the page that asks sends."""
    chosen = [str(contact.uid) for contact in who]
    return {"do": do, "who": chosen, "sure": "1", "token": str(uuid4()), **fields}


def post(client: Client, do: str, who: Iterable[Contact] = (), **fields: Any) -> _MonkeyPatchedWSGIResponse:
    return client.post(CHANGE, form(do, who, **fields))


def said(client: Client, page: str = LIST) -> str:
    """The toast on the next page."""
    found = re.findall(r"<nv-toast[^>]*><span>(.*?)</span>", client.get(page).text)
    return found[-2] if len(found) > 1 else ""


def kept(user: User, *columns: str) -> list[Any]:
    rows = Contact.objects.of(user).order_by("pk").values_list(*columns)
    return [row[0] if len(columns) == 1 else row for row in rows]


def undo(client: Client, change: BulkChange | None = None) -> _MonkeyPatchedWSGIResponse:
    change = change or BulkChange.objects.latest("pk")
    return client.post(reverse("contacts:undo_bulk_change", args=[change.uid]))


# --- Asking and doing -----------------------------------------------------------------------------------


def test_the_list_offers_each_person_by_name(signed_in: Client, user: User) -> None:
    ada = ContactFactory.create(owner=user, given="Ada", family="X")
    text = signed_in.get(LIST).text
    assert f'<input class="check" type="checkbox" name="who" value="{ada.uid}" aria-label="Ada X">' in text
    assert 'name="do" value="archive"' in text
    assert "all that match" not in text.replace("all 1 that match", ""), "one page is all there is"


def test_what_takes_away_is_asked_for_first(signed_in: Client, user: User) -> None:
    who = people(user, 7)
    response = signed_in.post(CHANGE, {"do": "archive", "who": [w.uid for w in who]})
    assert response.status_code == 200
    assert "Archive 7 contacts" in response.text
    assert "Given0000, Given0001, Given0002, Given0003, Given0004 and 2 more" in response.text
    assert response.text.count('name="who"') == 7
    assert not BulkChange.objects.exists()


def test_what_only_gives_back_is_done_at_once(signed_in: Client, user: User) -> None:
    who = people(user, 2, archived_at=timezone.now())
    response = signed_in.post(
        CHANGE,
        {"do": "bring-back", "who": [w.uid for w in who], "token": str(uuid4()), "sieve": "?shelf=archive"},
    )
    assert response.status_code == 303
    assert response["Location"] == f"{LIST}?shelf=archive"
    assert kept(user, "archived_at") == [None, None]


@pytest.mark.parametrize(
    ("do", "fields", "before", "after", "told"),
    [
        (
            "rhythm",
            {"rhythm": "30"},
            {"rhythm_days": 7},
            {"rhythm_days": 30},
            "Rhythm of 2 contacts: every month.",
        ),
        ("rhythm", {"rhythm": "0"}, {"rhythm_days": 7}, {"rhythm_days": None}, "Rhythm of 2 contacts: none."),
        (
            "closeness",
            {"closeness": "0"},
            {"closeness": None},
            {"closeness": 0},
            "Closeness of 2 contacts: 0.",
        ),
        (
            "closeness",
            {"closeness": "-1"},
            {"closeness": 9},
            {"closeness": None},
            "Closeness of 2 contacts: open.",
        ),
        ("pause", {}, {"paused": False}, {"paused": True, "paused_until": None}, "2 contacts paused."),
        (
            "pause",
            {"paused_until": "2030-05-01"},
            {"paused": True, "paused_until": None},
            {"paused": True, "paused_until": date(2030, 5, 1)},
            "2 contacts paused until 1 May 2030.",
        ),
        (
            "go-on",
            {},
            {"paused": True, "paused_until": date(2030, 5, 1)},
            {"paused": False, "paused_until": None},
            "2 contacts are no longer paused.",
        ),
        (
            "bring-back",
            {},
            {"archived_at": datetime(2026, 1, 1, tzinfo=UTC)},
            {"archived_at": None},
            "2 contacts brought back from the archive.",
        ),
    ],
)
def test_each_change_and_its_way_back(
    signed_in: Client,
    user: User,
    do: str,
    fields: dict[str, str],
    before: dict[str, Any],
    after: dict[str, Any],
    told: str,
) -> None:
    who, other = people(user, 2, **before), ContactFactory.create(owner=user, **before)
    assert post(signed_in, do, who, **fields).status_code == 303
    assert said(signed_in) == told
    assert (
        kept(user, *after)[:2]
        == [next(iter(after.values())) if len(after) == 1 else tuple(after.values())] * 2
    )
    assert undo(signed_in).status_code == 303
    assert said(signed_in) == "Undone."
    for contact in (*who, other):
        contact.refresh_from_db()
        assert {name: getattr(contact, name) for name in before} == before


def test_the_archive_and_back(signed_in: Client, user: User) -> None:
    who = people(user, 3)
    assert post(signed_in, "archive", who[:2]).status_code == 303
    assert said(signed_in) == "2 contacts archived."
    assert [at is not None for at in kept(user, "archived_at")] == [True, True, False]
    undo(signed_in)
    assert kept(user, "archived_at") == [None, None, None]


def test_into_the_bin_and_back(signed_in: Client, user: User) -> None:
    who = people(user, 3)
    assert post(signed_in, "remove", who[:2]).status_code == 303
    assert said(signed_in) == "2 contacts moved to the bin."
    assert Contact.objects.of(user).get() == who[2]
    assert signed_in.get(who[0].get_absolute_url()).status_code == 404
    assert post(signed_in, "rhythm", who[:2], rhythm="7").status_code == 422, "they are not there any more"
    who[1].refresh_from_db()
    who[1].bring_back()
    undo(signed_in)
    assert said(signed_in) == "Undone. 1 was changed since and stays as it is."
    assert Contact.objects.of(user).count() == 3


@time_machine.travel("2026-11-22T10:00:00Z")
@pytest.mark.parametrize("do", ["archive", "remove"])
def test_no_mail_tells_of_those_put_away_until_they_are_back(signed_in: Client, user: User, do: str) -> None:
    who = [Contact(owner=user, given=f"N{n}", birth_month=11, birth_day=25) for n in range(3)]
    for contact in who:
        contact.keep()
    due = datetime(2026, 11, 25, 12, tzinfo=UTC)

    def wanted() -> int:
        planning.plan(due)
        told = Occurrence.objects.of(user).filter(kind="birthday", occurrence_on=date(2026, 11, 25))
        return len(kinds.get("birthday").wanted(list(told)))

    post(signed_in, do, who[:2])
    assert wanted() == 1
    undo(signed_in)
    assert wanted() == 3


def test_into_a_new_circle_out_of_it_and_back(signed_in: Client, user: User) -> None:
    who = people(user, 3)
    post(signed_in, "into", who[:2], new_circle=" Choir ")
    assert said(signed_in) == "2 contacts put into “Choir”."
    choir = Circle.objects.get()
    post(signed_in, "into", who, circle=choir.pk)
    assert said(signed_in) == "1 contact put into “Choir”. 2 were like that already."
    undo(signed_in)
    assert set(choir.contacts.all()) == set(who[:2]), "who was there before stays"
    post(signed_in, "out", who, circle=choir.pk)
    assert said(signed_in) == "2 contacts taken out of “Choir”. 1 was like that already."
    undo(signed_in)
    assert set(choir.contacts.all()) == set(who[:2])
    post(signed_in, "out", who[2:], circle=choir.pk)
    assert said(signed_in) == "1 was like that already."
    assert signed_in.get(CHANGES).text.count("taken out") == 1, "what changed nothing is not told"


@pytest.mark.parametrize(
    ("do", "fields", "words"),
    [
        ("into", {}, "Please choose a circle, or name a new one."),
        ("into", {"new_circle": "x" * 81}, "at most 80 characters"),
        ("into", {"new_circle": "a\ufffd"}, "Some characters were damaged"),
        ("out", {}, "This field is required."),
        ("out", {"circle": "99999"}, "Select a valid choice."),
        ("rhythm", {}, "This field is required."),
        ("rhythm", {"rhythm": "5"}, "Select a valid choice."),
        ("closeness", {"closeness": "11"}, "Select a valid choice."),
        ("pause", {"paused_until": "2020-01-01"}, "still to come"),
        ("pause", {"paused_until": "30.02."}, "Enter a valid date."),
    ],
)
def test_a_mistake_is_said_and_the_selection_kept(
    signed_in: Client, user: User, do: str, fields: dict[str, str], words: str
) -> None:
    (ada,) = people(user, 1)
    response = post(signed_in, do, [ada], **fields)
    assert response.status_code == 422
    assert words in response.text
    assert f'name="who" value="{ada.uid}"' in response.text
    assert not BulkChange.objects.exists()


def test_business_contacts_have_no_closeness_and_that_is_said(signed_in: Client, user: User) -> None:
    who = [*people(user, 2), *people(user, 3, is_business=True)]
    post(signed_in, "closeness", who, closeness="7")
    assert said(signed_in) == "Closeness of 2 contacts: 7. 3 business contacts were left as they are."
    assert kept(user, "closeness") == [7, 7, None, None, None]


# --- Whom ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [[], ["x"], [str(uuid4())], ["\x00"]])
def test_nobody_selected_is_said(signed_in: Client, who: list[str]) -> None:
    response = signed_in.post(CHANGE, {"do": "archive", "who": who})
    assert response.status_code == 422
    assert "Nobody is selected." in response.text


@pytest.mark.parametrize("do", ["", "merge", "archive\x00"])
def test_an_action_that_there_is_not_is_not_found(signed_in: Client, do: str) -> None:
    assert signed_in.post(CHANGE, {"do": do}).status_code == 404


def test_a_strangers_people_are_not_there(signed_in: Client, user: User, stranger: User) -> None:
    theirs, mine = people(stranger, 2), people(user, 1)
    post(signed_in, "archive", [*theirs, *mine])
    assert said(signed_in) == "1 contact archived."
    assert kept(stranger, "archived_at") == [None, None]
    post(signed_in, "archive", theirs, token=str(uuid4()))
    assert BulkChange.objects.count() == 1


def test_a_strangers_circle_is_not_there(signed_in: Client, user: User, stranger: User) -> None:
    circle = Circle.objects.create(owner=stranger, name="Canary")
    response = post(signed_in, "into", people(user, 1), circle=circle.pk)
    assert response.status_code == 422
    assert "Canary" not in response.text


def test_all_that_match_are_more_than_the_page(signed_in: Client, user: User) -> None:
    people(user, 60, family="Meier")
    ContactFactory.create(owner=user, family="Other")
    assert "all 60 that match" in signed_in.get(LIST, {"q": "meier"}).text
    response = signed_in.post(CHANGE, {"do": "archive", "all": "on", "sieve": "?q=meier"})
    assert "Archive 60 contacts" in response.text
    assert 'name="shown" value="60"' in response.text
    response = post(signed_in, "archive", all="on", sieve="?q=meier", shown="60")
    assert response["Location"] == f"{LIST}?q=meier"
    assert said(signed_in) == "60 contacts archived."
    assert kept(user, "given")[-1].startswith("Given")
    assert Contact.objects.of(user).in_view().count() == 1


def test_whoever_matches_when_it_is_confirmed_counts_and_the_difference_is_said(
    signed_in: Client, user: User
) -> None:
    people(user, 2)
    post(signed_in, "archive", all="on", shown="3")
    assert said(signed_in) == "2 contacts archived. 3 matched when you looked, 2 when you confirmed."


def test_a_narrowing_that_is_gone_changes_nobody(signed_in: Client, user: User) -> None:
    people(user, 2)
    response = post(signed_in, "archive", all="on", sieve="?circle=99999")
    assert response.status_code == 422
    assert "The list was narrowed to something that is not there any more." in response.text
    assert not BulkChange.objects.exists()


def test_ten_thousand_selected_by_hand_are_taken_and_more_are_too_many(signed_in: Client, user: User) -> None:
    (ada,) = people(user, 1)
    many = [str(uuid4()) for _ in range(9_999)]
    response = signed_in.post(CHANGE, form("archive") | {"who": [*many, str(ada.uid)]})
    assert response.status_code == 303
    assert BulkChange.objects.get().done == 1
    response = signed_in.post(CHANGE, form("archive") | {"who": [*many, str(ada.uid), "one more"]})
    assert response.status_code == 422
    assert "At most 10,000 contacts can be selected one by one." in response.text


def test_hidden_people_are_not_among_those_selected(signed_in: Client, user: User) -> None:
    (away,) = people(user, 1, hidden=True)
    assert post(signed_in, "archive", [away]).status_code == 422


def test_asked_for_by_itself_the_door_leads_to_the_list(signed_in: Client) -> None:
    assert signed_in.get(CHANGE)["Location"] == LIST


# --- Once, and back --------------------------------------------------------------------------------------


def test_the_same_form_twice_is_one_change_and_with_other_words_another(
    signed_in: Client, user: User
) -> None:
    who = people(user, 2)
    first = form("rhythm", who, rhythm="7")
    for _ in range(2):
        assert signed_in.post(CHANGE, first).status_code == 303
    assert BulkChange.objects.count() == 1
    signed_in.post(CHANGE, first | {"rhythm": "14"})
    signed_in.post(CHANGE, first | {"who": [str(who[0].uid)]})
    assert BulkChange.objects.count() == 3


def test_what_was_undone_may_be_done_again_by_a_page_still_open(signed_in: Client, user: User) -> None:
    sent = form("archive", people(user, 2))
    for _ in range(3):
        signed_in.post(CHANGE, sent)
        undo(signed_in)
    signed_in.post(CHANGE, sent)
    assert None not in kept(user, "archived_at")
    assert BulkChange.objects.count() == 4


def test_what_was_changed_since_stays_and_is_counted(signed_in: Client, user: User) -> None:
    who = people(user, 4, rhythm_days=7)
    post(signed_in, "rhythm", who, rhythm="30")
    who[0].refresh_from_db()
    who[0].rhythm_days = 365
    who[0].keep("rhythm_days")
    post(signed_in, "rhythm", who[1:2], rhythm="14")
    undo(signed_in, BulkChange.objects.earliest("pk"))
    assert said(signed_in) == "Undone. 2 were changed since and stay as they are."
    assert kept(user, "rhythm_days") == [365, 14, 7, 7]
    undo(signed_in)
    assert kept(user, "rhythm_days") == [365, 30, 7, 7]


def test_undone_nothing_personal_comes_back_to_who_is_only_business_now(
    signed_in: Client, user: User
) -> None:
    who = people(user, 2, closeness=7)
    post(signed_in, "closeness", who, closeness="-1")
    Contact.objects.filter(pk=who[0].pk).update(is_business=True)
    assert undo(signed_in).status_code == 303
    assert kept(user, "closeness") == [None, 7]


def test_whoever_was_archived_before_keeps_their_day(signed_in: Client, user: User) -> None:
    before = datetime(2020, 1, 1, tzinfo=UTC)
    who = [*people(user, 1, archived_at=before), *people(user, 1)]
    post(signed_in, "archive", who)
    assert said(signed_in) == "1 contact archived. 1 was like that already."
    undo(signed_in)
    assert kept(user, "archived_at") == [before, None]


def test_undone_twice_is_undone_once(signed_in: Client, user: User) -> None:
    post(signed_in, "rhythm", people(user, 1, rhythm_days=7), rhythm="30")
    undo(signed_in)
    Contact.objects.update(rhythm_days=30)
    undo(signed_in)
    assert kept(user, "rhythm_days") == [30]


def test_the_page_of_changes_tells_each_with_its_way_back(signed_in: Client, user: User) -> None:
    assert "Nothing changed together yet." in signed_in.get(CHANGES).text
    post(signed_in, "archive", people(user, 2))
    page = signed_in.get(CHANGES).text
    assert "2 contacts archived." in page
    assert reverse("contacts:undo_bulk_change", args=[BulkChange.objects.get().uid]) in page
    undo(signed_in)
    page = signed_in.get(CHANGES).text
    assert "undone" in page
    assert "/undo/" not in page


def test_after_thirty_days_nobody_knows_any_more(user: User, signed_in: Client) -> None:
    post(signed_in, "archive", people(user, 2))
    now = timezone.now()
    assert BulkChange.objects.all().forget_old(now + timedelta(days=29)) == 0
    BulkChange.objects.all().forget_old(now + timedelta(days=31))
    assert not BulkChange.objects.exists()
    assert None not in kept(user, "archived_at")


# --- More than one waits for ------------------------------------------------------------------------------


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    monkeypatch.setattr(bulk, "CHUNK", 10)


@pytest.mark.usefixtures("small_chunks")
def test_many_are_left_to_the_worker_and_watched(signed_in: Client, user: User) -> None:
    who = people(user, 25)
    response = post(signed_in, "archive", who)
    change = BulkChange.objects.get()
    page = reverse("contacts:bulk_change", args=[change.uid])
    assert response["Location"] == page
    text = signed_in.get(page).text
    assert "Archive 25 contacts" in text
    assert "You may leave this page; it goes on." in text
    assert 'hx-trigger="load delay:1s"' in text
    assert '<meta http-equiv="refresh" content="3">' in text
    BulkChange.objects.all().go_on()
    assert '<progress max="25" value="10"' in signed_in.get(page).text
    go_on_with_bulk_changes()
    text = signed_in.get(page).text
    assert "25 contacts archived." in text
    assert "hx-trigger" not in text.partition('id="change"')[2]
    assert "http-equiv" not in text
    assert None not in kept(user, "archived_at")
    undo(signed_in)
    assert "This is being undone." in signed_in.get(page).text
    go_on_with_bulk_changes()
    assert kept(user, "archived_at") == [None] * 25
    assert "Undone." in signed_in.get(page).text


@pytest.mark.usefixtures("small_chunks")
def test_a_page_looks_less_often_the_longer_it_waits(signed_in: Client, user: User) -> None:
    post(signed_in, "archive", people(user, 25))
    page = BulkChange.objects.get().get_absolute_url()
    for seconds, pause in ((5, 1), (30, 2), (90, 5)):
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            assert f"load delay:{pause}s" in signed_in.get(page).text


@pytest.mark.usefixtures("small_chunks")
def test_stopped_between_two_chunks_what_is_done_stays_and_can_be_undone(
    signed_in: Client, user: User
) -> None:
    post(signed_in, "archive", people(user, 25))
    change = BulkChange.objects.get()
    BulkChange.objects.all().go_on()
    signed_in.post(reverse("contacts:stop_bulk_change", args=[change.uid]))
    go_on_with_bulk_changes()
    assert sum(at is not None for at in kept(user, "archived_at")) == 10
    text = signed_in.get(change.get_absolute_url()).text
    assert "10 contacts archived." in text
    assert "Stopped." in text
    undo(signed_in)
    go_on_with_bulk_changes()
    assert kept(user, "archived_at") == [None] * 25


@pytest.mark.usefixtures("small_chunks")
def test_undone_before_it_was_finished_it_goes_no_further(signed_in: Client, user: User) -> None:
    post(signed_in, "rhythm", people(user, 25, rhythm_days=7), rhythm="30")
    BulkChange.objects.all().go_on()
    undo(signed_in)
    go_on_with_bulk_changes()
    assert kept(user, "rhythm_days") == [7] * 25


@pytest.mark.usefixtures("small_chunks")
def test_what_cannot_be_done_is_given_up_and_what_was_done_can_be_undone(
    signed_in: Client, user: User
) -> None:
    post(signed_in, "rhythm", people(user, 25, rhythm_days=7), rhythm="30")
    change = BulkChange.objects.get()
    BulkChange.objects.all().go_on()
    # The database refuses it from here on.
    BulkChange.objects.update(rhythm_days=2000)
    for _ in range(bulk.MOST_TRIES):
        with pytest.raises(Exception, match="contacts_contact_rhythm"), transaction.atomic():
            go_on_with_bulk_changes()
        # The note of a try would have been committed.
        BulkChange.objects.all().note_a_try()
    go_on_with_bulk_changes()
    change.refresh_from_db()
    assert change.state == "failed"
    assert "This could not be finished." in signed_in.get(change.get_absolute_url()).text


@pytest.mark.usefixtures("small_chunks")
def test_whoever_went_meanwhile_is_left(signed_in: Client, user: User) -> None:
    who = people(user, 12)
    post(signed_in, "rhythm", who, rhythm="30")
    who[0].delete()
    go_on_with_bulk_changes()
    assert BulkChange.objects.get().done == 11


def test_the_cost_is_the_same_for_ten_and_for_a_thousand(
    signed_in: Client,
    user: User,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2000)
    circle = Circle.objects.create(owner=user, name="Choir")
    asked: dict[str, dict[str, Any]] = {
        "archive": {},
        "closeness": {"closeness": "3"},
        "into": {"circle": circle.pk},
        "bring-back": {},
    }
    signed_in.get(LIST)
    costs: dict[str, set[int]] = {}
    for who in (people(user, 10), people(user, 1000)):
        for do, fields in asked.items():
            with django_assert_max_num_queries(40) as queries:
                assert post(signed_in, do, who, **fields).status_code == 303
            costs.setdefault(do, set()).add(len(queries))
            with django_assert_max_num_queries(40) as queries:
                undo(signed_in)
            costs.setdefault(f"{do} undone", set()).add(len(queries))
            if do == "archive":
                post(signed_in, do, who)
    assert {do: len(cost) for do, cost in costs.items()} == dict.fromkeys(costs, 1), costs


def test_the_pages_cost_the_same_for_one_change_and_for_many(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    who, costs = people(user, 1), set()
    signed_in.get(CHANGES)
    for many in (1, 30):
        for _ in range(many):
            post(signed_in, "into", who, new_circle=f"Circle {uuid4().hex[:8]}")
        signed_in.get(CHANGES)
        with django_assert_max_num_queries(8) as queries:
            signed_in.get(CHANGES)
        costs.add(len(queries))
    assert len(costs) == 1


# --- At the same time, and killed -------------------------------------------------------------------------


def in_threads(many: int, work: Callable[[int], Any]) -> list[Any]:
    def closing(n: int) -> Any:
        try:
            return work(n)
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(closing, range(many)))


@pytest.mark.django_db(transaction=True)
def test_twenty_identical_posts_at_once_are_one_change() -> None:
    user = UserFactory.create()
    sent = form("rhythm", people(user, 30), rhythm="30")
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.force_login(user)
    statuses = in_threads(20, lambda n: clients[n].post(CHANGE, sent).status_code)
    assert statuses == [303] * 20
    assert BulkChange.objects.get().done == 30


@pytest.mark.django_db(transaction=True)
def test_two_changes_of_the_same_people_wait_for_each_other() -> None:
    user = UserFactory.create()
    who = people(user, 300)
    sent = [form("rhythm", who[:: 1 - 2 * (n % 2)], rhythm="30" if n % 2 else "7") for n in range(8)]
    clients = [Client() for _ in range(8)]
    for client in clients:
        client.force_login(user)
    assert in_threads(8, lambda n: clients[n].post(CHANGE, sent[n]).status_code) == [303] * 8
    assert BulkChange.objects.filter(state=DONE).count() == 8
    assert len(set(kept(user, "rhythm_days"))) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_make_each_chunk_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    monkeypatch.setattr(bulk, "CHUNK", 20)
    user = UserFactory.create()
    people(user, 200)
    begun = [
        BulkChange.objects.begin(
            user, Contact.objects.of(user), uuid4(), "all", action="rhythm", rhythm_days=n
        )
        for n in (7, 14, 30)
    ]
    in_threads(3, lambda _: BulkChange.objects.all().work())
    BulkChange.objects.all().work()
    for change in begun:
        change.refresh_from_db()
        assert (change.state, change.done, change.seen) == (DONE, 200, 200)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_loses_nothing_and_doubles_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 5)
    monkeypatch.setattr(bulk, "CHUNK", 100)
    user = UserFactory.create()
    people(user, 450, rhythm_days=7)
    change = BulkChange.objects.begin(
        user, Contact.objects.of(user), uuid4(), "all", action="rhythm", rhythm_days=30
    )
    name = connection.settings_dict["NAME"]
    for whole in (0, 2):
        died = subprocess.run(
            [sys.executable, "-m", "tests.contacts.killed_worker", name, "100", str(whole)],
            cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert died.returncode == -signal.SIGKILL, died.stderr
        change.refresh_from_db()
        assert (change.done, change.seen) == (whole * 100, whole * 100)
        assert kept(user, "rhythm_days").count(30) == whole * 100
    BulkChange.objects.all().work()
    change.refresh_from_db()
    assert (change.state, change.done) == (DONE, 450)
    assert set(kept(user, "rhythm_days")) == {30}
    change.undo()
    BulkChange.objects.all().work()
    assert set(kept(user, "rhythm_days")) == {7}


def test_the_same_owner_is_demanded_by_the_database(user: User, stranger: User) -> None:
    (theirs,) = people(stranger, 1)
    change = BulkChange.objects.create(owner=user, action="archive", form_token=uuid4())
    change.items.create(owner=user, contact=theirs)
    with pytest.raises(IntegrityError, match="same_owner"):
        connection.check_constraints()
