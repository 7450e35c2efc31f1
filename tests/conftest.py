"""What every test has: a real Postgres, a user, a signed-in client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.test import Client

from tests.factories import UserFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User


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
