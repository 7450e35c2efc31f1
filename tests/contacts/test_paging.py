"""Pages in every order: nobody is left out or shown twice, whoever has no place, moves or goes."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine

from contacts.around import Around
from contacts.models import Contact, Interaction
from contacts.orders import ORDERS
from tests.contacts.test_list import LIST, shown
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.test import Client

    from netvalue.accounts.models import User

UIDS = re.compile(r'<div class="person">.*?<a href="/contacts/([0-9a-f-]{36})/">')
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
MANY = 230


@pytest.fixture
def many(user: User) -> list[Contact]:
    """Places that many share, that some have alone, and that a third does not have."""
    people = [
        ContactFactory.build(
            owner=user,
            given=f"Given{n % 7}",
            family=f"Same{n % 3}",
            closeness=None if n % 3 == 0 else n % 11,
            birth_month=None if n % 3 == 1 else n % 12 + 1,
            birth_day=None if n % 3 == 1 else n % 28 + 1,
            deceased=n % 10 == 0,
        )
        for n in range(MANY)
    ]
    made = Contact.objects.bulk_create(people)
    for n, contact in enumerate(made):
        contact.created_at = NOON - timedelta(microseconds=n // 4)
        contact.last_on = None if n % 4 == 0 else date(2026, n % 5 + 1, n % 9 + 1)
        contact.last_precision = None if n % 4 == 0 else "day"
    Contact.objects.bulk_update(made, ["created_at", "last_on", "last_precision"])
    return made


def link(page: str, word: str) -> str:
    """Where a link of the pager leads."""
    found = re.search(
        rf'<a class="btn[^"]*" href="([^"]+)">(?:<svg.*?</svg>)?{word}\b', page.partition("pager")[2]
    )
    return LIST + found[1].replace("&amp;", "&") if found else ""


def walk(
    client: Client, url: str, word: str = "Next", meanwhile: Callable[[int], None] | None = None
) -> list[list[str]]:
    """The people of one page after the other."""
    pages = []
    while url:
        page = client.get(url).text
        pages.append(UIDS.findall(page))
        url = link(page, word)
        if meanwhile:
            meanwhile(len(pages))
    return pages


@pytest.mark.parametrize("sort", ORDERS)
@time_machine.travel(NOON)
def test_every_page_follows_the_one_before_and_leads_back(
    signed_in: Client, many: list[Contact], sort: str
) -> None:
    pages = walk(signed_in, f"{LIST}?sort={sort}")
    assert [len(page) for page in pages] == [50, 50, 50, 50, 30]
    assert len({uid for page in pages for uid in page}) == MANY
    url = f"{LIST}?sort={sort}"
    for _ in pages[1:]:
        url = link(signed_in.get(url).text, "Next")
    assert walk(signed_in, url, "Back") == pages[::-1]


@pytest.mark.parametrize("sort", ORDERS)
@time_machine.travel(NOON)
def test_whoever_goes_meanwhile_takes_nobody_along(signed_in: Client, many: list[Contact], sort: str) -> None:
    before = [uid for page in walk(signed_in, f"{LIST}?sort={sort}") for uid in page]
    # After the first page its last three are put away, and two of the next.
    gone = before[47:52]

    def put_away(pages: int) -> None:
        if pages == 1:
            Contact.objects.filter(uid__in=gone).update(archived_at=NOON)

    after = [uid for page in walk(signed_in, f"{LIST}?sort={sort}", meanwhile=put_away) for uid in page]
    assert after == [uid for uid in before if uid not in gone[3:]]


@time_machine.travel(NOON)
def test_whoever_moves_meanwhile_does_not_take_the_page_along(signed_in: Client, many: list[Contact]) -> None:
    pages = walk(signed_in, f"{LIST}?sort=close")

    def grow_apart(number: int) -> None:
        if number == 1:
            Contact.objects.filter(uid=pages[0][-1]).update(closeness=None)

    moved = walk(signed_in, f"{LIST}?sort=close", meanwhile=grow_apart)
    assert moved[1] == pages[1]
    assert {uid for page in moved for uid in page} == {uid for page in pages for uid in page}


@pytest.mark.parametrize("edge", ["after", "before"])
def test_a_page_beside_somebody_who_is_gone_is_the_first_and_says_so(
    signed_in: Client, many: list[Contact], edge: str
) -> None:
    page = signed_in.get(f"{LIST}?{edge}={uuid.uuid4()}&closeness=open").text
    assert "This is the beginning of the list." in page
    assert UIDS.findall(page) == UIDS.findall(signed_in.get(f"{LIST}?closeness=open").text)


def test_a_strangers_contact_is_nobody_to_stand_beside(signed_in: Client, user: User, stranger: User) -> None:
    ContactFactory.create(owner=user, given="Ada", family="X")
    canary = ContactFactory.create(owner=stranger, given="Canary", family="A")
    page = signed_in.get(f"{LIST}?after={canary.uid}").text
    assert "This is the beginning of the list." in page
    assert "Canary" not in page


def test_a_last_page_whose_people_are_all_gone_is_the_first(signed_in: Client, many: list[Contact]) -> None:
    pages = walk(signed_in, LIST)
    Contact.objects.filter(uid__in=pages[-1]).update(archived_at=NOON)
    page = signed_in.get(f"{LIST}?after={pages[-2][-1]}").text
    assert UIDS.findall(page) == pages[0]
    assert "This is the beginning of the list." in page


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("quiet", "Dan Ben Amy Cid Eve"),
        ("talked", "Amy Ben Dan Cid Eve"),
        ("", "Amy Ben Cid Dan Eve"),
        ("close", "Eve Ben Cid Amy Dan"),
        ("birthday", "Cid Amy Ben Dan Eve"),
        ("new", "Eve Dan Cid Ben Amy"),
    ],
)
@time_machine.travel(NOON)
def test_the_order_is_the_one_that_it_says(signed_in: Client, user: User, sort: str, order: str) -> None:
    people = {
        "Amy": {"birth_month": 12, "birth_day": 1},
        "Ben": {"closeness": 5, "birth_month": 11, "birth_day": 21},
        "Cid": {"closeness": 5, "birth_month": 11, "birth_day": 22},
        "Dan": {"birth_month": 11},
        "Eve": {"closeness": 9, "birth_month": 11, "birth_day": 23, "deceased": True},
    }
    talked = {"Amy": Around(2026, 11, 1), "Ben": Around(2026, 10), "Dan": Around(2025)}
    for n, (name, fields) in enumerate(people.items()):
        contact = ContactFactory.create(owner=user, given=name, family="", **fields)
        Contact.objects.filter(pk=contact.pk).update(created_at=NOON + timedelta(seconds=n))
        if when := talked.get(name):
            Interaction.objects.note(user, [contact], uuid.uuid4(), when=when, kind="call")
    assert shown(signed_in, sort=sort) == order.split()


@pytest.mark.parametrize(
    ("today", "leap_day", "order"),
    [
        (date(2027, 2, 28), "feb28", "Feb28 Feb29 Mar1 Feb27"),
        (date(2027, 3, 1), "feb28", "Mar1 Feb27 Feb28 Feb29"),
        (date(2027, 2, 28), "mar1", "Feb28 Feb29 Mar1 Feb27"),
        (date(2027, 3, 1), "mar1", "Feb29 Mar1 Feb27 Feb28"),
        (date(2028, 2, 29), "feb28", "Feb29 Mar1 Feb27 Feb28"),
        (date(2028, 3, 1), "mar1", "Mar1 Feb27 Feb28 Feb29"),
    ],
)
def test_a_leap_day_stands_where_its_owner_keeps_it(
    client: Client, user: User, today: date, leap_day: str, order: str
) -> None:
    user.leap_day = leap_day
    user.save()
    for name, month, day in [("Feb27", 2, 27), ("Feb28", 2, 28), ("Feb29", 2, 29), ("Mar1", 3, 1)]:
        ContactFactory.create(owner=user, given=name, family="", birth_month=month, birth_day=day)
    with time_machine.travel(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)):
        client.force_login(user)
        assert shown(client, sort="birthday") == order.split()


def test_by_birthday_every_row_says_when_it_is(signed_in: Client, user: User) -> None:
    with time_machine.travel(NOON):
        ContactFactory.create(owner=user, birth_month=11, birth_day=21)
        assert "21 November" in signed_in.get(LIST, {"sort": "birthday"}).text
        assert "21 November" not in signed_in.get(LIST).text


@pytest.mark.parametrize("at", ["x", str(2**70), "-1", str(2**62), "1e3", "%00"])
def test_a_made_up_place_does_no_harm(signed_in: Client, user: User, at: str) -> None:
    somebody = ContactFactory.create(owner=user, given="Ada", family="X", closeness=5)
    for sort in ORDERS:
        assert signed_in.get(f"{LIST}?sort={sort}&after={somebody.uid}&at={at}").status_code == 200
