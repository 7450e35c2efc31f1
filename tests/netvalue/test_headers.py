from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from pytest_django import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; worker-src 'self'; frame-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


@pytest.mark.parametrize("path", ["/", "/help/", "/today/", "/no-such-page/", "/healthz"])
def test_every_answer_carries_the_policies(client: Client, db: None, path: str) -> None:
    response = client.get(path)
    assert {name: response.get(name) for name in HEADERS} == HEADERS


def test_pages_of_a_signed_in_person_are_not_stored(signed_in: Client) -> None:
    assert signed_in.get("/today/")["Cache-Control"] == "no-store"


def test_public_pages_may_be_kept(client: Client, db: None) -> None:
    assert "no-store" not in client.get("/help/").get("Cache-Control", "")


def test_a_reloaded_form_is_answered_with_a_sentence(client: Client) -> None:
    response = client.get("/language/")
    assert response.status_code == 405
    assert "This address only takes a form." in response.text
    assert int(response["Content-Length"]) == len(response.content)


@pytest.mark.parametrize("method", ["TRACE", "PUT", "PATCH", "DELETE", "PROPFIND", "NONSENSE"])
def test_other_methods_reach_no_view(client: Client, method: str) -> None:
    response = client.generic(method, "/healthz")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.parametrize("name", ["SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "LANGUAGE_COOKIE_NAME"])
def test_a_cookie_that_spells_a_nul_is_nobodys(
    client: Client, db: None, settings: Settings, name: str
) -> None:
    nul = '"' + "\\000" * 32 + '"'
    response = client.get("/today/", headers={"Cookie": f"{getattr(settings, name)}={nul}"})
    assert response.status_code == 302


def test_a_form_in_letters_we_do_not_read_is_answered_with_a_sentence(db: None) -> None:
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    client.get("/accounts/login/")
    form = "application/x-www-form-urlencoded; charset=utf-16"
    response = client.post("/language/", b"language=de", content_type=form)
    assert response.status_code == 400
    assert "We could not read that." in response.text
