"""Settings that do not go together are named before somebody falls over them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from netvalue.accounts.checks import signing_in

if TYPE_CHECKING:
    from pytest_django import Settings

GOOD = {
    "SECRET_KEY": "a secret",
    "HTTPS": True,
    "LOOPBACK": False,
    "EMAIL_URL": "smtps://mail.example.org",
    "TRUSTED_PROXIES": 1,
    "SIGN_UP": "open",
}


@pytest.mark.parametrize(
    ("change", "ids"),
    [
        ({}, []),
        ({"SECRET_KEY": ""}, ["netvalue.E001"]),
        ({"EMAIL_URL": ""}, ["netvalue.W001"]),
        ({"EMAIL_URL": "", "HTTPS": False, "SIGN_UP": "closed"}, []),
        ({"HTTPS": False}, ["netvalue.W002"]),
        ({"HTTPS": False, "SIGN_UP": "invite"}, []),
        ({"HTTPS": False, "LOOPBACK": True, "TRUSTED_PROXIES": 0}, []),
        ({"TRUSTED_PROXIES": 0}, ["netvalue.W003"]),
    ],
    ids=str,
)
def test_what_does_not_go_together_is_named(
    settings: Settings, change: dict[str, object], ids: list[str]
) -> None:
    for name, value in (GOOD | change).items():
        setattr(settings, name, value)
    found = signing_in(None)
    assert [message.id for message in found] == ids
    assert all(message.hint for message in found)
