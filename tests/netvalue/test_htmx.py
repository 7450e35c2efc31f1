from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client

HTMX = {"HX-Request": "true"}


def test_a_redirect_leaves_the_page_instead_of_landing_in_the_fragment(client: Client, db: None) -> None:
    response = client.get("/today/", headers=HTMX)
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/accounts/login/?next=/today/"
    assert "Location" not in response


def test_without_htmx_a_redirect_stays_a_redirect(client: Client, db: None) -> None:
    response = client.get("/today/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/today/"
