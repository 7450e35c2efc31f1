"""Real limits in the real cache, but each test has its own counters."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django import Settings

_numbers = count()


@pytest.fixture(autouse=True)
def own_counters(settings: Settings) -> None:
    cache = settings.CACHES["default"]
    settings.CACHES = {"default": {**cache, "KEY_PREFIX": f"accounts-test-{next(_numbers)}"}}
