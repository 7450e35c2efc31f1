"""Which contacts: all that pages, mails and measures ask for, as queries with a name."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.search import TrigramWordDistance
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5, Cast, Coalesce, Concat, NullIf, Trim

from contacts import reminders
from contacts.finding import anywhere, looked_for
from contacts.folding import Plain
from contacts.rhythm import CLOSE, HALF_A_YEAR, TWICE
from netvalue.accounts.models import User
from netvalue.undo import UNDO_FOR, RemovableQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from contacts.finding import Wanted
    from contacts.models.people import Contact


def stands_in(column: str, word: str) -> Q:
    """Anywhere if it has three letters, else where a word begins."""
    before = Value("" if anywhere(word) else " ")
    # What the database takes for no letter finds nobody, and not everybody.
    wanted = NullIf(Concat(before, Trim(Plain(Value(word))), output_field=models.TextField()), before)
    return Q(**{f"{column}__contains": wanted})


def said_in(column: str, wanted: Wanted) -> Q:
    """One of the ways to write what is wanted."""
    return any_of(reduce(and_, (stands_in(column, word) for word in words)) for words in wanted)


def any_of(conditions: Iterable[Q]) -> Q:
    return reduce(or_, conditions)


class DayAfter(Func):
    """So many days after a day."""

    template = "(%(expressions)s)"
    arg_joiner = " + "
    output_field = models.DateField()


class ContactQuerySet(RemovableQuerySet["Contact"]):
    """Contacts by the questions pages ask."""

    model: type[Contact]

    def of(self, user: User) -> Self:
        """Theirs, but for those in the bin: to every other page these do not exist."""
        return self.all_of(user).kept()

    def may_be_named(self) -> Self:
        """Those of whom a page about something else may say who it was."""
        return self.filter(hidden=False, removed_at=None)

    def hold(self) -> set[int]:
        """Until all is written, in one order: so nobody waits in a ring."""
        held = self.order_by("pk").select_for_update(no_key=True, of=("self",))
        return set(held.values_list("pk", flat=True))

    def in_view(self) -> Self:
        """Those one keeps in touch with, as opposed to the archived, the hidden and the removed."""
        return self.may_be_named().filter(archived_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None).filter(hidden=False)

    def out_of_sight(self) -> Self:
        """Those one never wants to be reminded of, and never to see."""
        return self.filter(hidden=True)

    def living(self) -> Self:
        return self.filter(deceased=False)

    def in_circles(self, circles: Iterable[int]) -> Self:
        """Those who belong to one of them at least, each once."""
        return self.filter(
            pk__in=self.model.circles.through.objects.filter(circle__in=circles).values("contact")
        )

    def serving(self, functions: Iterable[str]) -> Self:
        """Those with whom one finds one of these at least, by the names of the columns."""
        return self.filter(reduce(or_, (Q(**{function: True}) for function in functions)))

    def as_close_as(self, bands: Iterable[tuple[int, int] | None]) -> Self:
        """Within one of these bands of closeness, ends included; None are those of whom it is open."""
        said = (Q(closeness__range=band) if band else Q(closeness=None) for band in bands)
        return self.filter(reduce(or_, said))

    def quiet_since(self, day: date) -> Self:
        """Those with whom one has not talked after this day; whom one never talked with counts from when they
        were written down. What is known only roughly counts from the first day it can have been.
        """
        never = Q(last_on=None, created_at__date__lte=day)
        return self.filter(Q(last_on__lte=day) | never)

    def never_talked_with(self) -> Self:
        return self.filter(last_on=None)

    def people(self) -> Self:
        return self.filter(kind=self.model.Kind.PERSON)

    def organisations(self) -> Self:
        return self.filter(kind=self.model.Kind.ORGANISATION)

    def purely_business(self) -> Self:
        return self.filter(is_business=True)

    def more_than_business(self) -> Self:
        return self.filter(is_business=False)

    def confided_in(self) -> Self:
        return self.filter(is_confidant=True)

    def matching(self, words: str) -> Self:
        """Everything that is looked for stands somewhere: in the name, or in what is written about them."""
        return self._with(words, "search", "search_more")

    def called(self, words: str) -> Self:
        """Everything that is looked for stands in the name, or in where they work."""
        return self._with(words, "search")

    def _with(self, words: str, *columns: str) -> Self:
        wanted = looked_for(words)
        if words and not wanted:
            return self.none()
        return self.filter(*(any_of(said_in(column, it) for column in columns) for it in wanted))

    def sounding_like(self, words: str) -> Self:
        """Names a slip of the finger away, nearest first."""
        wanted = Plain(Value(words))
        # The stubs know only text here; Django takes any expression.
        nearness = TrigramWordDistance(wanted, "search")  # type: ignore[arg-type]
        return self.filter(search__trigram_word_similar=wanted).order_by(nearness, "sort_key", "id")

    def kept_up(self, today: date) -> Self:
        """Those one keeps in touch with, unless that rests; each with the day it counts from in `since`."""
        their_time = Func("owner__time_zone", "created_at", function="timezone")
        day_written_down = Cast(their_time, models.DateField())
        awake = Q(paused=False) | Q(paused_until__lte=today)
        return self.in_view().living().filter(awake).annotate(since=Coalesce("last_on", day_written_down))

    def due(self, today: date) -> Self:
        """Those with whom one wanted to talk again by today, as `contacts.rhythm` says."""
        next_on = DayAfter(F("since"), F("rhythm_days"))
        people = self.kept_up(today).exclude(rhythm_days=None)
        return people.annotate(next_on=next_on).filter(next_on__lte=today)

    def going_by_a_rhythm(self) -> Self:
        """The living with whom one wants to talk every so often, with what `Contact.goes_by` asks for."""
        columns = "last_on", "created_at", "rhythm_days", "paused", "paused_until", "closeness"
        return self.living().exclude(rhythm_days=None).only(*columns, "is_confidant", "would_miss")

    def drifting(self, today: date) -> Self:
        """Those with whom one has not talked for long, as `contacts.rhythm` says."""
        twice = DayAfter(F("since"), TWICE * F("rhythm_days"))
        matters = Q(closeness__gte=CLOSE) | Q(is_confidant=True) | Q(would_miss=True)
        half_a_year = Q(rhythm_days=None, since__lte=today - timedelta(days=HALF_A_YEAR))
        people = self.kept_up(today).alias(twice=twice)
        return people.filter(Q(twice__lt=today) | matters & half_a_year)

    def others_each_day(self, today: date) -> Self:
        """In an order that is another one every day, and the same all day long."""
        return self.order_by(MD5(Concat(Cast("uid", models.TextField()), Value(today.isoformat()))))

    def closest_first(self) -> Self:
        return self.order_by(F("closeness").desc(nulls_last=True), "sort_key", "id")

    def with_birthday(self) -> Self:
        return self.filter(birth_day__isnull=False)

    def remembered(self) -> Self:
        """Those who died on a day of which one wants to be reminded."""
        return self.filter(deceased=True, remembered=True, death_month__isnull=False, death_day__isnull=False)

    def without_birthday(self) -> Self:
        """Those whom one cannot greet yet: living people of whom month and day are not both known."""
        return self.people().living().filter(birth_day=None)

    def born_on(self, days: Iterable[tuple[int, int]]) -> Self:
        """Born on one of these days, each a month and a day, in whatever year."""
        by_month: dict[int, list[int]] = {}
        for month, day in days:
            by_month.setdefault(month, []).append(day)
        born = [Q(birth_month=month, birth_day__in=days) for month, days in by_month.items()]
        return self.filter(reduce(or_, born)) if born else self.none()

    def forget_removed(self, now: datetime) -> int:
        """Delete those removed too long ago to be brought back, with all that hangs on them."""
        old = self.filter(removed_at__lt=now - UNDO_FOR)
        owners = User.objects.filter(pk__in=old.order_by().values("owner"))
        return sum(old.forget(owner) for owner in owners)

    @transaction.atomic
    def forget(self, owner: User) -> int:
        """Delete these people for good, with everything that was written down about them."""
        held = self.all_of(owner).select_for_update().order_by("id")
        people = list(held.values_list("pk", flat=True))
        reminders.people_deleted(owner, people)
        apps.get_model("contacts", "Interaction").objects.only_between(people).delete()
        self.model.objects.filter(pk__in=people).delete()
        return len(people)
