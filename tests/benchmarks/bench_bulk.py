"""Ten thousand people changed at once, and back: in how many statements, and how long it takes."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contacts.models import BulkChange, Contact

if TYPE_CHECKING:
    from netvalue.accounts.models import User

TOLD = ("contacts_contact", "contacts_bulkitem", "contacts_membership")


def writes(queries: CaptureQueriesContext) -> dict[str, int]:
    """How many statements write to each table."""
    tables: Counter[str] = Counter()
    for query in queries.captured_queries:
        verb, *rest = query["sql"].replace('"', "").split()
        if verb in {"INSERT", "UPDATE", "DELETE"}:
            tables[rest[0] if verb == "UPDATE" else rest[1]] += 1
    return {table: tables[table] for table in TOLD}


@pytest.mark.django_db(transaction=True)
def bench_contacts_archived_in_bulk(somebody: User, ten_thousand_contacts: list[Contact]) -> None:
    people = Contact.objects.of(somebody)
    began = time.monotonic()
    change = BulkChange.objects.begin(somebody, people, uuid4(), "all", action="archive")
    chosen = time.monotonic() - began
    for what in ("archived", "brought back"):
        if what == "brought back":
            change.undo()
        began = time.monotonic()
        with CaptureQueriesContext(connection) as queries:
            BulkChange.objects.all().work()
        took, of_each = time.monotonic() - began, writes(queries)
        print(
            f"\n{len(ten_thousand_contacts)} {what}: {took:.1f} s, {of_each['contacts_contact']} statement"
            f" on contacts (goal 1), {len(queries)} in all, {of_each}"
        )
        change.refresh_from_db()
    print(f"choosing them (the request that one waits for): {chosen:.1f} s")
    assert change.state == BulkChange.State.UNDONE
