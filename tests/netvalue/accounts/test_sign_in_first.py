from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

if TYPE_CHECKING:
    from django.test import Client

FORM = "/settings/sessions/7/end/"


def after_signing_in(location: str) -> str:
    return parse_qs(urlsplit(location).query)["next"][0]


def test_a_page_is_there_again_after_signing_in(client: Client) -> None:
    assert after_signing_in(client.get("/settings/?part=mail")["Location"]) == "/settings/?part=mail"


@pytest.mark.parametrize(
    ("headers", "goal"),
    [
        ({"Referer": "http://testserver/accounts/sessions/?page=2"}, "/accounts/sessions/?page=2"),
        ({"Referer": "https://evil.example/phish/"}, "/today/"),
        ({"Referer": "//evil.example/phish/"}, "/today/"),
        ({}, "/today/"),
    ],
)
def test_a_form_leads_back_to_its_page(client: Client, headers: dict[str, str], goal: str) -> None:
    assert after_signing_in(client.post(FORM, headers=headers)["Location"]) == goal


def test_a_form_that_htmx_sends_leads_back_to_its_page(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/accounts/sessions/"}
    assert after_signing_in(client.post(FORM, headers=headers)["HX-Redirect"]) == "/accounts/sessions/"
