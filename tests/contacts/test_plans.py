"""What Postgres reads for a page of the list, among 100,000 contacts of several owners."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from contacts.forms.sieve import SieveForm
from contacts.listing import listing
from contacts.models import Contact
from contacts.paging import PAGE
from contacts.words import today_of
from tests.crowds import crowd
from tests.factories import UserFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from netvalue.accounts.models import User
    from netvalue.htmx import HttpRequest

pytestmark = pytest.mark.slow
MOST_BLOCKS = 1000
LARGE, SMALL, TINY = 10_000, 900, 50
# Each by how many of those there are.
OWNERS = {LARGE: 9, SMALL: 10, TINY: 20}
WORDS = {
    "every second": "er",
    "every fortieth": "anna",
    "in many notes": "gitarre",
    "in a few notes": "xylophon",
    "two letters": "mü",
    "a name and a word of a note": "anna gitarre",
    "half a number": "0171 23",
    "a slip": "Schmitdhuber",
    "a slip in two words": "Annna Gitarrre",
    "nobody": "qqqq",
}


@pytest.fixture(scope="module")
def owners(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[dict[int, User]]:
    """One of each size. Loaded once; what is made is taken back."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        users: dict[int, User] = {}
        for size, number in OWNERS.items():
            for _ in range(number):
                users[size] = UserFactory.create()
                crowd(users[size], size)
        with connection.cursor() as cursor:
            for table in ("contact", "membership", "circle"):
                cursor.execute(f"VACUUM ANALYZE contacts_{table}")
        yield users
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE accounts_user CASCADE")


def plans_of(owner: User, query: str) -> list[str]:
    """How the list's queries over contacts are answered."""
    request: HttpRequest = type("Asked", (), {"user": owner})()
    form = SieveForm(QueryDict(query), owner=owner, today=today_of(request))
    assert form.is_readable
    sieve = form.sieve()
    with CaptureQueriesContext(connection) as asked:
        listing(sieve, owner)
    plans = []
    with connection.cursor() as cursor:
        for it in asked.captured_queries:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) {it['sql']}".replace("%", "%%"), [])
            plans.append("\n".join(row[0] for row in cursor.fetchall()))
    return [plan for plan in plans if "contacts_contact" in plan]


def blocks(plan: str) -> int:
    first = re.search(r"Buffers: shared(?: hit=(\d+))?(?: read=(\d+))?", plan)
    assert first, plan
    return sum(int(number or 0) for number in first.groups())


@pytest.mark.django_db
@pytest.mark.parametrize("size", OWNERS)
@pytest.mark.parametrize("words", WORDS.values(), ids=list(WORDS))
def test_a_search_reads_an_index_and_few_blocks(owners: dict[int, User], size: int, words: str) -> None:
    plans = plans_of(owners[size], f"q={words}")
    assert plans
    for plan in plans:
        assert "Seq Scan on contacts_contact" not in plan, plan
        assert blocks(plan) < MOST_BLOCKS, plan


@pytest.mark.django_db
def test_page_200_reads_no_more_than_page_1(owners: dict[int, User]) -> None:
    people = Contact.objects.of(owners[LARGE]).order_by("sort_key", "id")
    before_the_last_page = people.values_list("uid", flat=True)[LARGE - PAGE - 1]
    first, *_ = plans_of(owners[LARGE], "")
    last = max(
        plans_of(owners[LARGE], f"after={before_the_last_page}"), key=lambda plan: "TupleGreater" in plan
    )
    assert blocks(last) <= blocks(first) * 1.2
