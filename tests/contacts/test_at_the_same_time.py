"""Two requests with the same form at the same time make one row."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.db import connection, transaction

from contacts.forms.follow_ups import FollowUpForm
from contacts.forms.people import Entry
from contacts.models import Contact, FollowUp
from tests.contacts.writing import form
from tests.factories import ContactFactory, FollowUpFactory, UserFactory

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Future

TODAY = date(2026, 11, 22)
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


@pytest.mark.django_db(transaction=True)
def test_one_contact() -> None:
    user, token = UserFactory.create(), uuid4()
    entry = Entry(form(token=str(token), given="Ada", new_circles="Choir"), owner=user, today=TODAY)
    assert entry.is_valid()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = ContactFactory.create(owner=user, form_token=token)
            second = in_a_thread(pool, entry.add)
            wait_until_somebody_waits(second)
        assert second.result() == first
    assert Contact.objects.get() == first


@pytest.mark.django_db(transaction=True)
def test_one_follow_up() -> None:
    user, token = UserFactory.create(), uuid4()
    sent = FollowUpForm(
        {"token": str(token), "what": "Call", "due_on": "2026-11-30"}, owner=user, today=TODAY
    )
    assert sent.is_valid()
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = FollowUpFactory.create(owner=user, form_token=token)
            second = in_a_thread(pool, sent.add)
            wait_until_somebody_waits(second)
        assert second.result() == first
    assert FollowUp.objects.get() == first
