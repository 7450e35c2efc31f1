"""What somebody can narrow their list by that is their own: circles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from contacts.filters import CIRCLE, FILTERS, Choice, Filter, plainly
from contacts.models import Circle

if TYPE_CHECKING:
    from netvalue.accounts.models import User


@dataclass(frozen=True, slots=True)
class Offered:
    """The circles of one person, asked for once for the menu, the address and the chips."""

    circles: tuple[Choice, ...] = ()

    def choices(self, of: Filter) -> tuple[Choice, ...]:
        return self.circles if of is CIRCLE else of.choices

    def filters(self) -> list[tuple[Filter, tuple[Choice, ...]]]:
        """Those that offer anything."""
        pairs = ((it, self.choices(it)) for it in FILTERS.values())
        return [(it, choices) for it, choices in pairs if choices]


def offered_to(user: User) -> Offered:
    circles = Circle.objects.of(user).values_list("pk", "name")
    return Offered(tuple(plainly(str(pk), name) for pk, name in circles))
