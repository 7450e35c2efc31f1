"""What the list of people is narrowed to: who passes, and under which address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.utils.http import urlencode

from contacts.models import Contact

if TYPE_CHECKING:
    from uuid import UUID

    from contacts.models import Circle, ContactQuerySet
    from netvalue.accounts.models import User


@dataclass(frozen=True, slots=True)
class Sieve:
    """What the list is narrowed to, and after whom the page begins."""

    words: str = ""
    circle: Circle | None = None
    archived: bool = False
    after: UUID | None = None

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.circle)

    def people(self, user: User) -> ContactQuerySet:
        """All that match, on every page of the list together, in no promised order: what the list shows and
        what an action on "all that match" is about.
        """
        return self.whatever_the_words(user).matching(self.words)

    def whatever_the_words(self, user: User) -> ContactQuerySet:
        """Those who pass but for the search words: similar names are looked for among them."""
        people = Contact.objects.of(user)
        people = people.archived() if self.archived else people.in_view()
        return people.in_circle(self.circle) if self.circle else people

    def url(self, **changes: Any) -> str:
        """The list narrowed the same way but for `changes`, from its beginning."""
        sieve = replace(self, **{"after": None, **changes})
        query = {
            "q": sieve.words,
            "circle": sieve.circle.pk if sieve.circle else "",
            "shelf": "archive" if sieve.archived else "",
            "after": str(sieve.after or ""),
        }
        return "?" + urlencode({key: value for key, value in query.items() if value})

    @property
    def from_the_start(self) -> str:
        return self.url()

    @property
    def without_circle(self) -> str:
        return self.url(circle=None)

    @property
    def in_the_archive(self) -> str:
        return self.url(archived=True)

    @property
    def not_in_the_archive(self) -> str:
        return self.url(archived=False)
