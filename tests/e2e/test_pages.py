"""Every page in both sizes, themes and languages: quiet console, nothing cut off, axe finds nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.conftest import VIEWS, View

if TYPE_CHECKING:
    from netvalue.accounts.models import User
    from tests.e2e.conftest import Visitor

PUBLIC = [
    "/",
    "/help/",
    "/no-such-page/",
    "/accounts/login/",
    "/accounts/signup/",
    "/accounts/password/reset/",
    "/setup/x/",
]
OWN = [
    "/today/",
    "/help/",
    "/settings/",
    "/accounts/email/",
    "/accounts/password/change/",
    "/accounts/sessions/",
]


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_clean(visitor: Visitor, path: str, view: View) -> None:
    assert visitor.faults(path, view) == []


@pytest.mark.parametrize("view", VIEWS, ids=str)
@pytest.mark.parametrize("path", OWN)
def test_a_page_of_ones_own_is_clean(visitor: Visitor, user: User, path: str, view: View) -> None:
    assert visitor.faults(path, view, user) == []
