"""What is mailed about an account, and what the mails are good for."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import unquote

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.test import Client
from django.utils import timezone

from netvalue.accounts import arrivals
from netvalue.accounts.models import User
from netvalue.outbox.models import Email
from tests.hashers import QuickArgon2

if TYPE_CHECKING:
    from django.http import HttpRequest
    from pytest_django import Settings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]

PASSWORD = "a long enough sentence"
ANNA = {
    "name": "Anna http://spam.example",
    "email": "Anna@Example.org",
    "password1": PASSWORD,
    "time_zone": "Europe/Vienna",
}
CONFIRM = "/accounts/confirm-email/"


def mails() -> list[tuple[str, str]]:
    return list(Email.objects.order_by("pk").values_list("recipient", "subject"))


def last_text() -> str:
    return Email.objects.order_by("pk").values_list("text", flat=True)[Email.objects.count() - 1]


def code() -> str:
    found = re.search(r"^ +(\S+)$", last_text(), re.MULTILINE)
    assert found
    return found[1]


def link() -> str:
    found = re.search(r"https?://\S+/accounts/password/reset/key/\S+", last_text())
    assert found
    return found[0]


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def reauthenticate(client: Client) -> None:
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


# --- Proving an address ------------------------------------------------------------------------------


def test_an_address_is_proved_by_the_code_that_was_mailed_to_it(client: Client) -> None:
    seen: list[object] = []

    def note(request: HttpRequest, user: User) -> None:
        seen.append(request.session["begun"])

    arrivals.on_arrival(note)
    session = client.session
    session["begun"] = "a check"
    session.save()
    try:
        assert client.post("/accounts/signup/", ANNA)["Location"] == CONFIRM
        assert not is_signed_in(client)
        assert seen == []
        assert mails() == [("anna@example.org", "Your code for NetValue")]
        assert "anna@example.org" in client.get(CONFIRM).content.decode()
        assert client.post(CONFIRM, {"action": "verify", "code": code()})["Location"] == "/today/"
    finally:
        arrivals.forget(note)
    assert is_signed_in(client)
    assert seen == ["a check"]
    assert EmailAddress.objects.get().verified


def test_a_mail_to_an_address_nobody_has_proved_carries_nothing_that_was_typed(client: Client) -> None:
    client.post("/accounts/signup/", ANNA)
    email = Email.objects.get()
    assert "spam" not in email.text + email.html + email.subject


def test_guessing_a_code_ends_after_three_attempts(client: Client) -> None:
    client.post("/accounts/signup/", ANNA)
    right = code()
    first = client.post(CONFIRM, {"action": "verify", "code": "000000"})
    assert first.status_code == 422
    assert "This is not the code from the mail." in first.content.decode()
    for _ in range(2):
        client.post(CONFIRM, {"action": "verify", "code": "000000"})
    client.post(CONFIRM, {"action": "verify", "code": right})
    assert not is_signed_in(client)


def test_a_mistyped_address_can_be_put_right(client: Client) -> None:
    session = client.session
    session["begun"] = "a check"
    session.save()
    client.post("/accounts/signup/", ANNA | {"email": "ana@example.org"})
    again = client.post("/accounts/logout/", {"next": "/accounts/signup/"})
    assert again["Location"] == "/accounts/signup/"
    assert client.get("/accounts/signup/").status_code == 200
    client.post("/accounts/signup/", ANNA)
    client.post(CONFIRM, {"action": "verify", "code": code()})
    assert is_signed_in(client)
    assert client.session["begun"] == "a check"


def test_whoever_left_before_typing_the_code_gets_another_at_the_next_sign_in(client: Client) -> None:
    client.post("/accounts/signup/", ANNA)
    other = Client()
    with time_machine.travel(timezone.now() + timedelta(seconds=11)):
        response = other.post("/accounts/login/", {"login": "anna@example.org", "password": PASSWORD})
    assert response["Location"] == CONFIRM
    assert not is_signed_in(other)
    assert len(mails()) == 2
    with time_machine.travel(timezone.now() + timedelta(seconds=22)):
        other.post(CONFIRM, {"action": "resend"})
        other.post(CONFIRM, {"action": "verify", "code": code()})
    assert len(mails()) == 3
    assert is_signed_in(other)


def test_an_address_that_is_taken_gets_the_same_page_and_another_mail(client: Client, user: User) -> None:
    new = client.post("/accounts/signup/", ANNA)
    other = Client()
    taken = other.post("/accounts/signup/", ANNA | {"email": user.email})
    assert (new.status_code, new["Location"]) == (taken.status_code, taken["Location"])
    pages = [
        re.sub(r'value="\w{64}"|"X-CSRFToken":"\w{64}"', "", client.get(CONFIRM).content.decode())
        for client in (client, other)
    ]
    assert pages[1].replace(user.email, "anna@example.org") == pages[0]
    assert mails()[-1] == (user.email, "You have an account already")
    assert User.objects.count() == 2


class Counting(QuickArgon2):
    """What takes the time of a sign-up."""

    hashed: ClassVar[list[str]] = []

    def encode(self, password: str, salt: str) -> str:
        self.hashed.append(password)
        return super().encode(password, salt)


def test_an_address_that_is_taken_takes_as_long_as_a_new_one(user: User, settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Counting"]
    Counting.hashed.clear()
    Client().post("/accounts/signup/", ANNA)
    assert Counting.hashed == [PASSWORD]
    Client().post("/accounts/signup/", ANNA | {"email": user.email})
    assert Counting.hashed == [PASSWORD] * 2


# --- A forgotten password ----------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(client: Client, user: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(user)
    response = client.post("/accounts/password/reset/", {"email": user.email.upper()})
    assert response["Location"] == "/accounts/password/reset/done/"
    url = link()
    page = client.get(url, follow=True)
    assert url.rsplit("-", 1)[1] not in page.content.decode()  # the token is not in the page or its address
    path = page.redirect_chain[-1][0]
    assert client.post(path, {"password1": "short"}).status_code == 422
    client.post(path, {"password1": "an entirely new sentence"})
    user.refresh_from_db()
    assert user.check_password("an entirely new sentence")
    assert elsewhere.get("/settings/").status_code == 302
    assert mails()[-1] == (user.email, "Your password was changed")
    again = Client().get(url)
    assert "no longer opens anything" in again.content.decode()


def test_an_unknown_address_gets_the_same_page(client: Client, user: User) -> None:
    known = client.post("/accounts/password/reset/", {"email": user.email})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert mails()[-1] == ("nobody@example.org", "There is no account with this address")


def test_links_lead_to_our_address_whatever_the_request_calls_us(
    client: Client, user: User, settings: Settings
) -> None:
    settings.NETVALUE_URL = "https://netvalue.example.org"
    settings.ALLOWED_HOSTS = ["*"]
    for email in (user.email, "nobody@example.org"):
        client.post("/accounts/password/reset/", {"email": email}, headers={"Host": "evil.example"})
        text = last_text()
        assert "https://netvalue.example.org/" in text
        assert "evil" not in text


def test_asking_again_and_again_for_a_link_is_refused(client: Client, user: User) -> None:
    answers = [client.post("/accounts/password/reset/", {"email": user.email}).status_code for _ in range(6)]
    assert answers == [302] * 5 + [429]
    assert len(mails()) == 5


@pytest.mark.parametrize(
    "key", ["x", "1-x", "1-set-password", "zzzzzzzzzzzzzzzzzzzz-x", "1-" + "x" * 3000, "0-%00"]
)
def test_an_invented_link_says_so(client: Client, key: str) -> None:
    response = client.get(f"/accounts/password/reset/key/{key}/")
    assert response.status_code in {200, 404}
    assert not is_signed_in(client)


def test_mail_speaks_its_readers_language(client: Client, user: User) -> None:
    user.language = "de"
    user.save()
    client.post("/accounts/password/reset/", {"email": user.email}, headers={"Accept-Language": "en"})
    assert mails()[-1][1] == "Ein neues Passwort"


# --- Another address ---------------------------------------------------------------------------------


def test_another_address_needs_the_password_and_a_code(client: Client, user: User) -> None:
    client.force_login(user)
    asked = client.post("/accounts/email/", {"action_add": "", "email": "new@example.org"})
    assert unquote(asked["Location"]) == "/accounts/reauthenticate/?next=/accounts/email/"
    assert mails() == []
    wrong = client.post("/accounts/reauthenticate/", {"password": "a wrong one"})
    assert wrong.status_code == 422
    # The password is typed in, and what one wanted goes on.
    client.post(asked["Location"], {"password": PASSWORD, "next": "/accounts/email/"})
    assert mails()[-1] == ("new@example.org", "Your code for NetValue")
    user.refresh_from_db()
    assert user.email != "new@example.org"
    old = user.email
    client.post(CONFIRM, {"action": "verify", "code": code()})
    user.refresh_from_db()
    assert user.email == "new@example.org"
    assert mails()[-1] == (old, "Your address was changed")


def test_an_address_of_somebody_else_cannot_be_taken_over(client: Client, user: User, stranger: User) -> None:
    client.force_login(user)
    reauthenticate(client)
    client.post("/accounts/email/", {"action_add": "", "email": stranger.email.upper()})
    client.post(CONFIRM, {"action": "verify", "code": code()})
    user.refresh_from_db()
    assert user.email != stranger.email
    assert User.objects.filter(email=stranger.email).count() == 1


@pytest.mark.parametrize("text", ["\x00", "no address", "", "x" * 10_000 + "@example.org"])
def test_an_address_with_an_error_is_kept_in_the_form(client: Client, user: User, text: str) -> None:
    client.force_login(user)
    reauthenticate(client)
    response = client.post("/accounts/email/", {"action_add": "", "email": text})
    assert response.status_code == 422
    assert mails() == []


def test_a_changed_password_is_told_to_its_owner(client: Client, user: User) -> None:
    client.force_login(user)
    client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "an entirely new sentence"}
    )
    assert mails() == [(user.email, "Your password was changed")]
    assert "127.0.0.1" in last_text()
    assert Email.objects.get().owner == user
