"""The same form sent again and again makes one row; with other words it makes another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client

from contacts.models import Contact, FollowUp, ImportantDate, Interaction, LifeEvent
from netvalue.undo import Removable
from tests.contacts.writing import form
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

    from django.db.models import Model

WAITS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def wait_until_somebody_waits(other: Future[object]) -> None:
    with connection.cursor() as cursor:
        for _ in range(200):
            cursor.execute("SELECT pg_sleep(0.05)")
            cursor.execute(WAITS)
            if cursor.fetchone()[0] or other.done():
                return


def in_a_thread(pool: ThreadPoolExecutor, work: Callable[[], object]) -> Future[object]:
    def closing() -> object:
        try:
            return work()
        finally:
            connection.close()

    return pool.submit(closing)


def sent(**fields: Any) -> dict[str, Any]:
    return {"token": str(uuid4()), **fields}


# What is posted, where it is kept, and what makes it say something else.
FORMS: list[tuple[str, dict[str, Any], type[Model], dict[str, str]]] = [
    ("/contacts/add/", form(given="Ada", new_circles="Choir"), Contact, {"notes": "Other"}),
    ("/contacts/follow-ups/add/", sent(what="Call", due_on="2026-11-30"), FollowUp, {"what": "Other"}),
    ("{page}follow-ups/", sent(what="Call", due_on="2026-11-30"), FollowUp, {"due_on": "2026-12-01"}),
    ("{page}dates/add/", sent(label="Name day", on_month="5", on_day="1"), ImportantDate, {"on_day": "2"}),
    ("{page}events/add/", sent(tone="joy", what="New job"), LifeEvent, {"tone": "grief"}),
    ("{page}talk/", sent(kind="call", people="{uid}"), Interaction, {"line": "Other"}),
]


@time_machine.travel("2026-11-22T12:00:00Z", tick=False)
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "data", "model", "other"), FORMS, ids=[row[0] for row in FORMS])
def test_twenty_posts_of_one_form_have_one_effect(
    path: str, data: dict[str, Any], model: type[Model], other: dict[str, str]
) -> None:
    bo = ContactFactory.create(given="Bo")
    path = path.format(page=bo.get_absolute_url())
    data = {name: value.format(uid=bo.uid) if value == "{uid}" else value for name, value in data.items()}
    before = set(model._default_manager.values_list("pk", flat=True))

    def post(fields: dict[str, Any]) -> int:
        client = Client()
        client.force_login(bo.owner)
        return client.post(path, fields).status_code

    with ThreadPoolExecutor(10) as pool:
        answers = [in_a_thread(pool, partial(post, data)) for _ in range(20)]
        assert {answer.result() for answer in answers} == {303}
    kept = model._default_manager.exclude(pk__in=before)
    first = kept.get()
    assert post({**data, **other}) == 303
    assert kept.count() == 2
    if isinstance(first, Removable):
        first.remove()
        assert post(data) == 303
        first.refresh_from_db()
        assert (first.removed_at, kept.count()) == (None, 2)
