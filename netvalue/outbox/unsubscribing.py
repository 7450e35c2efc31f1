"""Links that end mails: for one kind, without signing in, valid for a year, revocable all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

from netvalue.outbox.models import LinkKey, new_link_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netvalue.accounts.models import User

SALT = "netvalue.outbox.unsubscribe"
VALID = timedelta(days=365)


def prepare(owners: Iterable[User]) -> None:
    """Each has a key before the first mail is written: a mail that is only looked at writes nothing."""
    LinkKey.objects.bulk_create((LinkKey(owner=owner) for owner in owners), ignore_conflicts=True)


def path(owner: User, kind: str) -> str:
    token = signing.dumps([LinkKey.objects.of(owner).get().key, kind], salt=SALT)
    return reverse("outbox:unsubscribe", args=[token])


def read(token: str) -> tuple[User, str] | None:
    """Whose mails of which kind; None if it was never valid or is not any more."""
    try:
        key, kind = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    found = LinkKey.objects.filter(key=key).select_related("owner").first()
    return (found.owner, kind) if found else None


def revoke(owner: User) -> None:
    """Links in the mails so far stop working; those of new mails have a new key."""
    LinkKey.objects.update_or_create(owner=owner, defaults={"key": new_link_key()})
