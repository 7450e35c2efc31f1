from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

import pytest
from django.db import connection, transaction
from django.test import Client

from netvalue.accounts import arrivals
from netvalue.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

ANNA = {
    "name": "Anna",
    "email": "Anna.Arendt@Example.org",
    "password1": "a long enough sentence",
    "time_zone": "Europe/Vienna",
}


def test_whoever_signs_up_is_signed_in_and_lands_on_today(client: Client) -> None:
    response = client.post("/accounts/signup/", ANNA)
    assert (response.status_code, response["Location"]) == (302, "/today/")
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert (user.email, user.name, user.time_zone) == ("anna.arendt@example.org", "Anna", "Europe/Vienna")
    assert user.password.startswith("argon2")


def test_a_plain_sign_up_never_makes_an_administrator(client: Client) -> None:
    client.post("/accounts/signup/", ANNA | {"is_staff": "on", "is_superuser": "on", "id": "1"})
    user = User.objects.get()
    assert not user.is_staff
    assert not user.is_superuser


def test_the_language_of_the_page_is_the_language_of_the_account(client: Client) -> None:
    client.post("/accounts/signup/", ANNA, headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert User.objects.get().language == "de"


@pytest.mark.parametrize("password", ["short", "password123", "anna.arendt"])
def test_a_weak_password_is_refused_and_nothing_else_is_lost(client: Client, password: str) -> None:
    response = client.post("/accounts/signup/", ANNA | {"password1": password})
    assert response.status_code == 422
    page = response.content.decode()
    assert 'value="anna.arendt@example.org"' in page.lower()
    assert '<option value="Europe/Vienna" selected>' in page
    assert not User.objects.exists()


def test_a_closed_site_takes_nobody(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "closed"
    assert client.post("/accounts/signup/", ANNA).status_code != 302
    assert not User.objects.exists()


def test_an_arrival_is_told_to_whoever_asked_and_finds_the_visitors_session(client: Client) -> None:
    seen: list[tuple[object, str]] = []

    def note(request: HttpRequest, user: User) -> None:
        seen.append((request.session.get("begun"), user.email))

    session = client.session
    session["begun"] = "a check"
    session.save()
    before = session.session_key
    arrivals.on_arrival(note)
    try:
        client.post("/accounts/signup/", ANNA)
        client.post("/accounts/logout/")
        client.post("/accounts/login/", {"login": ANNA["email"], "password": ANNA["password1"]})
    finally:
        arrivals.forget(note)
    assert seen == [("a check", "anna.arendt@example.org"), (None, "anna.arendt@example.org")]
    assert client.session.session_key != before


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_makes_one_account() -> None:
    answers: list[tuple[int, str]] = []

    def second() -> None:
        response = Client().post("/accounts/signup/", ANNA)
        answers.append((response.status_code, response.headers.get("Location", "")))
        connection.close()

    thread = Thread(target=second)
    with transaction.atomic():
        User.objects.create_user(ANNA["email"])
        thread.start()
        # It finds the address free, and waits for what we make of it.
        thread.join(timeout=1)
        assert thread.is_alive()
    thread.join()
    assert answers == [(302, "/accounts/login/")]
    assert User.objects.count() == 1


def test_the_same_form_sent_twice_makes_one_account(client: Client) -> None:
    client.post("/accounts/signup/", ANNA)
    client.logout()
    assert client.post("/accounts/signup/", ANNA).status_code == 422
    assert User.objects.count() == 1
