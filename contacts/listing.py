"""Which contacts a page of the list shows, as ready words: plain values from the database, no models."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef
from django.db.models.fields.tuple_lookups import TupleGreaterThan
from django.urls import reverse

from contacts.ahead import SOON
from contacts.birthdays import LeapDay, known
from contacts.models import Contact, Membership
from contacts.models.interactions import around_of, last_talk
from contacts.names import Name, detail
from contacts.words import in_days, roughly
from netvalue.ui.templatetags.ui import avatar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from contacts.around import Around
    from contacts.models import ContactQuerySet
    from contacts.sieve import Sieve
    from netvalue.accounts.models import User

PAGE = 50
# Nobody needs to know how many more there are.
MOST_COUNTED = 1000
FEW = 5
SHORTEST_SLIP = 4
MOST_SIMILAR = 20
NOBODY = UUID(int=0)
COLUMNS = (
    "id", "uid", "kind", "prefix", "given", "additional", "family", "suffix", "nickname", "organisation",
    "role", "birth_month", "birth_day", "deceased",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of people, and where the next one begins."""

    rows: list[dict[str, Any]]
    count: int
    similar: list[dict[str, Any]] = field(default_factory=list)
    next_page: str = ""

    @property
    def is_capped(self) -> bool:
        return self.count > MOST_COUNTED


def listing(sieve: Sieve, user: User, today: date) -> Listing:
    """One page of the people that pass through the sieve; with few hits also those whose names come close."""
    found = sieve.people(user)
    page = list(beyond(found, sieve.after, user).order_by("sort_key", "id").values_list(*COLUMNS)[: PAGE + 1])
    more, page = len(page) > PAGE, page[:PAGE]
    count = found.order_by()[: MOST_COUNTED + 1].count()
    slips = []
    if len(sieve.words) >= SHORTEST_SLIP and count < FEW:
        others = sieve.whatever_the_words(user).exclude(id__in=[row[0] for row in page])
        slips = list(others.sounding_like(sieve.words).values_list(*COLUMNS)[:MOST_SIMILAR])
    besides = what_else_of(row[0] for row in page + slips)
    leap_day = LeapDay(user.leap_day)
    return Listing(
        rows=[in_words(row, besides[row[0]], leap_day, today) for row in page],
        similar=[in_words(row, besides[row[0]], leap_day, today) for row in slips],
        count=count,
        next_page=sieve.url(after=page[-1][1]) if more else "",
    )


def beyond(found: ContactQuerySet, after: UUID | None, user: User) -> ContactQuerySet:
    """What comes after a contact in the order of the list; its uid stands in the URL, never its name."""
    if after is None:
        return found
    last = Contact.objects.of(user).filter(uid=after).values_list("sort_key", "id").first()
    return found.filter(TupleGreaterThan((F("sort_key"), F("id")), last)) if last else found


def what_else_of(ids: Iterable[int]) -> dict[int, tuple[list[str], Around | None]]:
    """The circles of each, and when one last talked with them; asked for at once."""
    circles = Membership.objects.filter(contact=OuterRef("pk")).order_by("circle__name")
    names = ArraySubquery(circles.values("circle__name"))
    people = Contact.objects.order_by().filter(id__in=list(ids)).values_list("id", names, last_talk())
    return {pk: (found, around_of(day)) for pk, found, day in people}


def page_of(uid: UUID) -> str:
    """A person's page; the pattern is asked for once and not fifty times."""
    return person_pattern().replace(str(NOBODY), str(uid))


@cache
def person_pattern() -> str:
    return reverse("contacts:person", args=[NOBODY])


def in_words(
    row: tuple[Any, ...], besides: tuple[list[str], Around | None], leap_day: LeapDay, today: date
) -> dict[str, Any]:
    (
        _pk,
        uid,
        kind,
        prefix,
        given,
        additional,
        family,
        suffix,
        nickname,
        organisation,
        role,
        month,
        day,
        deceased,
    ) = row
    name = Name(
        given=given, family=family, additional=additional, prefix=prefix, suffix=suffix, nickname=nickname,
        organisation=organisation, is_organisation=kind == Contact.Kind.ORGANISATION,
    )  # fmt: skip
    circles, talked = besides
    born = None if deceased else known(None, month, day)
    birthday = born.on_or_after(today, leap_day) if born else None
    away = (birthday - today).days if birthday else None
    return {
        "url": page_of(uid),
        "name": name.shown,
        "avatar": avatar(name.bare),
        "detail": detail(name, role, organisation),
        "circles": circles,
        "talked": roughly(talked, today) if talked else "",
        "birthday": in_days(away) if away is not None and away <= SOON else "",
    }
