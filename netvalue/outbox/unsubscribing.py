"""Links that end mails: for one kind, without signing in, valid for a year, revocable all at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.core import signing
from django.urls import reverse

from netvalue.accounts.models import User
from netvalue.outbox.models import LinkKey, new_link_key

if TYPE_CHECKING:
    from netvalue.outbox.models import LinkKeyQuerySet

SALT = "netvalue.outbox.unsubscribe"
VALID = timedelta(days=365)


def path(owner: User, kind: str) -> str:
    """Writing it changes nothing: before the first revocation the key is empty."""
    token = signing.dumps([owner.pk, _key(LinkKey.objects.of(owner)), kind], salt=SALT)
    return reverse("outbox:unsubscribe", args=[token])


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
