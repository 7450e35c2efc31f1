"""People and rows for tests: sequences and traits, no randomness."""

from __future__ import annotations

from datetime import date

from factory.declarations import Sequence, SubFactory
from factory.django import DjangoModelFactory, Password

from contacts.models import Contact, FollowUp
from netvalue.accounts.models import User


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.org")
    name = Sequence(lambda n: f"Person {n}")
    password = Password("a long enough sentence")
    time_zone = "Europe/Berlin"


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    owner = SubFactory(UserFactory)
    given = Sequence(lambda n: f"Given{n}")
    family = Sequence(lambda n: f"Family{n}")


class FollowUpFactory(DjangoModelFactory[FollowUp]):
    class Meta:
        model = FollowUp

    owner = SubFactory(UserFactory)
    what = Sequence(lambda n: f"Thing to come back to {n}")
    due_on = date(2026, 3, 1)
