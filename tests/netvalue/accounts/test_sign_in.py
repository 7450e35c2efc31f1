from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

if TYPE_CHECKING:
    from pytest_django import Settings

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

PASSWORD = "a long enough sentence"


def sign_in(client: Client, email: str, password: str = PASSWORD, **data: str) -> tuple[int, str]:
    response = client.post("/accounts/login/", {"login": email, "password": password} | data)
    return response.status_code, response.headers.get("Location", "")


def test_capitals_in_an_address_make_no_difference(client: Client, user: User) -> None:
    assert sign_in(client, user.email.upper()) == (302, "/today/")


def test_a_new_session_begins_with_every_sign_in(client: Client, user: User) -> None:
    client.get("/accounts/login/")
    session = client.session
    session["visited"] = True
    session.save()
    before = session.session_key
    sign_in(client, user.email)
    assert client.session.session_key != before
    assert before
    assert not client.session.exists(before)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: Client, user: User) -> None:
    def answer(email: str) -> tuple[int, str]:
        response = client.post("/accounts/login/", {"login": email, "password": "something else"})
        page = response.content.decode().replace(email, "ADDRESS")
        return response.status_code, re.sub(r'csrf\w*"[^>]*value="\w+"|X-CSRFToken":"\w+"', "", page)

    known, unknown = answer(user.email), answer("nobody@example.org")
    assert known == unknown
    assert known[0] == 422
    assert "do not belong together" in known[1]


def test_what_was_typed_is_kept_but_not_the_password(client: Client, user: User) -> None:
    page = client.post("/accounts/login/", {"login": user.email, "password": "a wrong one"}).content.decode()
    assert f'value="{user.email}"' in page
    assert "a wrong one" not in page


def test_after_five_wrong_passwords_even_the_right_one_has_to_wait(client: Client, user: User) -> None:
    for _ in range(5):
        sign_in(client, user.email, "something else")
    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert response.status_code == 422
    assert "Too many attempts" in response.content.decode()


@pytest.mark.parametrize("spelling", ["PERSON@EXAMPLE.ORG", "Person@example.org", " person@example.org "])
def test_another_spelling_of_an_address_does_not_start_the_count_anew(client: Client, spelling: str) -> None:
    for _ in range(5):
        sign_in(client, "person@example.org", "something else")
    response = client.post("/accounts/login/", {"login": spelling, "password": "something else"})
    assert "Too many attempts" in response.content.decode()


def test_a_forged_forwarding_header_does_not_start_the_count_anew(client: Client) -> None:
    answers = [
        client.post(
            "/accounts/login/",
            {"login": f"person{n}@example.org", "password": "something else"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        ).content
        for n in range(11)
    ]
    assert b"Too many attempts" not in answers[9]
    assert b"Too many attempts" in answers[10]


def test_a_proxy_of_ours_is_believed_about_the_visitors_address(
    client: Client, user: User, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = 1
    client.post(
        "/accounts/login/",
        {"login": user.email, "password": PASSWORD},
        headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"},
    )
    assert UserSession.objects.get().ip == "203.0.113.7"


@pytest.mark.parametrize("forwarded", ["", "nonsense", "203.0.113.7", "::1", "\x00", "1.2.3.4:99"])
def test_a_strange_forwarding_header_is_no_reason_to_fail(
    client: Client, user: User, settings: Settings, forwarded: str
) -> None:
    settings.TRUSTED_PROXIES = 2
    response = client.post(
        "/accounts/login/",
        {"login": user.email, "password": PASSWORD},
        headers={"X-Forwarded-For": forwarded},
    )
    assert response.status_code == 302


def test_while_attempts_cannot_be_counted_nobody_gets_in(
    client: Client, user: User, settings: Settings
) -> None:
    cache = settings.CACHES["default"]
    settings.CACHES = {"default": {**cache, "LOCATION": "redis://127.0.0.1:1/0"}}
    response = client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert response.status_code == 503
    assert "try again in a minute" in response.content.decode()
    assert "_auth_user_id" not in client.session
    assert client.get("/accounts/login/").status_code == 200


@pytest.mark.parametrize(
    "goal",
    [
        "//evil.example",
        "https://evil.example/",
        "https:evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
        "javascript:alert(1)",
        "http://localhost:9999/",
        "/\t/evil.example",
        "\x00//evil.example",
        "evil.example",
    ],
)
def test_nobody_is_led_elsewhere_after_signing_in(client: Client, user: User, goal: str) -> None:
    assert sign_in(client, user.email, next=goal) == (302, "/today/")


def test_one_lands_where_one_wanted_to_go(client: Client, user: User) -> None:
    asked = client.get("/settings/")
    assert asked["Location"] == "/accounts/login/?next=/settings/"
    assert sign_in(client, user.email, next="/settings/") == (302, "/settings/")


def test_an_account_that_is_switched_off_says_so_and_stays_out(client: Client, user: User) -> None:
    user.is_active = False
    user.save()
    assert sign_in(client, user.email) == (302, "/accounts/inactive/")
    assert "_auth_user_id" not in client.session
    assert "switched off" in client.get("/accounts/inactive/").content.decode()


def test_signing_out_needs_a_post(signed_in: Client) -> None:
    assert signed_in.get("/accounts/logout/").status_code == 200
    assert "_auth_user_id" in signed_in.session
    response = signed_in.post("/accounts/logout/")
    assert (response["Location"], response["Clear-Site-Data"]) == ("/", '"cache", "storage"')
    assert "_auth_user_id" not in signed_in.session


def test_signing_in_needs_our_own_form(user: User) -> None:
    stranger = Client(enforce_csrf_checks=True)
    assert sign_in(stranger, user.email)[0] == 403


def test_one_url_has_one_representation_even_for_scripts(client: Client) -> None:
    response = client.post("/accounts/login/", {"login": "x"}, headers={"X-Requested-With": "XMLHttpRequest"})
    assert response["Content-Type"].startswith("text/html")
    assert response.status_code == 422


HOSTILE = [
    "\x00",
    "a\x00b@example.org",
    "\ud800",
    "x" * 10_000,
    "x" * 10_000 + "@example.org",
    "'; --",
    "\u202e",
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/accounts/login/", ("login", "password", "next")),
        ("/accounts/signup/", ("name", "email", "password1", "time_zone", "next")),
        ("/accounts/password/reset/", ("email",)),
    ],
)
def test_no_text_breaks_the_door(client: Client, path: str, fields: tuple[str, ...], text: str) -> None:
    # A browser sends what it cannot encode as question marks; others send the raw bytes.
    raw = text.encode("utf-8", "surrogatepass")
    boundary = b"--b\r\n"
    body = b"".join(
        boundary + f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + raw + b"\r\n"
        for name in fields
    )
    response = client.post(path, body + b"--b--\r\n", content_type="multipart/form-data; boundary=b")
    assert response.status_code == 422
