"""Views of the list that somebody keeps: what it is narrowed to and how it is ordered, under a name."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.models.named import Named
from netvalue.undo import RemovableQuerySet

NAME_LENGTH = 60


class SavedViewQuerySet(RemovableQuerySet["SavedView"]):
    """Views by the questions pages ask."""

    def called(self, name: str) -> SavedView | None:
        return self.kept().filter(name=name).first()


class SavedView(Named):
    """A name for what the list is narrowed to, written as `Sieve.query` writes it."""

    name = models.CharField(gettext_lazy("name"), max_length=NAME_LENGTH)
    query = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[SavedViewQuerySet] = SavedViewQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                condition=Q(removed_at=None),
                name="contacts_savedview_one_per_name",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contacts_savedview_has_a_name"),
            models.CheckConstraint(condition=~Q(query=""), name="contacts_savedview_narrows"),
        ]

    def get_absolute_url(self) -> str:
        return f"{reverse('contacts:list')}?{self.query}&view={self.pk}"

    @property
    def in_bin(self) -> str:
        return _("View “%(name)s”") % {"name": self.name}

    def become(self, query: str) -> None:
        """Something else under the same name."""
        self.query = query
        self.save(update_fields=["query"])
