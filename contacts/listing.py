"""Which contacts a page of the list shows, as ready words: plain values from the database, no models."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BigIntegerField, OuterRef, Subquery
from django.urls import reverse
from django.utils.translation import gettext, gettext_noop

from contacts import photos
from contacts.ahead import SOON
from contacts.around import Around, Precision
from contacts.birthdays import LeapDay, known
from contacts.finding import looked_for
from contacts.models import Contact, Membership
from contacts.names import Name, detail
from contacts.paging import page
from contacts.why import why
from contacts.words import day_and_month, in_days, roughly
from netvalue.ui.templatetags.ui import avatar

if TYPE_CHECKING:
    from datetime import date

    from contacts.finding import Wanted
    from contacts.sieve import Sieve
    from netvalue.accounts.models import User

# Nobody needs to know how many more there are.
MOST_COUNTED = 1000
# So many hits are found by the words and put in order; of more, a walk through people in order soon has a
# page full. Either way fewer than a thousand blocks are read for somebody with 10,000 people.
FEW_TO_SORT = 700
FEW = 5
SHORTEST_SLIP = 4
MOST_SIMILAR = 20
NOBODY = UUID(int=0)
YEAR = 366
CIRCLES = ArraySubquery(
    Membership.objects.filter(contact=OuterRef("pk"), circle__removed_at=None)
    .order_by("circle__name")
    .values("circle__name")
)
# Where something was found; put into words only if it is shown.
NICKNAME, NAME, FIELD_OF_WORK = gettext_noop("Nickname"), gettext_noop("Name"), gettext_noop("Field of work")
HOW_YOU_MET, NOTE = gettext_noop("How you met"), gettext_noop("Note")
# Where else words are looked for: all this is read only where there are some.
WRITTEN = ("field_of_work", "how_met", "notes", "row_words")
COLUMNS = (
    "id", "uid", "kind", "prefix", "given", "additional", "family", "suffix", "nickname", "organisation",
    "role", "birth_month", "birth_day", "leap_day", "deceased", "last_on", "last_precision", "photo_uid",
)  # fmt: skip


class Counted(Subquery):
    """How many there are, counted along with other columns."""

    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = BigIntegerField()


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of people, and where those before and after it are."""

    rows: list[dict[str, Any]]
    count: int
    similar: list[dict[str, Any]] = field(default_factory=list)
    previous_page: str = ""
    next_page: str = ""
    is_anew: bool = False

    @property
    def is_capped(self) -> bool:
        return self.count > MOST_COUNTED


def listing(sieve: Sieve, user: User) -> Listing:
    """One page of the people that pass through the sieve; with few hits also those whose names come close."""
    people = sieve.people(user)
    counted = people.order_by().values("pk")[: MOST_COUNTED + 1]
    if sieve.words:
        columns: tuple[Any, ...] = (*COLUMNS, CIRCLES, *WRITTEN)
        count = counted.count()
        found = page(people, sieve, user, columns, are_few=count < FEW_TO_SORT)
    else:
        columns = (*COLUMNS, CIRCLES)
        found = page(people, sieve, user, (*columns, Counted(counted)))
        # Without rows there is nothing that could say how many there are.
        count = found.rows[0][len(columns)] if found.rows else 0
    slips = []
    if len(sieve.words) >= SHORTEST_SLIP and count < FEW:
        others = sieve.whatever_the_words(user).exclude(id__in=[row[0] for row in found.rows])
        slips = list(others.sounding_like(sieve.words).values_list(*COLUMNS, CIRCLES)[:MOST_SIMILAR])
    leap_day, wanted = LeapDay(user.leap_day), looked_for(sieve.words)
    ahead = YEAR if sieve.order.key == "birthday" else SOON
    return Listing(
        rows=[in_words(row[: len(columns)], wanted, leap_day, sieve.today, ahead) for row in found.rows],
        similar=[in_words(row, [], leap_day, sieve.today, SOON) for row in slips],
        count=count,
        previous_page=sieve.page(found.earlier) if found.earlier else "",
        next_page=sieve.page(found.later) if found.later else "",
        is_anew=found.is_anew,
    )


def page_of(uid: UUID) -> str:
    """A person's page; the pattern is asked for once and not fifty times."""
    return person_pattern().replace(str(NOBODY), str(uid))


@cache
def person_pattern() -> str:
    return reverse("contacts:person", args=[NOBODY])


def in_words(
    row: tuple[Any, ...], wanted: list[Wanted], leap_day: LeapDay, today: date, ahead: int
) -> dict[str, Any]:
    """A row of the table; a birthday is worth a word if it comes within so many days."""
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
        own_leap_day,
        deceased,
        last_on,
        precision,
        photo,
        circles,
        *written,
    ) = row
    name = Name(
        given=given, family=family, additional=additional, prefix=prefix, suffix=suffix, nickname=nickname,
        organisation=organisation, is_organisation=kind == Contact.Kind.ORGANISATION,
    )  # fmt: skip
    talked = Around.beginning(last_on, Precision(precision)) if last_on else None
    born = None if deceased else known(None, month, day, own_leap_day)
    birthday = born.on_or_after(today, leap_day) if born else None
    if birthday and (birthday - today).days > ahead:
        birthday = None
    under = detail(name, role, organisation)
    return {
        "uid": str(uid),
        "url": page_of(uid),
        "name": name.shown,
        "avatar": avatar(name.bare, photo=photos.small(photo)),
        "detail": under,
        "circles": circles,
        "why": because(wanted, name, " ".join((name.shown, under, *circles)), *written) if wanted else "",
        "talked": roughly(talked, today) if talked else "",
        "birthday": coming(birthday, today) if birthday else "",
    }


def because(wanted: list[Wanted], name: Name, seen: str, *written: str) -> str:
    """What was written about somebody that the words were found in, if one does not see them anyway."""
    field_of_work, how_met, notes, row_words = written
    found = why(
        wanted,
        seen,
        [
            (NICKNAME, name.nickname),
            (NAME, f"{name.given} {name.family}"),
            (FIELD_OF_WORK, field_of_work),
            # What stands in a row says itself what it is.
            ("", row_words),
            (HOW_YOU_MET, how_met),
            (NOTE, notes),
        ],
    )
    if found is None:
        return ""
    where, said = found
    return f"{gettext(where)}: {said}" if where else said


def coming(birthday: date, today: date) -> str:
    """Counted in days where it is near."""
    away = (birthday - today).days
    return in_days(away) if away <= SOON else day_and_month(birthday.month, birthday.day)
