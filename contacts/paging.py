"""One page of the list, and where the pages before and after it are.

A page is found by somebody at its edge and the order, never by a number: nobody is left out or shown twice
because somebody else came or went. Their uid stands in the address, and no name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import F, Func
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan

from contacts.birthdays import LeapDay
from contacts.models import Contact
from contacts.sieve import Turn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contacts.models import ContactQuerySet
    from contacts.sieve import Sieve
    from netvalue.accounts.models import User

PAGE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """Rows in their order, and who stands at the edges beyond which there are more."""

    rows: list[tuple[Any, ...]]
    earlier: Turn | None = None
    later: Turn | None = None
    # The one it should have begun by is not there any more.
    is_anew: bool = False


class FoundFirst(Func):
    """The same text, but in the order of no index: people are found first, and put in order then.

    Postgres guesses how many have a word in them, and often wrong by half. It decides by that whether to walk
    through everybody in order until a page is full, or to find them all first.
    """

    template = "(%(expressions)s || '')"


def page(
    people: ContactQuerySet, sieve: Sieve, user: User, columns: Sequence[Any], *, are_few: bool = False
) -> Page:
    """The columns of those of these people on one page, `id` and `uid` first. A page whose edge is gone is
    the first one. If they are few, no page is looked for by walking through everybody.
    """
    leap_day = LeapDay(user.leap_day)
    found = sieve.order.of(people, sieve.today, leap_day).order_by(*sieve.order.columns)
    if are_few:
        found = found.order_by(*sieve.order.columns[:-2], FoundFirst("sort_key"), "id")
    if sieve.turn is None:
        return first(found, sieve, columns)
    everybody = sieve.order.of(Contact.objects.all_of(user), sieve.today, leap_day)
    edge = edge_of(everybody, sieve.turn, sieve.order.columns)
    if edge is None:
        return replace(first(found, sieve, columns), is_anew=True)
    return before(found, edge, sieve, columns) if sieve.turn.goes_back else after(found, edge, sieve, columns)


def edge_of(everybody: ContactQuerySet, turn: Turn, order: Sequence[str]) -> tuple[Any, ...] | None:
    """Where in the order somebody stands, or stood."""
    edge = everybody.filter(uid=turn.by).values_list(*order).first()
    if edge and turn.at is not None and order[0] == "place":
        return (turn.at, *edge[1:])
    return edge


def first(found: ContactQuerySet, sieve: Sieve, columns: Sequence[Any]) -> Page:
    rows = some(found, sieve, columns)
    return Page(without_place(rows[:PAGE], columns), later=beyond(rows, columns))


def after(found: ContactQuerySet, edge: tuple[Any, ...], sieve: Sieve, columns: Sequence[Any]) -> Page:
    here = [F(column) for column in sieve.order.columns]
    rows = some(found.filter(TupleGreaterThan(here, edge)), sieve, columns)
    if not rows:
        return replace(first(found, sieve, columns), is_anew=True)
    back = replace(turn_by(rows[0], columns), goes_back=True)
    return Page(without_place(rows[:PAGE], columns), earlier=back, later=beyond(rows, columns))


def before(found: ContactQuerySet, edge: tuple[Any, ...], sieve: Sieve, columns: Sequence[Any]) -> Page:
    here = [F(column) for column in sieve.order.columns]
    rows = some(found.filter(TupleLessThan(here, edge)).reverse(), sieve, columns)
    if len(rows) < PAGE:
        return first(found, sieve, columns)
    more, rows = len(rows) > PAGE, rows[PAGE - 1 :: -1]
    back = replace(turn_by(rows[0], columns), goes_back=True) if more else None
    return Page(without_place(rows, columns), earlier=back, later=turn_by(rows[-1], columns))


def some(ordered: ContactQuerySet, sieve: Sieve, columns: Sequence[Any]) -> list[tuple[Any, ...]]:
    """A page of them and one more, each with its place behind the columns."""
    place = sieve.order.columns[:-2]
    return list(ordered.values_list(*columns, *place)[: PAGE + 1])


def without_place(rows: list[tuple[Any, ...]], columns: Sequence[Any]) -> list[tuple[Any, ...]]:
    return [row[: len(columns)] for row in rows]


def beyond(rows: list[tuple[Any, ...]], columns: Sequence[Any]) -> Turn | None:
    """Where the next page begins, if there is somebody on it."""
    return turn_by(rows[PAGE - 1], columns) if len(rows) > PAGE else None


def turn_by(row: tuple[Any, ...], columns: Sequence[Any]) -> Turn:
    return Turn(row[1], *row[len(columns) :])
