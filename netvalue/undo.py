"""What a user removed can be brought back for thirty days: how long, and the rows that know it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.utils import timezone

from netvalue.ownership import Owned, OwnedQuerySet

if TYPE_CHECKING:
    from netvalue.accounts.models import User

UNDO_FOR = timedelta(days=30)

Row_co = TypeVar("Row_co", bound="Removable", covariant=True)


class RemovableQuerySet(OwnedQuerySet[Row_co]):
    """Rows that may be in the bin."""

    def all_of(self, user: User) -> Self:
        """Theirs, in the bin or not."""
        return self.filter(owner=user)

    def in_the_bin(self, user: User) -> Self:
        return self.all_of(user).removed()

    def kept(self) -> Self:
        return self.filter(removed_at=None)

    def removed(self) -> Self:
        return self.exclude(removed_at=None)

    def forget_removed(self, now: datetime) -> int:
        """Delete what was removed too long ago to be brought back."""
        return self.filter(removed_at__lt=now - UNDO_FOR).delete()[0]

    def forget(self, owner: User) -> int:
        """Delete for good those of these that are theirs; how many rows went."""
        return self.all_of(owner).delete()[0]


class Removable(Owned):
    """A row that its owner can remove, and bring back as long as it is not forgotten."""

    removed_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True

    @property
    def gone_at(self) -> datetime | None:
        """When it can no longer be brought back."""
        return self.removed_at and self.removed_at + UNDO_FOR

    def remove(self) -> None:
        if self.removed_at is None:
            self.removed_at = timezone.now()
            self.save(update_fields=["removed_at"])

    def bring_back(self) -> None:
        if self.removed_at is not None:
            self.removed_at = None
            self.save(update_fields=["removed_at"])
