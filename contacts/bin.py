"""What was removed: its kinds, the page that lists it, and the way back.

A new kind of row is one line in `KINDS`: a model that is Removable, with a query set that is a
RemovableQuerySet and a property `in_bin`, which says in words what it was, never whose. Whose it is, the page
finds by itself: by the foreign keys to Contact, or by the many-to-many `people`. What hangs on somebody who
is in the bin is not listed by itself; it goes and comes back with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BigIntegerField,
    BinaryField,
    CharField,
    Exists,
    F,
    Func,
    GeneratedField,
    OuterRef,
    Value,
)
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.timezone import localdate

from contacts.models import (
    Ask,
    Circle,
    Contact,
    Favour,
    FollowUp,
    ImportantDate,
    Interaction,
    LifeEvent,
    Photo,
    SavedView,
    Tie,
)
from contacts.words import seen_from
from netvalue.htmx import leading_to
from netvalue.undo import UNDO_FOR

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from django.db.models import Model

    from netvalue.accounts.models import User
    from netvalue.undo import Removable, RemovableQuerySet

# Each with its own query set, a RemovableQuerySet.
KINDS: Final[dict[str, Any]] = {
    "people": Contact,
    "asks": Ask,
    "circles": Circle,
    "favours": Favour,
    "follow-ups": FollowUp,
    "talks": Interaction,
    "photos": Photo,
    "ties": Tie,
    "dates": ImportantDate,
    "events": LifeEvent,
    "views": SavedView,
}
NAMES: Final = {model: name for name, model in KINDS.items()}
ICONS: Final = {
    "people": "user-round",
    "asks": "circle-help",
    "circles": "tag",
    "favours": "handshake",
    "follow-ups": "clock",
    "talks": "message-circle",
    "ties": "waypoints",
    "photos": "user-round",
    "dates": "calendar-days",
    "events": "heart",
    "views": "sliders-horizontal",
}
PAGE: Final = 50
COLUMNS: Final = ("bin_kind", "bin_pk", "bin_removed_at", "bin_people", "bin_row")
IDS: Final = ArrayField(BigIntegerField())


def way_back(row: Removable, page: str) -> str:
    """Where a POST brings it back and leads to `page` again; for the button of a toast."""
    return leading_to(reverse("contacts:bring_back", args=[NAMES[type(row)], row.pk]), page)


@dataclass(frozen=True, slots=True)
class Removed:
    """Something in the bin, about whom it is, and its first and last day there."""

    kind: str
    row: Any
    people: list[Contact]
    since: str
    until: str

    @property
    def icon(self) -> str:
        return ICONS.get(self.kind, "trash-2")


def in_the_bin(user: User, today: date, page: int) -> tuple[list[Removed], bool]:
    """A page of it, the last removed first, and whether there is more: two queries, however many kinds."""
    first, *others = (as_listed(kind, user) for kind in KINDS)
    rows = first.union(*others, all=True).order_by("-bin_removed_at", "bin_kind", "-bin_pk")
    begin = (page - 1) * PAGE
    found = list(rows[begin : begin + PAGE + 1])
    ids = set(chain.from_iterable(people for _kind, _pk, _at, people, _row in found))
    people = Contact.objects.of(user).in_bulk(ids)
    listed = [
        Removed(
            kind=kind,
            row=as_object(kind, row),
            people=[people[pk] for pk in ids if pk in people],
            since=seen_from(today, localdate(at, user.zone)),
            until=seen_from(today, localdate(at + UNDO_FOR, user.zone)),
        )
        for kind, _pk, at, ids, row in found[:PAGE]
    ]
    return listed, len(found) > PAGE


def as_listed(kind: str, user: User) -> Any:
    """What was removed of a kind, each row as an object, with the ids of its people."""
    model = KINDS[kind]
    rows: RemovableQuerySet[Any] = model.objects.in_the_bin(user)
    people: Any = Value([], output_field=IDS)
    if keys := keys_to_people(model):
        for key in keys:
            rows = rows.exclude(**{f"{key}__removed_at__isnull": False})
        people = Func(*(F(f"{key}_id") for key in keys), template="ARRAY[%(expressions)s]", output_field=IDS)
    for field in model._meta.many_to_many:
        if field.related_model is Contact and field.name == "people":
            parts = field.remote_field.through.objects.filter(**{field.m2m_field_name(): OuterRef("pk")})
            rows = rows.filter(Exists(parts.filter(contact__removed_at=None)))
            people = ArraySubquery(parts.values("contact_id"))
    return (
        rows.order_by()
        .annotate(
            bin_kind=Value(kind, output_field=CharField()),
            bin_pk=F("pk"),
            bin_removed_at=F("removed_at"),
            bin_people=people,
            bin_row=JSONObject(**{column: F(column) for column in columns_of(model)}),
        )
        .values_list(*COLUMNS)
    )


def keys_to_people(model: type[Model]) -> list[str]:
    """The foreign keys by which a row hangs on somebody; who introduced whom is none."""
    if model is Contact:
        return []
    return [field.name for field in model._meta.concrete_fields if field.related_model is Contact]


def columns_of(model: type[Model]) -> list[str]:
    shown = getattr(model, "SHOWN_IN_BIN", None)
    if shown:
        return list(shown)
    left_out = BinaryField, GeneratedField
    return [field.attname for field in model._meta.concrete_fields if not isinstance(field, left_out)]


def as_object(kind: str, values: dict[str, Any]) -> Any:
    model = KINDS[kind]
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(**{name: fields[name].to_python(value) for name, value in values.items()})


def held(kind: str, pk: int, user: User) -> Removable | None:
    """A row of theirs, in the bin or not, held after everybody it is about, as all hold both."""
    rows: RemovableQuerySet[Any] = KINDS[kind].objects.all_of(user)
    row = rows.filter(pk=pk).first()
    if isinstance(row, Circle | Interaction):
        row.hold()
    elif row:
        Contact.objects.filter(pk__in=everybody_in(row)).hold()
    return row and rows.select_for_update().filter(pk=pk).first()


def everybody_in(row: Any) -> Collection[int]:
    return [getattr(row, f"{key}_id") for key in keys_to_people(type(row))]


def empty(user: User) -> None:
    """All of it, for good. People first: what hangs on them goes with them."""
    for model in KINDS.values():
        model.objects.in_the_bin(user).forget(user)


def forget_removed(now: datetime) -> int:
    """What was removed too long ago to be brought back; how many rows it was."""
    return sum(model.objects.all().forget_removed(now) for model in KINDS.values())
