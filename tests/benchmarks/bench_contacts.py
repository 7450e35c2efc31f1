"""Contacts, on the reference account: CPU as ratios to floor views, page 200 beside page 1, and the wait."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contacts.models import Contact
from contacts.paging import PAGE
from netvalue.accounts.models import User
from tests.benchmarks.measure import compare, seconds
from tests.benchmarks.reference import CONTACTS

LIST = reverse("contacts:list")
FIFTY = "/floor/fifty/"
# What another product took with half as many people, on two cores: `GET` of its list and of its search.
NAMETAG = {"list": 0.108, "search": 0.095}
MOST_QUERIES = 8


def asked(call: Any) -> int:
    with CaptureQueriesContext(connection) as queries:
        call()
    return len(queries)


@pytest.mark.django_db(transaction=True)
def bench_contacts(send: Any, account: User) -> None:
    people = Contact.objects.of(account)
    somebody = people.exclude(last_on=None).order_by("id")[0]
    person = somebody.get_absolute_url()
    one = f"/floor/one/{somebody.pk}/"
    talk = reverse("contacts:talk_with", args=[somebody.uid])
    last = people.order_by("sort_key", "id").values_list("uid", flat=True)[CONTACTS - PAGE - 1]
    pages = {
        "list": LIST,
        "search": f"{LIST}?q=anna",
        "search in notes": f"{LIST}?q=gitarre",
        "search, a slip": f"{LIST}?q=Schmitdhuber",
        "page 200": f"{LIST}?after={last}",
        "person": person,
    }

    def get(name: str) -> None:
        assert send(pages[name])[0] == 200

    def log() -> None:
        data = {"token": str(uuid4()), "people": str(somebody.uid), "kind": "call", "line": "a line"}
        assert send(talk, data)[0] == 303

    print()
    for name in pages:
        get(name)
        print(f"contacts {name}: {asked(partial(get, name))} queries (goal {MOST_QUERIES})")
    print(f"contacts log: {asked(log)} queries")
    fifty, one_row = partial(send, FIFTY), partial(send, one)
    for name in ("list", "search", "search in notes", "search, a slip"):
        print(compare(f"contacts {name}", fifty, partial(get, name), times=15).line(goal=3.5))
    print(compare("contacts person", one_row, partial(get, "person"), times=15).line(goal=8))
    print(compare("contacts log", one_row, log, rounds=6, times=15).line(goal=8))
    first, last_page = partial(get, "list"), partial(get, "page 200")
    print(compare("contacts page 200, with page 1 as its", first, last_page, times=15).line(goal=1.2))
    for name in ("list", "search", "page 200", "person"):
        beside = f" (Nametag with 5,000 people: {NAMETAG[name]:.3f} s)" if name in NAMETAG else ""
        print(f"contacts {name}: {seconds(partial(get, name)):.3f} s{beside}")
