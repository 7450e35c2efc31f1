"""The links that open one door once: the first account, a sign-in, an invitation."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from io import StringIO
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import time_machine
from django.conf import settings as site
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from netvalue.accounts import first
from netvalue.accounts.models import OneTimeLink, User

if TYPE_CHECKING:
    from pytest_django import Settings

pytestmark = pytest.mark.django_db

FIRST = {
    "name": "Ada",
    "email": "Ada@Example.org",
    "password": "a long enough sentence",
    "language": "de",
    "time_zone": "Europe/Vienna",
}
GUEST = {
    "name": "Guest",
    "email": "guest@example.org",
    "password1": "a long enough sentence",
    "time_zone": "Europe/Vienna",
}


def printed(command: str, *args: str) -> str:
    """The path of the link that a command prints."""
    out = StringIO()
    call_command(command, *args, stdout=out, stderr=StringIO())
    return urlsplit(out.getvalue().strip()).path


def later(**time: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**time), tick=True)


# --- The first account -------------------------------------------------------------------------------


def test_the_set_up_link_makes_the_first_account_and_it_may_do_everything(client: Client) -> None:
    path = printed("setup_link")
    assert client.get(path).status_code == 200
    response = client.post(path, FIRST)
    assert (response.status_code, response["Location"]) == (302, "/today/")
    user = User.objects.get()
    assert (user.email, user.language, user.time_zone) == ("ada@example.org", "de", "Europe/Vienna")
    assert user.is_staff
    assert user.is_superuser
    assert client.session["_auth_user_id"] == str(user.pk)
    assert client.get("/settings/").status_code == 200


def test_the_first_account_needs_no_proof_by_mail(client: Client, mail_server: None) -> None:
    client.post(printed("setup_link"), FIRST)
    client.post("/accounts/logout/")
    response = client.post("/accounts/login/", {"login": FIRST["email"], "password": FIRST["password"]})
    assert response["Location"] == "/today/"


def test_whoever_comes_first_without_the_link_is_told_where_it_is(client: Client) -> None:
    assert "Nobody has an account here yet." in client.get("/accounts/login/").content.decode()
    client.post(printed("setup_link"), FIRST)
    client.post("/accounts/logout/")
    assert "Nobody has an account here yet." not in client.get("/accounts/login/").content.decode()


def test_the_set_up_link_works_once(client: Client) -> None:
    path = printed("setup_link")
    client.post(path, FIRST)
    User.objects.all().delete()
    assert client.post(path, FIRST).status_code == 404
    assert not User.objects.exists()


def test_no_set_up_link_is_printed_and_none_works_once_somebody_is_there(client: Client) -> None:
    first, second = printed("setup_link"), printed("setup_link")
    client.post(first, FIRST)
    client.logout()
    assert printed("setup_link") == ""
    assert client.get(second).status_code == 404
    response = client.post(second, FIRST | {"email": "late@example.org"})
    assert response.status_code == 404
    assert "/accounts/login/" in response.content.decode()
    assert User.objects.count() == 1


def test_a_set_up_link_is_good_for_an_hour(client: Client) -> None:
    path = printed("setup_link")
    with later(minutes=59):
        assert client.get(path).status_code == 200
    with later(minutes=61):
        response = client.get(path)
        assert response.status_code == 404
        assert "manage setup_link" in response.content.decode()


def test_the_database_does_not_know_the_link() -> None:
    token = printed("setup_link").split("/")[2]
    assert len(token) >= 43
    assert token not in str(OneTimeLink.objects.values().get())


def test_a_link_for_one_door_opens_no_other(client: Client) -> None:
    token = printed("setup_link").split("/")[2]
    for door in ("link", "invitation"):
        assert client.get(f"/{door}/{token}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "x" * 5_000, "%00", "%ED%A0%80", "..%2F", "🙂"])
@pytest.mark.parametrize("door", ["setup", "link", "invitation"])
def test_an_invented_link_is_not_found(client: Client, door: str, token: str) -> None:
    assert client.get(f"/{door}/{token}/").status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": "no address"},
        {"email": ""},
        {"password": "short"},
        {"password": ""},
        {"password": "ada@example.org"},
        {"time_zone": "Mars/Olympus"},
        {"language": "xx"},
        {"name": "x" * 10_000},
        {"name": "\x00"},
    ],
)
def test_a_set_up_form_with_an_error_says_so_and_keeps_the_rest(
    client: Client, wrong: dict[str, str]
) -> None:
    path = printed("setup_link")
    response = client.post(path, FIRST | wrong)
    assert response.status_code == 422
    if "email" not in wrong:
        assert 'value="Ada@Example.org"' in response.content.decode()
    assert not User.objects.exists()
    assert client.post(path, FIRST).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_up_at_once_one_wins() -> None:
    made: dict[str, User | None] = {}

    def set_up(name: str) -> None:
        token = printed("setup_link").split("/")[2]
        link = OneTimeLink.objects.find(OneTimeLink.Purpose.SETUP, token)
        assert link
        made[name] = first.create(link, User(email=f"{name}@example.org"), FIRST["password"])

    def set_up_elsewhere() -> None:
        set_up("second")
        connection.close()

    second = Thread(target=set_up_elsewhere)
    with transaction.atomic():
        set_up("first")
        # The first has not been committed: the second cannot see it and has to wait for it.
        second.start()
        second.join(timeout=0.5)
        assert second.is_alive()
    second.join()
    assert made["first"]
    assert made["second"] is None
    assert [user.email for user in User.objects.all()] == ["first@example.org"]


# --- A sign-in ---------------------------------------------------------------------------------------


def test_a_sign_in_link_asks_first_and_signs_in_once(client: Client, user: User) -> None:
    path = printed("login_link", user.email.upper())
    assert client.get(path).status_code == 200
    assert "_auth_user_id" not in client.session
    assert client.post(path)["Location"] == "/today/"
    assert client.session["_auth_user_id"] == str(user.pk)
    other = Client()
    assert other.get(path).status_code == 404
    assert other.post(path).status_code == 404
    assert "_auth_user_id" not in other.session


def test_a_sign_in_link_is_good_for_a_quarter_of_an_hour(client: Client, user: User) -> None:
    path = printed("login_link", user.email)
    with later(minutes=16):
        assert client.post(path).status_code == 404


def test_a_sign_in_ends_the_links_made_before_it(client: Client, user: User) -> None:
    first, second = printed("login_link", user.email), printed("login_link", user.email)
    client.post(first)
    assert Client().post(second).status_code == 404


def test_a_new_password_ends_the_links_made_before_it(client: Client, user: User) -> None:
    path = printed("login_link", user.email)
    user.set_password("an entirely new sentence")
    user.save()
    assert client.post(path).status_code == 404


def test_a_link_does_not_let_somebody_in_who_is_switched_off(client: Client, user: User) -> None:
    path = printed("login_link", user.email)
    user.is_active = False
    user.save()
    assert client.post(path).status_code == 404
    with pytest.raises(CommandError, match="Nobody here"):
        printed("login_link", user.email)


def test_a_sign_in_link_is_enough_where_addresses_have_to_be_proved(
    client: Client, user: User, mail_server: None
) -> None:
    assert client.post(printed("login_link", user.email))["Location"] == "/today/"


@pytest.mark.parametrize("spelling", ["login-link", "login_link"])
def test_a_command_is_found_as_it_is_written_and_as_it_is_spoken(spelling: str) -> None:
    command = [sys.executable, "manage.py", spelling, "--help"]
    run = subprocess.run(command, cwd=site.BASE_DIR, capture_output=True, text=True, check=True)
    assert "address" in run.stdout


def test_there_is_no_link_for_nobody() -> None:
    with pytest.raises(CommandError, match="Nobody here"):
        printed("login_link", "nobody@example.org")


def test_links_lead_to_our_own_address(user: User, settings: Settings) -> None:
    settings.NETVALUE_URL = "https://netvalue.example.org"
    out = StringIO()
    call_command("login_link", user.email, stdout=out)
    assert out.getvalue().startswith("https://netvalue.example.org/link/")


# --- An invitation -----------------------------------------------------------------------------------


@pytest.fixture
def by_invitation(settings: Settings) -> None:
    settings.SIGN_UP = "invite"


def test_without_an_invitation_nobody_gets_in(client: Client, by_invitation: None) -> None:
    assert "invitation" in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", GUEST)
    assert not User.objects.exists()


def test_an_invitation_lets_one_person_in(client: Client, by_invitation: None) -> None:
    path = printed("invite")
    for _ in range(2):  # looking does not use it up
        assert client.get(path)["Location"] == "/accounts/signup/"
    assert client.post("/accounts/signup/", GUEST)["Location"] == "/today/"
    other = Client()
    assert other.get(path).status_code == 404
    other.post("/accounts/signup/", GUEST | {"email": "second@example.org"})
    assert User.objects.count() == 1


def test_of_two_browsers_with_one_invitation_the_second_stays_out(by_invitation: None) -> None:
    path = printed("invite")
    one, two = Client(), Client()
    one.get(path)
    two.get(path)
    one.post("/accounts/signup/", GUEST)
    two.post("/accounts/signup/", GUEST | {"email": "second@example.org"})
    assert User.objects.count() == 1


def test_of_two_at_the_same_moment_one_uses_the_link() -> None:
    token = printed("invite").split("/")[2]
    links = [OneTimeLink.objects.find(OneTimeLink.Purpose.INVITATION, token) for _ in range(2)]
    assert [link.use() for link in links if link] == [True, False]


def test_an_invitation_for_somebody_is_for_nobody_else(client: Client, by_invitation: None) -> None:
    client.get(printed("invite", "Anna@Example.org"))
    assert 'value="anna@example.org"' in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", GUEST | {"email": "another@example.org"})
    assert User.objects.get().email == "anna@example.org"


def test_an_invitation_runs_out_after_a_week(client: Client, by_invitation: None) -> None:
    path = printed("invite")
    client.get(path)
    with later(days=8):
        assert client.get(path).status_code == 404
        client.post("/accounts/signup/", GUEST)
    assert not User.objects.exists()


def test_an_invitation_does_not_open_a_closed_site(client: Client, settings: Settings) -> None:
    settings.SIGN_UP = "closed"
    client.get(printed("invite"))
    client.post("/accounts/signup/", GUEST)
    assert not User.objects.exists()


def test_somebody_without_an_address_cannot_be_invited() -> None:
    with pytest.raises(CommandError, match="not an e-mail address"):
        printed("invite", "anna")
