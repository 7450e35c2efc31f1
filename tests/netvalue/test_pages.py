from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.test import Client


def test_the_first_page_says_what_this_is_in_one_breath(client: Client) -> None:
    page = client.get("/").text
    assert "How much is your network really worth?" in page
    assert "Ten honest questions about the people around you" in page


@pytest.mark.parametrize("perspective", ["person", "organisation"])
def test_anybody_begins_the_check_from_the_first_page(client: Client, db: None, perspective: str) -> None:
    page = client.get("/").text
    uid = re.findall(r'name="uid" value="([0-9a-f-]{36})"', page)
    assert f'name="perspective" value="{perspective}"' in page
    response = client.post("/check/", {"uid": uid[0], "perspective": perspective}, follow=True)
    assert response.request["PATH_INFO"].endswith("/1/")


# Without the fixture `db` a query is an error.
@pytest.mark.parametrize(("path", "status"), [("/", 200), ("/help/", 200), ("/no-such-page/", 404)])
def test_public_pages_ask_no_database(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_the_pages_for_accidents_need_nothing(template: str) -> None:
    page = render_to_string(template)
    assert "<h1" in page
    assert 'href="/"' in page


def test_a_form_without_its_token_is_refused_with_a_clear_sentence() -> None:
    response = Client(enforce_csrf_checks=True).post("/language/", {"language": "de"})
    assert response.status_code == 403
    assert "This page was out of date." in response.text
