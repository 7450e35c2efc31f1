"""Of whom one wants no reminders, of one kind or of any; the person stays on every list."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models, transaction

from contacts import reminders
from contacts.models.people import Contact
from netvalue.outbox import kinds
from netvalue.ownership import Owned, OwnedQuerySet, SameOwner

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class QuietQuerySet(OwnedQuerySet["Quiet"]):
    """What is not wanted, by whom it is about."""

    def against(self, kind: str) -> Self:
        """Those that keep reminders of this kind away."""
        return self.filter(kind__in=[kind, Quiet.EVERYTHING])

    def in_view(self) -> Self:
        """Of those of whom there may be anything to tell."""
        return self.filter(contact__in=Contact.objects.in_view())

    @transaction.atomic
    def begin(self, contact: Contact, kind: str) -> bool:
        """No reminder of this kind from now on, nor what has not left yet; whether that is new."""
        _quiet, new = self.get_or_create(owner=contact.owner, contact=contact, kind=kind)
        reminders.put_away(contact.owner, [contact.pk])
        return new

    @transaction.atomic
    def end(self, contact: Contact, kind: str) -> bool:
        """Reminders again, of what is not too late, too; whether there was anything to end."""
        ended, _of_each = self.filter(contact=contact, kind=kind).delete()
        reminders.taken_back(contact.owner, [contact.pk])
        return bool(ended)


class Quiet(Owned):
    """No reminders of this kind about this person; `EVERYTHING` means of any."""

    EVERYTHING = "all"

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="quiets")
    kind = models.CharField(max_length=20)
    at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[QuietQuerySet] = QuietQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["kind"]
        constraints = [
            models.UniqueConstraint(fields=["contact", "kind"], name="contacts_quiet_once"),
            SameOwner("contact", name="contacts_quiet_contact_same_owner"),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def label(self) -> _StrPromise | str:
        """What is not told; nothing if it is everything, or of a kind nobody knows any more."""
        known = kinds.find(self.kind)
        return known.label if known else ""
