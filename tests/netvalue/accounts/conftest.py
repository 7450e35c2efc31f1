"""Real limits in the real cache, but each test has its own counters."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from pytest_django import Settings


@pytest.fixture(autouse=True)
def own_counters(settings: Settings) -> None:
    cache = settings.CACHES["default"]
    settings.CACHES = {"default": {**cache, "KEY_PREFIX": uuid4().hex}}


@pytest.fixture
def mail_server(settings: Settings) -> None:
    """A place that can send mail, as `netvalue/settings.py` sets it up."""
    settings.EMAIL_URL = "smtp://localhost:1025"
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
