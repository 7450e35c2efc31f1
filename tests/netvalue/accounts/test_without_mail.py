"""A place without a mail server promises no mail."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netvalue.outbox.models import Email

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough sentence"


def test_a_forgotten_password_leads_to_whoever_runs_the_place(client: Client, user: User) -> None:
    page = client.get("/accounts/password/reset/").content.decode()
    assert "manage login_link" in page
    assert client.post("/accounts/password/reset/", {"email": user.email}).status_code == 422
    assert not Email.objects.exists()


def test_another_address_counts_at_once_but_needs_the_password(client: Client, user: User) -> None:
    client.force_login(user)
    client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    user.refresh_from_db()
    assert user.email != "new@example.org"
    client.post("/accounts/reauthenticate/?next=/accounts/email/", {"password": PASSWORD})
    user.refresh_from_db()
    assert user.email == "new@example.org"
    client.logout()
    response = client.post("/accounts/login/", {"login": "New@example.org", "password": PASSWORD})
    assert response["Location"] == "/today/"


def test_an_address_of_somebody_else_is_refused(client: Client, user: User, stranger: User) -> None:
    client.force_login(user)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    response = client.post("/accounts/email/", {"action_add": "", "email": stranger.email.upper()})
    assert response.status_code == 422
    assert "There is already an account with this address." in response.content.decode()


def test_no_mail_is_written_that_could_not_leave(client: Client, user: User) -> None:
    client.force_login(user)
    client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "an entirely new sentence"}
    )
    assert not Email.objects.exists()
