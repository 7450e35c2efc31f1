"""Links that end mails: for one kind, without signing in, valid for a year, revocable all at once."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from netvalue.accounts.models import User
from netvalue.outbox import choices, planning
from netvalue.outbox.models import LinkKey, OptOut, new_link_key

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
        token = signed([owner.pk, self.keys.get(owner.pk, ""), kind], SALT)
        return reverse("outbox:unsubscribe", args=[token])


def signed(what: list[Any], salt: str) -> str:
    """For a link in a mail: by the key that names mails, which outlives every SECRET_KEY and machine."""
    return signing.dumps(what, key=settings.MAIL_ID_KEY, salt=salt)


def unsigned(token: str, salt: str, max_age: timedelta | None = None) -> Any:
    """Raises BadSignature. Links in older mails were signed by SECRET_KEY."""
    before: list[str | bytes] = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return signing.loads(token, key=settings.MAIL_ID_KEY, fallback_keys=before, salt=salt, max_age=max_age)


def path(owner: User, kind: str) -> str:
    return Paths([owner]).path(owner, kind)


def read(token: str) -> tuple[User, str] | None:
    """Whose mails of which kind; None if it was never valid or is not any more."""
    try:
        pk, key, kind = unsigned(token, SALT, max_age=VALID)
    except signing.BadSignature:
        return None
    owner = User.objects.filter(pk=pk).first()
    return (owner, kind) if owner and _key(LinkKey.objects.of(owner)) == key else None


def end(owner: User, kind: str, token: str) -> None:
    """No more mails of this kind. What stands already stays as it was chosen."""
    planning.opt_out(owner, kind, by_link=_named(token))


def has_ended(owner: User, kind: str) -> bool:
    """Whether mails of this kind are ended, wherever that was chosen."""
    return OptOut.objects.of(owner).against(kind).exists()


def may_take_back(owner: User, kind: str, token: str) -> bool:
    """Whether it was this very link that ended them."""
    return OptOut.objects.of(owner).filter(kind=kind, by_link=_named(token)).exists()


@transaction.atomic
def take_back(owner: User, kind: str, token: str) -> None:
    """Mails of this kind again, as before this link was used, and what is not too late meanwhile, too."""
    choices.hold(owner)
    OptOut.objects.of(owner).filter(kind=kind, by_link=_named(token)).delete()
    planning.wake(owner, Q() if kind == OptOut.EVERYTHING else Q(kind__in=[kind, planning.AGAIN]))


def revoke(owner: User) -> None:
    """Links in the mails so far stop working."""
    LinkKey.objects.update_or_create(owner=owner, defaults={"key": new_link_key()})


def _named(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _key(keys: LinkKeyQuerySet) -> str:
    return keys.values_list("key", flat=True).first() or ""
