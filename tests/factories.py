"""People and rows for tests: sequences and traits, no randomness."""

from __future__ import annotations

from factory.declarations import Sequence
from factory.django import DjangoModelFactory, Password

from netvalue.accounts.models import User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.org")
    name = Sequence(lambda n: f"Person {n}")
    password = Password("a long enough sentence")
    time_zone = "Europe/Berlin"
