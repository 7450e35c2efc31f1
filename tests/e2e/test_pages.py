"""Every page in both sizes, themes and languages: quiet console, nothing cut off, axe finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from assessments.models import Assessment
from contacts.models import Contact
from netvalue.demo.life import live
from netvalue.outbox import trial
from netvalue.outbox.delivery import pump
from netvalue.outbox.models import Email
from tests.e2e.conftest import VIEWS, View

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

PUBLIC = [
    "/",
    "/help/",
    "/check/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/accounts/password/reset/done/",
]
GONE = ["/no-such-page/", "/setup/x/", "/link/x/", "/unsubscribe/x/"]
OWN = [
    "/today/",
    "/help/",
    "/check/",
    "/check/history/",
    "/contacts/",
    "/contacts/?q=muller",
    "/contacts/?q=nobody+at+all",
    "/contacts/?shelf=archive",
    "/contacts/add/",
    "/contacts/follow-ups/add/",
    "/reminders/",
    "/mail/",
    "/settings/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/sessions/",
]
EMPTY = ["/today/", "/contacts/", "/check/history/", "/reminders/", "/mail/"]


@pytest.fixture
def settled(transactional_db: None, user: User) -> list[str]:
    """A person who has been here for a while, and the pages of single things."""
    live(user, timezone.localdate(timezone=user.zone))
    trial.ask(user, 1)
    pump()
    person = Contact.objects.of(user).get(given="Aylin")
    check = Assessment.objects.of(user).finished().newest_first()[0]
    return [
        f"/contacts/{person.uid}/",
        f"/contacts/{person.uid}/edit/",
        f"/contacts/{person.uid}/delete/",
        f"/check/{check.uid}/",
        f"/mail/{Email.objects.of(user)[0].pk}/",
    ]


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_public_pages_are_clean(visitor: Visitor, view: View) -> None:
    for path in PUBLIC:
        visitor.faults(path, view)
    for path in GONE:
        visitor.faults(path, view, status=404)
    visitor.faults("/language/", view, status=405)
    assert visitor.complaints == []


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_pages_of_ones_own_are_clean(visitor: Visitor, user: User, settled: list[str], view: View) -> None:
    for path in OWN + settled:
        visitor.faults(path, view, user)
    assert visitor.complaints == []


@pytest.mark.parametrize("view", VIEWS[-2:], ids=str)
def test_pages_are_clean_before_anything_is_there(visitor: Visitor, user: User, view: View) -> None:
    for path in EMPTY:
        visitor.faults(path, view, user)
    assert visitor.complaints == []
