"""Links that end mails: for one kind, without signing in, valid for a year, revocable all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

from netvalue.accounts.models import User
from netvalue.outbox.models import LinkKey, new_link_key

if TYPE_CHECKING:
    from collections.abc import Collection

    from netvalue.outbox.models import LinkKeyQuerySet

SALT = "netvalue.outbox.unsubscribe"
VALID = timedelta(days=365)


class Paths:
    """The links of several owners. Writing one changes nothing: before a revocation the key is empty."""

    def __init__(self, owners: Collection[User]) -> None:
        keys = LinkKey.objects.filter(owner__in=owners).values_list("owner", "key")
        self.keys = dict(keys) if owners else {}

    def path(self, owner: User, kind: str) -> str:
        token = signing.dumps([owner.pk, self.keys.get(owner.pk, ""), kind], salt=SALT)
        return reverse("outbox:unsubscribe", args=[token])


def path(owner: User, kind: str) -> str:
    return Paths([owner]).path(owner, kind)


def read(token: str) -> tuple[User, str] | None:
    """Whose mails of which kind; None if it was never valid or is not any more."""
    try:
        pk, key, kind = signing.loads(token, salt=SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    owner = User.objects.filter(pk=pk).first()
    return (owner, kind) if owner and _key(LinkKey.objects.of(owner)) == key else None


def revoke(owner: User) -> None:
    """Links in the mails so far stop working."""
    LinkKey.objects.update_or_create(owner=owner, defaults={"key": new_link_key()})


def _key(keys: LinkKeyQuerySet) -> str:
    return keys.values_list("key", flat=True).first() or ""
