"""In which order the list of people stands. Whoever has no place in it stands at the end, by name."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.db.models import BigIntegerField, Case, F, Func, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.birthdays import Birthday, LeapDay

if TYPE_CHECKING:
    from django.db.models import Expression
    from django_stubs_ext import StrOrPromise

    from contacts.models import ContactQuerySet

# Behind every place there is.
LAST: Final = 2**62
CLOSEST: Final = 10
# A day of the year as a number: 29 February is 229. Behind those of this year stand the next's.
MONTH: Final = 100
NEXT_YEAR: Final = 10_000
LEAPLING: Final = Birthday(2, 29)


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the list. Its place is a whole number, the smallest first and never null, so that a page
    can begin after somebody; those at the same place stand by name.
    """

    key: str
    label: StrOrPromise
    caption: StrOrPromise
    place: Callable[[date, LeapDay], Expression] | None = None
    at_the_end: StrOrPromise = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return ("place", "sort_key", "id") if self.place else ("sort_key", "id")

    def of(self, people: ContactQuerySet, today: date, leap_day: LeapDay) -> ContactQuerySet:
        """These people, each with the columns that say where they stand."""
        return people.annotate(place=self.place(today, leap_day)) if self.place else people


class Days(Func):
    """A day as a whole number, the earliest first."""

    template = "(%(expressions)s - DATE '2000-01-01')"
    output_field = BigIntegerField()


class MinusMicroseconds(Func):
    """A moment as a whole number, the newest first."""

    template = "(-1000000 * extract(epoch FROM %(expressions)s))::bigint"
    output_field = BigIntegerField()


def or_last(expression: Any) -> Expression:
    return Coalesce(expression, Value(LAST), output_field=BigIntegerField())


def until_birthday(today: date, leap_day: LeapDay) -> Expression:
    """The day of the year, from today round to yesterday; nobody waits for that of the dead."""
    begin = today.month * MONTH + today.day
    last = LEAPLING.in_year(today.year, LeapDay.MARCH)
    in_march = kept_in_march(today.year + (today > last), leap_day)
    day = F("birth_month") * Value(MONTH) + F("birth_day")
    known = Q(deceased=False, birth_month__isnull=False, birth_day__isnull=False)
    this_year = Q(birth_month__gt=begin // MONTH) | Q(
        birth_month=begin // MONTH, birth_day__gte=begin % MONTH
    )
    if in_march:
        late = Q(birth_month=LEAPLING.month, birth_day=LEAPLING.day, leap_day__in=in_march)
        day += Case(When(late, then=Value(1)), default=Value(0))
        this_year |= late if today == last else Q()
    return Case(
        When(known & this_year, then=day),
        When(known, then=day + Value(NEXT_YEAR)),
        default=Value(LAST),
        output_field=BigIntegerField(),
    )


def kept_in_march(year: int, leap_day: LeapDay) -> list[str]:
    """Whose 29 February is kept on 1 March in a year: by their own choice, or as everybody's."""
    usual = [""] if leap_day is LeapDay.MARCH else []
    return [] if isleap(year) else [*usual, LeapDay.MARCH]


ORDERS: Final = {
    order.key: order
    for order in (
        Order("", _("Name"), _("Contacts by name")),
        Order(
            "quiet",
            _("Longest without a conversation"),
            _("Contacts, the longest without a conversation first"),
            lambda today, leap_day: or_last(Days(F("last_on"))),
            _("Those you have never talked with stand at the end."),
        ),
        Order(
            "talked",
            _("Latest conversation"),
            _("Contacts by their last conversation, the latest first"),
            lambda today, leap_day: or_last(-Days(F("last_on"))),
            _("Those you have never talked with stand at the end."),
        ),
        Order(
            "close",
            _("Closest first"),
            _("Contacts, closest first"),
            lambda today, leap_day: or_last(Value(CLOSEST) - F("closeness")),
            _("Those whose closeness is open stand at the end."),
        ),
        Order(
            "birthday",
            _("Next birthday"),
            _("Contacts by their next birthday"),
            until_birthday,
            _("Those whose birthday is not noted stand at the end."),
        ),
        Order(
            "new",
            pgettext_lazy("an order", "Newest first"),
            _("Contacts, the newest first"),
            lambda today, leap_day: MinusMicroseconds(F("created_at")),
        ),
    )
}
BY_NAME: Final = ORDERS[""]
