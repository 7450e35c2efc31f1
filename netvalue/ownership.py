"""Whose row it is. Every row that belongs to a user carries its owner, and the database refuses a link
between rows of different owners.

`Owned` is the base of every such model, `Model.objects.of(user)` the first step of every query, and
`SameOwner("contact")` a composite foreign key (contact_id, owner_id) → (id, owner_id).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.constraints import BaseConstraint
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.backends.base.schema import BaseDatabaseSchemaEditor

    from netvalue.accounts.models import User

Row_co = TypeVar("Row_co", bound="Owned", covariant=True)


def in_array(numbers: Iterable[int]) -> str:
    """As Postgres reads an array: for thousands a tenth of what it takes to name each by itself."""
    return f"{{{','.join(map(str, numbers))}}}"


def among(numbers: Iterable[int]) -> RawSQL:
    """Behind `__in`, for thousands."""
    return RawSQL("SELECT unnest(%s::bigint[])", [in_array(numbers)])


class OwnedQuerySet(models.QuerySet[Row_co]):
    """Queries over rows with an owner."""

    def of(self, user: User) -> Self:
        """The rows that belong to `user`; everything else does not exist for them."""
        return self.filter(owner=user)


class Owned(models.Model):
    """A row that belongs to one user and goes when they go."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )

    class Meta:
        abstract = True


class SameOwner(BaseConstraint):
    """A composite foreign key: `field` may only point to a row of the same owner.

    The table pointed to needs a unique constraint over (id, owner). A null `field` passes, as with any
    foreign key (MATCH SIMPLE). It is checked at commit, like Django's own foreign keys.
    """

    default_violation_error_message = _("This belongs to somebody else.")

    def __init__(self, field: str, *, name: str, owner: str = "owner") -> None:
        super().__init__(name=name)
        self.field = field
        self.owner = owner

    def _references(self, model: type[models.Model]) -> tuple[str, str, str, str, str]:
        """Table, its two columns, and the table and owner column pointed to."""
        options = model._meta
        foreign_key = cast("models.ForeignKey[Any]", options.get_field(self.field))
        owner = cast("models.ForeignKey[Any]", options.get_field(self.owner))
        target = cast("type[Owned]", foreign_key.related_model)._meta
        target_owner = cast("models.ForeignKey[Any]", target.get_field("owner"))
        return (
            options.db_table,
            foreign_key.column,
            owner.column,
            target.db_table,
            target_owner.column,
        )

    def constraint_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        return self.create_sql(model, schema_editor)

    def create_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        """Nothing at once: the table pointed to, or its unique pair, may come later in the same migration."""
        assert model is not None
        assert schema_editor is not None
        quote = schema_editor.quote_name
        table, column, owner, target, target_owner = map(quote, self._references(model))
        schema_editor.deferred_sql.append(
            f"ALTER TABLE {table} ADD CONSTRAINT {quote(self.name)} FOREIGN KEY ({column}, {owner})"
            f" REFERENCES {target} (id, {target_owner}) DEFERRABLE INITIALLY DEFERRED"
        )
        return ""

    def remove_sql(
        self, model: type[models.Model] | None, schema_editor: BaseDatabaseSchemaEditor | None
    ) -> str:
        assert model is not None
        assert schema_editor is not None
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: set[str] | None = None,
        using: str = "default",
    ) -> None:
        if exclude and self.field in exclude:
            return
        target = getattr(instance, self.field)
        if target is not None and target.owner_id != getattr(instance, f"{self.owner}_id"):
            raise ValidationError(self.get_violation_error_message(), code="same_owner")

    def deconstruct(self) -> tuple[str, tuple[str, ...], dict[str, Any]]:
        path, _args, kwargs = super().deconstruct()
        if self.owner != "owner":
            kwargs["owner"] = self.owner
        return path, (self.field,), kwargs

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SameOwner):
            return (self.name, self.field, self.owner) == (other.name, other.field, other.owner)
        return NotImplemented

    def __hash__(self) -> int:
        return hash((self.name, self.field, self.owner))
