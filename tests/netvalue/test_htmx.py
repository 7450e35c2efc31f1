from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path

from netvalue.htmx import changed, said
from netvalue.urls import urlpatterns as real

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.htmx import HttpRequest

HTMX = {"HX-Request": "true"}


def change(request: HttpRequest) -> HttpResponse:
    said(request, "Gone.", undo="/contacts/7/restore/")
    return changed(request, "ui/card.html", {"title": "What is left"}, to="/today/")


def leave(request: HttpRequest) -> HttpResponse:
    response = redirect("/help/")
    response.set_cookie("kept", "yes")
    return response


urlpatterns = [*real, path("change/", change), path("leave/", leave)]
pytestmark = pytest.mark.urls(__name__)


def test_a_change_without_htmx_ends_on_a_page_that_says_what_happened(signed_in: Client) -> None:
    response = signed_in.post("/change/")
    assert (response.status_code, response["Location"]) == (303, "/today/")
    assert "Gone." in signed_in.get("/today/").text


def test_a_change_with_htmx_answers_the_part_and_the_toast(signed_in: Client) -> None:
    response = signed_in.post("/change/", headers=HTMX)
    assert response.status_code == 200
    assert response.text.startswith('<section class="card">')
    assert '<div hx-swap-oob="beforeend:#toasts">' in response.text
    assert 'action="/contacts/7/restore/"' in response.text
    assert "<html" not in response.text
    assert "Gone." not in signed_in.get("/today/").text


def test_a_redirect_leaves_the_page_instead_of_landing_in_the_fragment(signed_in: Client) -> None:
    response = signed_in.get("/leave/", headers=HTMX)
    assert (response.status_code, response["HX-Redirect"]) == (204, "/help/")
    assert "Location" not in response
    assert response.cookies["kept"].value == "yes"


def test_who_must_sign_in_first_is_led_there(client: Client, db: None) -> None:
    response = client.get("/today/", headers=HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/accounts/login/?next=/today/"


def test_without_htmx_a_redirect_stays_a_redirect(client: Client, db: None) -> None:
    response = client.get("/today/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/today/")
