from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import pytest
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client
from django.urls import path

from netvalue.urls import urlpatterns as real

if TYPE_CHECKING:
    from django.http import HttpRequest

ACCIDENTS = {"broken": ValueError(), "forbidden": PermissionDenied(), "suspicious": SuspiciousOperation()}


# Public: only here, to fail before anybody is asked who they are.
@login_not_required
def fail(request: HttpRequest, how: str) -> NoReturn:
    raise ACCIDENTS[how]


urlpatterns = [*real, path("fail/<str:how>/", fail)]
pytestmark = pytest.mark.urls(__name__)


# Without the fixture `db` a query is an error: these pages are drawn when the database is away.
@pytest.mark.parametrize(
    ("how", "status", "english", "german"),
    [
        ("broken", 500, "Something broke on our side.", "Bei uns ist etwas kaputtgegangen."),
        ("forbidden", 403, "This is not open to you.", "Hier kommst du nicht hinein."),
        ("suspicious", 400, "We could not read that.", "Das konnten wir nicht lesen."),
    ],
)
def test_an_accident_is_told_in_words_and_needs_no_database(
    how: str, status: int, english: str, german: str
) -> None:
    client = Client(raise_request_exception=False)
    for language, words in (("en", english), ("de", german)):
        response = client.get(f"/fail/{how}/", headers={"Accept-Language": language})
        assert response.status_code == status
        assert words in response.text
        assert f'<html lang="{language}"' in response.text
        assert "default-src 'none'" in response["Content-Security-Policy"]
        assert 'href="/"' in response.text
