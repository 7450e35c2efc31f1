from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_visitor_is_greeted_in_the_language_of_the_browser(client: Client) -> None:
    page = client.get("/", headers={"Accept-Language": "de-AT,de;q=0.9"}).text
    assert '<html lang="de"' in page
    assert "Wie viel ist dein Netzwerk wirklich wert?" in page


def test_a_chosen_language_outlives_the_browsers(client: Client) -> None:
    response = client.post("/language/", {"language": "de", "next": "/help/"})
    assert response["Location"] == "/help/"
    assert '<html lang="de"' in client.get("/help/", headers={"Accept-Language": "en"}).text


def test_the_profile_remembers_the_language(signed_in: Client, user: User) -> None:
    signed_in.post("/language/", {"language": "de"})
    user.refresh_from_db()
    assert user.language == "de"


@pytest.mark.parametrize("language", ["xx", "", "de\x00", "d" * 10_000])
def test_an_unknown_language_changes_nothing(signed_in: Client, user: User, language: str) -> None:
    assert signed_in.post("/language/", {"language": language}).status_code == 302
    user.refresh_from_db()
    assert user.language == "en"


def test_the_server_renders_the_chosen_theme(client: Client) -> None:
    response = client.post("/appearance/", {"theme": "dark", "next": "/help/"})
    assert (response.status_code, response["Location"]) == (303, "/help/")
    assert 'data-theme="dark"' in client.get("/").text


def test_the_profile_remembers_the_theme(signed_in: Client, user: User) -> None:
    signed_in.post("/appearance/", {"theme": "dark"})
    user.refresh_from_db()
    assert user.theme == "dark"
    assert 'data-theme="dark"' in signed_in.get("/help/").text


@pytest.mark.parametrize("theme", ["", "pink", "dark\x00"])
def test_an_unknown_theme_is_refused(client: Client, theme: str) -> None:
    assert client.post("/appearance/", {"theme": theme}).status_code == 400


@pytest.mark.parametrize("path", ["/language/", "/appearance/"])
@pytest.mark.parametrize("goal", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_the_way_back_stays_on_this_site(client: Client, path: str, goal: str) -> None:
    response = client.post(path, {"language": "de", "theme": "dark", "next": goal})
    assert response["Location"] == "/"


@pytest.mark.parametrize("path", ["/language/", "/appearance/"])
def test_looking_changes_nothing(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 405
    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies
    assert "theme" not in response.cookies
