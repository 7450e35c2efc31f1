"""Who is first: the one account that a set-up link makes while there is no other. It may do everything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from django.db import connection, transaction

from netvalue.accounts.models import User

if TYPE_CHECKING:
    from netvalue.accounts.models import OneTimeLink

LOCK = 0x4E56_0001


def create(link: OneTimeLink, user: User, password: str) -> User | None:
    """The first user, or None when somebody else was faster."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_xact_lock(%s)", [LOCK])
        if User.objects.exists() or not link.use():
            return None
        user.is_staff = user.is_superuser = True
        user.set_password(password)
        user.save()
        # Whoever can read this machine's console needs no proof by mail.
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user
