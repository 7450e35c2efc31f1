"""What every test has: a real Postgres (tests/services.py), a user, a signed-in client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.test import Client

from tests.factories import UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User


def pytest_configure(config: pytest.Config) -> None:
    """Tests read static files where they lie; `tests/netvalue/ui/test_storage.py` collects them."""
    settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
    settings.WHITENOISE_USE_FINDERS = True
    # All tests come from one address; `tests/assessments/test_visitors.py` sets limits of its own.
    settings.VISITOR_CHECKS_PER_HOUR = 1_000_000
    # Reminders are written down when a test says it is.
    settings.BUSINESS_CLOCK = "django.utils.timezone.now"
    # The same algorithm at a hundredth of its price: every test with a user hashes a password.
    settings.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
    if config.getoption("--faults") and config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        config.args = ["tests/faults"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--slow", action="store_true", help="run the tests that take minutes, too")
    parser.addoption("--faults", action="store_true", help="run the drills of reminders alone, all of them")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    left_out = [marker for marker in ("slow", "faults") if not config.getoption(f"--{marker}")]
    deselected = [item for item in items if any(map(item.get_closest_marker, left_out))]
    items[:] = [item for item in items if item not in deselected]
    config.hook.pytest_deselected(items=deselected)


@pytest.fixture
def user(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def stranger(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client
