"""What somebody can narrow their list by that is their own: their circles, and the views they keep."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import TextField, Value

from contacts.filters import CIRCLE, FILTERS, Choice, Filter, plainly
from contacts.models import Circle, SavedView
from netvalue.prepared import ANYBODY, Prepared

if TYPE_CHECKING:
    from netvalue.accounts.models import User

QUERY = TextField()


@dataclass(frozen=True, slots=True)
class View:
    """A saved view as a link."""

    pk: int
    name: str
    query: str

    @property
    def url(self) -> str:
        return f"?{self.query}&view={self.pk}"


@dataclass(frozen=True, slots=True)
class Offered:
    """The circles and views of one person, for the menu, the address, the chips and the tabs."""

    circles: tuple[Choice, ...] = ()
    views: tuple[View, ...] = ()

    def choices(self, of: Filter) -> tuple[Choice, ...]:
        return self.circles if of is CIRCLE else of.choices

    def filters(self) -> list[tuple[Filter, tuple[Choice, ...]]]:
        """Those that offer anything."""
        pairs = ((it, self.choices(it)) for it in FILTERS.values())
        return [(it, choices) for it, choices in pairs if choices]


def offered_to(user: User) -> Offered:
    """Both by name, asked for at once."""
    found = asked_at_once.about(user.pk)
    return Offered(
        circles=tuple(plainly(str(pk), name) for pk, name, query in found if query is None),
        views=tuple(View(pk, name, query) for pk, name, query in found if query is not None),
    )


@Prepared
def asked_at_once() -> Any:
    """Circles without a query and views with theirs, by name."""
    circles = Circle.objects.filter(owner=ANYBODY).kept().order_by()
    views = SavedView.objects.filter(owner=ANYBODY).kept().order_by()
    rows = circles.values_list("pk", "name", Value(None, output_field=QUERY)).union(
        views.values_list("pk", "name", "query"), all=True
    )
    return rows.order_by("name", "id")
