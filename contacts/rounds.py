"""Which pairs a round asks about: a person a page, with everybody who comes later, so each pair once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Who = TypeVar("Who")

# 25 people are 300 pairs: enough to know a network of 150 by, and asked in some two minutes.
MOST = 25
# Of two people there would be one page with one pair: no round.
FEWEST = 3


@dataclass(frozen=True, slots=True)
class Page(Generic[Who]):
    """Which of the others does this one know?"""

    place: int
    who: Who
    others: tuple[Who, ...]


@dataclass(frozen=True, slots=True)
class Asking(Generic[Who]):
    """The people of a round by their places, without those who have left it, and how far one has come.

    Places stay when somebody leaves, so there may be gaps. What was answered is every page up to `reached`.
    """

    people: Sequence[tuple[int, Who]]
    reached: int = 0

    @property
    def pages(self) -> list[Page[Who]]:
        """One for each but the last, whom every other page has asked about."""
        others = [who for _place, who in self.people]
        return [
            Page(place, who, tuple(others[number:]))
            for number, (place, who) in enumerate(self.people[:-1], start=1)
        ]

    @property
    def next(self) -> Page[Who] | None:
        """The first that is not answered yet."""
        return self.after(self.reached)

    def at(self, place: int) -> Page[Who] | None:
        """A page that may be asked: an answered one, or the next."""
        following = self.next
        last = following.place if following else self.reached
        return next((page for page in self.pages if page.place == place <= last), None)

    def after(self, place: int) -> Page[Who] | None:
        return next((page for page in self.pages if page.place > place), None)

    def before(self, place: int) -> Page[Who] | None:
        return next((page for page in reversed(self.pages) if page.place < place), None)

    def number(self, page: Page[Who]) -> int:
        """Which of the pages it is, from one."""
        return self.pages.index(page) + 1

    def pairs(self) -> Iterator[tuple[Who, Who]]:
        """Those that were asked about."""
        for page in self.pages:
            if page.place <= self.reached:
                yield from ((page.who, other) for other in page.others)
