"""What the list of people can be narrowed by: each filter with its values, in the address and in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models import Contact
from contacts.models.people import FUNCTIONS
from contacts.snoozing import months_after

if TYPE_CHECKING:
    from django.db.models import Field
    from django_stubs_ext import StrOrPromise

    from contacts.models import ContactQuerySet

FOR: Final = "for_"
NEVER: Final = "never"
# The thresholds of the layers around a person, as research draws them: 3, 5, 7 and 9.
BANDS: Final[dict[str, tuple[int, int] | None]] = {
    "9-10": (9, 10),
    "7-8": (7, 8),
    "5-6": (5, 6),
    "3-4": (3, 4),
    "0-2": (0, 2),
    "open": None,
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter: as it stands in the address, in the menu, and by itself above the list."""

    value: str
    label: StrOrPromise
    chip: StrOrPromise


@dataclass(frozen=True, slots=True)
class Filter:
    """One way to narrow the list. Several values of one filter widen it: any of them will do."""

    key: str
    title: StrOrPromise
    choices: tuple[Choice, ...]
    narrow: Callable[[ContactQuerySet, Sequence[str], date], ContactQuerySet]
    # What is said where nobody passes it, and what to do then.
    nobody: StrOrPromise
    advice: StrOrPromise
    # How it is asked for: any of several boxes, one of a list, or yes.
    asked: str = "any"
    # What the list of one says where nothing is chosen.
    otherwise: StrOrPromise = ""


def plainly(value: str, label: StrOrPromise) -> Choice:
    return Choice(value, label, label)


def label_of(column: str) -> StrOrPromise:
    return cast("Field[Any, Any]", Contact._meta.get_field(column)).verbose_name


CIRCLE: Final = Filter(
    key="circle",
    title=_("Circles"),
    choices=(),  # everybody has their own
    narrow=lambda people, values, today: people.in_circles(map(int, values)),
    nobody=_("Nobody is in this circle."),
    advice=_("Who belongs to which circles is said on each person’s page."),
)
FUNCTION: Final = Filter(
    key="function",
    title=_("What you find with them"),
    choices=tuple(plainly(column.removeprefix(FOR), label_of(column)) for column in FUNCTIONS),
    narrow=lambda people, values, today: people.serving(FOR + value for value in values),
    nobody=_("Nobody is noted for this yet."),
    advice=_("When you edit somebody, you can tick what you find with them."),
)
CLOSENESS: Final = Filter(
    key="closeness",
    title=_("Closeness"),
    choices=(
        Choice("9-10", _("very close (9, 10)"), _("Closeness: very close")),
        Choice("7-8", _("close (7, 8)"), _("Closeness: close")),
        Choice("5-6", _("familiar (5, 6)"), _("Closeness: familiar")),
        Choice("3-4", _("loose (3, 4)"), _("Closeness: loose")),
        Choice("0-2", _("passing (0 to 2)"), _("Closeness: passing")),
        Choice("open", pgettext_lazy("closeness", "open"), _("Closeness: open")),
    ),
    narrow=lambda people, values, today: people.as_close_as(BANDS[value] for value in values),
    nobody=_("Nobody here has this closeness."),
    advice=_("How close somebody is to you is said on their page; it may stay open."),
)


def quiet(people: ContactQuerySet, values: Sequence[str], today: date) -> ContactQuerySet:
    (value,) = values
    if value == NEVER:
        return people.never_talked_with()
    return people.quiet_since(months_after(today, -int(value)))


QUIET: Final = Filter(
    key="quiet",
    title=_("Last conversation"),
    choices=(
        Choice("1", _("a month ago or longer"), _("Not talked for a month")),
        Choice("3", _("three months ago or longer"), _("Not talked for three months")),
        Choice("6", _("half a year ago or longer"), _("Not talked for half a year")),
        Choice("12", _("a year ago or longer"), _("Not talked for a year")),
        Choice("36", _("three years ago or longer"), _("Not talked for three years")),
        Choice(NEVER, pgettext_lazy("last conversation", "never"), _("Never talked")),
    ),
    narrow=quiet,
    nobody=_("You have talked with everybody here."),
    advice=_("Nobody has been without a conversation for as long as this."),
    asked="one",
    otherwise=pgettext_lazy("last conversation", "at any time"),
)
RHYTHM: Final = Filter(
    key="rhythm",
    title=_("Rhythm"),
    choices=(
        Choice("due", _("time to talk again"), _("Time to talk again")),
        Choice("drifting", _("it has been a while"), _("It has been a while")),
    ),
    narrow=lambda people, values, today: people.due(today) if "due" in values else people.drifting(today),
    nobody=_("Nobody just now."),
    advice=_("How often you want to be in touch with somebody is said on their page."),
    asked="one",
    otherwise=pgettext_lazy("rhythm", "any"),
)
KIND: Final = Filter(
    key="kind",
    title=_("People and organisations"),
    choices=(plainly("person", _("People only")), plainly("organisation", _("Organisations only"))),
    narrow=lambda people, values, today: people.people() if "person" in values else people.organisations(),
    nobody=_("Nobody of this kind is here."),
    advice=_("Whether a contact is a person or an organisation is said when you add or edit it."),
    asked="one",
    otherwise=pgettext_lazy("people and organisations", "both"),
)
BUSINESS: Final = Filter(
    key="business",
    title=_("Purely business"),
    choices=(
        Choice("only", pgettext_lazy("purely business", "only these"), _("Purely business")),
        Choice("without", pgettext_lazy("purely business", "without these"), _("Not purely business")),
    ),
    narrow=lambda people, values, today: (
        people.purely_business() if "only" in values else people.more_than_business()
    ),
    nobody=_("Nobody passes this filter."),
    advice=_("Whether a contact is purely business is said when you edit it."),
    asked="one",
    otherwise=pgettext_lazy("purely business", "with and without"),
)
BIRTHDAY: Final = Filter(
    key="birthday",
    title=_("Birthday"),
    choices=(plainly("none", _("No birthday noted")),),
    narrow=lambda people, values, today: people.without_birthday(),
    nobody=_("Nobody without a birthday here."),
    advice=_("You know the day of everybody on this list."),
    asked="yes",
)
CONFIDANT: Final = Filter(
    key="confidant",
    title=_("I confide in them"),
    choices=(plainly("yes", _("I confide in them")),),
    narrow=lambda people, values, today: people.confided_in(),
    nobody=_("Nobody is noted as somebody you confide in."),
    advice=_("When you edit somebody, you can say whether you confide in them."),
    asked="yes",
)
SHELF: Final = Filter(
    key="shelf",
    title=_("Which contacts"),
    choices=(plainly("archive", pgettext_lazy("a shelf", "Archive")),),
    narrow=lambda people, values, today: people.archived(),
    nobody=_("The archive is empty."),
    advice=_("Anyone you archive stays here, without reminders, until you bring them back."),
    asked="one",
    otherwise=_("In touch"),
)
FILTERS: Final = {
    it.key: it
    for it in (CIRCLE, FUNCTION, CLOSENESS, QUIET, RHYTHM, KIND, BUSINESS, BIRTHDAY, CONFIDANT, SHELF)
}
