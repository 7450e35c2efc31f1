"""Everything that hangs on one person, asked for at once: a page costs the same however much there is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.functions import JSONObject

from contacts.models.days import ImportantDate, LifeEvent
from contacts.models.giving import Ask, Favour
from contacts.models.people import Contact
from contacts.models.quiet import Quiet
from contacts.models.rows import ROWS
from contacts.models.ties import Tie
from netvalue.prepared import ANYBODY, Prepared
from netvalue.undo import Removable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import Model, QuerySet

# By the name under which a contact has them: the model and the columns that a page shows.
BELONGINGS: Mapping[str, tuple[type[Model], tuple[str, ...]]] = {
    **{name: (model, ("kind", "label", *model.parts)) for name, model in ROWS.items()},
    "dates": (ImportantDate, ("id", "label", "on_year", "on_month", "on_day")),
    "events": (LifeEvent, ("id", "tone", "what", "on_year", "on_month", "on_day", "acknowledged_at")),
    "favours": (
        Favour,
        ("id", "direction", "kind", "state", "what", "weight", "day", "due_on", "settled_on", "happened_on"),
    ),
    "asks": (Ask, ("id", "what", "day", "answered", "outcome")),
    "quiets": (Quiet, ("id", "kind")),
}

# Of the ties so many and, if there is one, another that says there are more.
FEW_TIES = 12


def belongings_of(contact: Contact) -> dict[str, list[Any]]:
    """Rows to read, each with its contact; what is not shown is not loaded. Ties come as they are told."""
    (found,) = asked_at_once.about(contact.pk)
    ties, *others = [[json.loads(row) for row in rows] for rows in found]
    return {
        "ties": ties,
        **{
            name: [model(contact=contact, **as_python(model, row)) for row in rows]
            for (name, (model, _columns)), rows in zip(BELONGINGS.items(), others, strict=True)
        },
    }


@Prepared
def asked_at_once() -> Any:
    """One row with an array for each kind of belonging, the ties first."""
    ties = Tie.objects.kept().about(OuterRef("pk")).between_shown().seen_from(OuterRef("pk"))
    found: dict[str, Any] = {"its_ties": ArraySubquery(ties[: FEW_TIES + 1])}
    for name, (model, columns) in BELONGINGS.items():
        theirs = kept_rows(model).filter(contact=OuterRef("pk"))
        row = JSONObject(**{column: F(column) for column in columns})
        found[f"its_{name}"] = ArraySubquery(theirs.order_by(*(model._meta.ordering or ())).values(row=row))
    return Contact.objects.filter(pk=ANYBODY).values_list(*found.values())


def kept_rows(model: type[Model]) -> QuerySet[Any]:
    """All but those in the bin, where they can go there."""
    rows: QuerySet[Any] = model.objects.order_by()  # type: ignore[attr-defined]  # every model here has it
    return rows.filter(removed_at=None) if issubclass(model, Removable) else rows


def as_python(model: type[Model], row: Mapping[str, Any]) -> dict[str, Any]:
    """What came as JSON, days among it, as the columns have it."""
    fields: dict[str, Any] = {column: model._meta.get_field(column) for column in row}
    # A generated column speaks through the field of what it gives.
    return {
        column: getattr(fields[column], "output_field", fields[column]).to_python(value)
        for column, value in row.items()
    }
