"""Rows with a name that no other of their owner has, as long as they are kept."""

from __future__ import annotations

from itertools import count
from typing import cast

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext_lazy

from netvalue.undo import Removable


class Named(Removable):
    """Something that goes by a name, which it may find taken when it comes back."""

    name = models.CharField(gettext_lazy("name"), max_length=60)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    def bring_back(self) -> None:
        """Kept again; with a number behind its name if that was given away meanwhile."""
        name, column = self.name, cast("models.CharField[str, str]", self._meta.get_field("name"))
        longest = column.max_length or 0
        for number in count(2):
            try:
                with transaction.atomic():
                    self.removed_at = None
                    self.save(update_fields=["name", "removed_at"])
                break
            except IntegrityError:
                end = f" ({number})"
                self.name = name[: longest - len(end)] + end
