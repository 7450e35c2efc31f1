"""Two tabs about one person: the second finds what the first left, and nothing that is gone comes back."""

from __future__ import annotations

from datetime import date
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction

from contacts.models import Contact, FollowUp
from netvalue.outbox.models import Schedule
from tests.contacts.writing import no_rows
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

TOKEN = "7e57ed00-0000-4000-8000-000000000001"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("{contact}edit/", {"kind": "person", "given": "Ada", "token": TOKEN, **no_rows()}),
        ("{contact}archive/", {}),
        ("{contact}delete/", {}),
        ("{contact}follow-ups/", {"what": "Ask her", "due_on": "2099-01-01", "token": TOKEN}),
        ("/contacts/follow-ups/{follow_up}/done/", {}),
        ("/contacts/follow-ups/{follow_up}/snooze/", {"pause": "week"}),
    ],
)
def test_what_one_tab_deletes_is_gone_for_the_other(
    signed_in: Client, user: User, path: str, data: dict[str, str]
) -> None:
    contact = ContactFactory.create(owner=user)
    follow_up = FollowUpFactory.create(owner=user, contact=contact, due_on=date(2026, 12, 1))
    url = path.format(contact=contact.get_absolute_url(), follow_up=follow_up.pk)
    answers: list[int] = []

    def other_tab() -> None:
        signed_in.raise_request_exception = False
        answers.append(signed_in.post(url, data).status_code)
        connection.close()

    thread = Thread(target=other_tab)
    with transaction.atomic():
        contact.forget()
        thread.start()
        # It finds the person still there, and waits for what we make of them.
        thread.join(timeout=0.7)
        assert thread.is_alive()
    thread.join()
    assert answers == [404]
    assert not Contact.objects.exists()
    assert not FollowUp.objects.exists()
    assert not Schedule.objects.exists()
