"""What the list of people is narrowed to, in which order it stands, and under which address."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from django.utils.http import urlencode
from django.utils.translation import gettext as _

from contacts.filters import CIRCLE, FILTERS, SHELF, Filter
from contacts.finding import looked_for
from contacts.models import Contact
from contacts.offered import Offered
from contacts.orders import BY_NAME, ORDERS, Order

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from uuid import UUID

    from django.http import QueryDict
    from django_stubs_ext import StrOrPromise

    from contacts.filters import Choice
    from contacts.models import ContactQuerySet
    from contacts.offered import View
    from netvalue.accounts.models import User


# So many stand above the list.
FEW_VIEWS = 5


@dataclass(frozen=True, slots=True)
class Turn:
    """Where a page begins: after somebody; or where it ends: before somebody. Their place is as it was when
    the page was shown, because they may stand elsewhere meanwhile.
    """

    by: UUID
    at: int | None = None
    goes_back: bool = False

    def parts(self) -> list[tuple[str, str]]:
        where = [] if self.at is None else [("at", str(self.at))]
        return [("before" if self.goes_back else "after", str(self.by)), *where]


@dataclass(frozen=True, slots=True)
class Sieve:
    """What narrows the list, read from an address. A value that does not exist is left out and said. Whoever
    acts on "all that match" must not act where something was left out: more people match than were meant.
    """

    today: date
    offered: Offered
    words: str = ""
    # The values of each filter that is used, in the order of the filters.
    picked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Order = BY_NAME
    turn: Turn | None = None
    view: View | None = None
    left_out: tuple[StrOrPromise, ...] = ()

    @classmethod
    def read(cls, query: QueryDict, offered: Offered, today: date, words: str, turn: Turn | None) -> Self:
        picked, left_out = {}, []
        for it in FILTERS.values():
            asked = set(filter(None, query.getlist(it.key)))
            known = tuple(choice.value for choice in offered.choices(it) if choice.value in asked)
            known = known if it.asked == "any" else known[:1]
            if known:
                picked[it.key] = tuple(sorted(known, key=int)) if it is CIRCLE else known
            if asked - set(known):
                left_out.append(it.title)
        sort = query.get("sort", "")
        if sort not in ORDERS:
            left_out.append(_("Order"))
        order = ORDERS.get(sort, BY_NAME)
        view = next((it for it in offered.views if str(it.pk) == query.get("view")), None)
        return cls(today, offered, words, picked, order, turn, view, tuple(left_out))

    @property
    def archived(self) -> bool:
        return SHELF.key in self.picked

    @property
    def narrows(self) -> bool:
        return bool(self.words or self.picked)

    def people(self, user: User) -> ContactQuerySet:
        """All that match, on every page of the list together, in no promised order: what the list shows and
        what an action on "all that match" is about.
        """
        return self.whatever_the_words(user).matching(self.words)

    def whatever_the_words(self, user: User) -> ContactQuerySet:
        """Those who pass but for the search words: similar names are looked for among them."""
        people = Contact.objects.of(user)
        people = people if self.archived else people.in_view()
        for key, values in self.picked.items():
            people = FILTERS[key].narrow(people, values, self.today)
        return people

    @property
    def query(self) -> str:
        """What the list is narrowed to and how it is ordered, always written the same way."""
        pairs = [("q", self.words), *((key, value) for key in FILTERS for value in self.picked.get(key, ()))]
        return urlencode([(key, value) for key, value in [*pairs, ("sort", self.order.key)] if value])

    def url(self, **changes: Any) -> str:
        """The list as it is narrowed but for `changes`, from its beginning."""
        return replace(self, **{"turn": None, **changes}).address

    def page(self, turn: Turn) -> str:
        """Another page of the same list."""
        return replace(self, turn=turn).address

    @property
    def address(self) -> str:
        """Behind the path of the list."""
        view = [("view", str(self.view.pk))] if self.view else []
        parts = urlencode(view + (self.turn.parts() if self.turn else []))
        return "?" + "&".join(filter(None, [self.query, parts]))

    @property
    def here(self) -> str:
        """This very page of it."""
        return self.page(self.turn) if self.turn else self.url()

    def without(self, it: Filter, value: str) -> str:
        rest = tuple(other for other in self.picked[it.key] if other != value)
        picked = {**self.picked, it.key: rest}
        return self.url(picked={key: values for key, values in picked.items() if values})

    @property
    def from_the_start(self) -> str:
        return self.url()

    @property
    def without_filters(self) -> str:
        return self.url(picked={}, view=None)

    @property
    def in_the_archive(self) -> str:
        return self.url(picked={SHELF.key: ("archive",)}, view=None)

    @property
    def current_view(self) -> View | None:
        """The one that was opened, though it may be changed by now; else one that is the same as this."""
        same = (view for view in self.offered.views if view.query == self.query)
        return self.view or next(same, None)

    @property
    def is_new(self) -> bool:
        """Whether this could be saved: something is narrowed or ordered, and no view is the same."""
        return bool(self.query) and all(view.query != self.query for view in self.offered.views)

    @property
    def tabs(self) -> list[View]:
        """A few views, and the current one in any case."""
        few = list(self.offered.views[:FEW_VIEWS])
        current = self.current_view
        return few if current is None or current in few else [*few[:-1], current]

    @property
    def more_views(self) -> list[View]:
        tabs = self.tabs
        return [view for view in self.offered.views if view not in tabs]

    @property
    def chips(self) -> list[tuple[StrOrPromise, str]]:
        """Each value that narrows the list, and the list without it."""
        return [(choice.chip, self.without(it, choice.value)) for it, choice in self._chosen()]

    def _chosen(self) -> list[tuple[Filter, Choice]]:
        return [
            (FILTERS[key], choice)
            for key, values in self.picked.items()
            for choice in self.offered.choices(FILTERS[key])
            if choice.value in values
        ]

    @property
    def orders(self) -> list[tuple[Order, str]]:
        """Each order, and the list in it."""
        return [(order, self.url(order=order)) for order in ORDERS.values()]

    @property
    def emptiness(self) -> tuple[StrOrPromise, StrOrPromise]:
        """What is said where nobody passes: with one filter what that means, else how to see somebody."""
        if self.words and not looked_for(self.words):
            return _("There is nothing to look for in that."), _("A letter or a number is enough.")
        if self.words:
            if self.picked:
                return _("Nobody found."), _("Try another spelling, or look without the filters.")
            return _("Nobody found."), _("Try another spelling.")
        if len(self.picked) > 1:
            return _("Nobody passes all of these filters."), _("Take one of them away.")
        (it,) = (FILTERS[key] for key in self.picked)
        return it.nobody, it.advice
