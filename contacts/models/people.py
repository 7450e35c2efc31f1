"""The people somebody knows: contacts, their circles, how to reach them."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.apps import apps
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import TrigramWordDistance
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import MD5, Cast, Coalesce, Concat, Left, LTrim, NullIf, Trim
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts import birthdays, photos, reminders
from contacts.around import Around, Precision
from contacts.finding import anywhere, looked_for
from contacts.folding import Fold, Numbers, Plain, Spellings
from contacts.models.kept import KeptByTheDatabase
from contacts.models.named import Named
from contacts.names import Name
from contacts.partial_dates import is_partial_date
from contacts.rhythm import CLOSE, HALF_A_YEAR, TWICE, Keeping
from netvalue.accounts.models import User
from netvalue.ownership import Owned, SameOwner
from netvalue.undo import UNDO_FOR, Removable, RemovableQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from contacts.birthdays import Birthday, LeapDay
    from contacts.finding import Wanted

# Kilobytes.
PENDING = 256
# Three years, in days.
LONGEST_RHYTHM = 1095
FUNCTIONS = ("for_inspiration", "for_curation", "for_recommendation", "for_competence", "for_business")
INTIMATE = ("closeness", "would_miss", "is_confidant", "remembers_me")


class CircleQuerySet(RemovableQuerySet["Circle"]):
    """Circles by the questions pages ask."""

    def of(self, user: User) -> Self:
        """Theirs, but for those in the bin: to every other page these do not exist."""
        return self.all_of(user).kept()

    def named(self, names: Iterable[str]) -> Self:
        return self.filter(name__in=names)

    def around(self, contact: Contact) -> Self:
        """Those somebody belongs to."""
        return self.kept().filter(memberships__contact=contact)

    def with_people(self) -> Self:
        """By name, each with how many of its people a list of it shows, in `people`."""
        shown = Q(memberships__contact__in=Contact.objects.in_view())
        return self.annotate(people=models.Count("memberships", filter=shown)).order_by("name", "pk")


class Circle(Named):
    """A world people belong to: family, choir, the old office."""

    name = models.CharField(_("name"), max_length=80)

    objects: ClassVar[CircleQuerySet] = CircleQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["id", "owner"], name="contacts_circle_id_owner"),
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(removed_at=None), name="contacts_circle_one_per_name"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="contacts_circle_has_a_name"),
        ]

    def get_absolute_url(self) -> str:
        """The list of those who belong to it."""
        return f"{reverse('contacts:list')}?circle={self.pk}"

    @property
    def in_bin(self) -> str:
        return gettext("Circle “%(name)s”") % {"name": self.name}

    def _hold(self) -> None:
        """First its people, then the circle: whoever writes down where somebody belongs holds them so."""
        people = Contact.objects.filter(memberships__circle=self).select_for_update(no_key=True, of=("self",))
        list(people.order_by("pk").values_list("pk"))
        Circle.objects.select_for_update().get(pk=self.pk)

    @transaction.atomic
    def rename(self, name: str) -> None:
        self._hold()
        self.name = name
        self.save(update_fields=["name"])

    @transaction.atomic
    def join(self, other: Circle) -> None:
        """Whoever belongs to this one belongs to the other, too; this one goes into the bin as it was."""
        self._hold()
        theirs = self.memberships.values_list("contact_id", flat=True)
        Membership.objects.bulk_create(
            [Membership(owner_id=self.owner_id, contact_id=pk, circle=other) for pk in theirs],
            ignore_conflicts=True,
        )
        super().remove()

    @transaction.atomic
    def remove(self) -> None:
        self._hold()
        super().remove()

    @transaction.atomic
    def bring_back(self) -> None:
        self._hold()
        super().bring_back()


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

    def of(self, user: User) -> Self:
        """Theirs, but for those in the bin: to every other page these do not exist."""
        return self.all_of(user).kept()

    def in_view(self) -> Self:
        """Those one keeps in touch with, as opposed to the archived, the hidden and the removed."""
        return self.filter(archived_at=None, hidden=False, removed_at=None)

    def archived(self) -> Self:
        return self.exclude(archived_at=None).filter(hidden=False)

    def out_of_sight(self) -> Self:
        """Those one never wants to be reminded of, and never to see."""
        return self.filter(hidden=True)

    def living(self) -> Self:
        return self.filter(deceased=False)

    def in_circles(self, circles: Iterable[int]) -> Self:
        """Those who belong to one of them at least, each once."""
        return self.filter(pk__in=Membership.objects.filter(circle__in=circles).values("contact"))

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
        return self.filter(kind=Contact.Kind.PERSON)

    def organisations(self) -> Self:
        return self.filter(kind=Contact.Kind.ORGANISATION)

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
        Contact.objects.filter(pk__in=people).delete()
        return len(people)


class Contact(Removable):
    """Somebody one knows, or an organisation one deals with."""

    SHOWN_IN_BIN = (
        "id", "uid", "kind", "prefix", "given", "additional", "family", "suffix", "nickname", "organisation",
        "removed_at",
    )  # fmt: skip

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PERSON)
    prefix = models.CharField(_("title"), max_length=100, blank=True)
    given = models.CharField(_("first name"), max_length=200, blank=True)
    additional = models.CharField(_("middle names"), max_length=200, blank=True)
    family = models.CharField(_("last name"), max_length=200, blank=True)
    suffix = models.CharField(_("suffix"), max_length=100, blank=True)
    nickname = models.CharField(_("nickname"), max_length=200, blank=True)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    role = models.CharField(_("role"), max_length=200, blank=True)
    birth_year = models.PositiveSmallIntegerField(_("year of birth"), null=True, blank=True)
    birth_month = models.PositiveSmallIntegerField(_("month of birth"), null=True, blank=True)
    birth_day = models.PositiveSmallIntegerField(_("day of birth"), null=True, blank=True)
    # Nobody greets the dead and counts their years; the day may be known in part.
    deceased = models.BooleanField(default=False, db_default=False)
    death_year = models.PositiveSmallIntegerField(null=True, blank=True)
    death_month = models.PositiveSmallIntegerField(null=True, blank=True)
    death_day = models.PositiveSmallIntegerField(null=True, blank=True)
    field_of_work = models.CharField(
        _("field of work"), max_length=120, blank=True, default="", db_default=""
    )
    how_met = models.CharField(_("how we met"), max_length=500, blank=True)
    known_since = models.PositiveSmallIntegerField(null=True, blank=True)
    introduced_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="introduced"
    )
    notes = models.TextField(_("notes"), blank=True)
    # What one finds with somebody: the five functions of a network.
    for_inspiration = models.BooleanField(_("inspiration and drive"), default=False, db_default=False)
    for_curation = models.BooleanField(_("reading tips I trust blindly"), default=False, db_default=False)
    for_recommendation = models.BooleanField(_("recommendation"), default=False, db_default=False)
    for_competence = models.BooleanField(_("professional exchange"), default=False, db_default=False)
    for_business = models.BooleanField(_("business"), default=False, db_default=False)
    # How often one wants to be in touch, and whether that rests: for good, or until a day.
    rhythm_days = models.PositiveSmallIntegerField(null=True, blank=True)
    paused = models.BooleanField(default=False, db_default=False)
    paused_until = models.DateField(null=True, blank=True)
    # What is between two people and nobody's business where it is only business. Null is not known, never no.
    is_business = models.BooleanField(default=False, db_default=False)
    closeness = models.PositiveSmallIntegerField(_("closeness"), null=True, blank=True)
    would_miss = models.BooleanField(null=True, blank=True)
    is_confidant = models.BooleanField(null=True, blank=True)
    remembers_me = models.BooleanField(null=True, blank=True)
    hidden = models.BooleanField(default=False, db_default=False, editable=False)
    # When one last talked: the first day it can have been, and how well one knows it. Triggers write it
    # (contacts.models.interactions says why), and nobody else.
    last_on = models.DateField(null=True, editable=False)
    last_precision = models.CharField(max_length=6, null=True, editable=False)  # noqa: DJ001 -- null says that the day is null
    # The photo that is shown; triggers keep it right, whatever happens to photos.
    photo_uid = models.UUIDField(null=True, blank=True, editable=False)
    circles = models.ManyToManyField(Circle, through="Membership", related_name="contacts")
    archived_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    sort_key = models.GeneratedField(
        expression=LTrim(
            Fold(
                Left(
                    models.Case(
                        models.When(kind="organisation", then=Concat("organisation", Value(" "), "family")),
                        default=Concat(
                            "family", Value(" "), "given", Value(" "), "nickname", Value(" "), "organisation"
                        ),
                    ),
                    200,
                )
            )
        ),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search = models.GeneratedField(
        # A space before every word: one or two letters are looked for where a word begins.
        expression=Spellings(
            Concat(
                "prefix", Value(" "), "given", Value(" "), "additional", Value(" "), "family", Value(" "),
                "suffix", Value(" "), "nickname", Value(" "), "organisation", Value(" "), "role",
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )  # fmt: skip
    # Numbers, addresses, handles, places and circles, one a line.
    row_words = KeptByTheDatabase()
    search_more = models.GeneratedField(
        expression=Concat(
            Spellings(
                Concat(
                    "field_of_work", Value(" "), "how_met", Value(" "), "notes", Value(" "), "row_words",
                    output_field=models.TextField(),
                )
            ),
            Numbers("row_words"),
        ),
        output_field=models.TextField(),
        db_persist=True,
    )  # fmt: skip

    objects: ClassVar[ContactQuerySet] = ContactQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["sort_key", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "owner"], name="contacts_contact_id_owner"),
            models.UniqueConstraint(fields=["owner", "form_token"], name="contacts_contact_one_per_form"),
            models.CheckConstraint(
                condition=~Q(given="", family="", nickname="", organisation=""),
                name="contacts_contact_has_a_name",
            ),
            models.CheckConstraint(
                condition=is_partial_date("birth_year", "birth_month", "birth_day"),
                name="contacts_contact_birthday_exists",
            ),
            models.CheckConstraint(
                condition=Q(closeness=None) | Q(closeness__lte=10), name="contacts_contact_closeness"
            ),
            models.CheckConstraint(
                condition=is_partial_date("death_year", "death_month", "death_day"),
                name="contacts_contact_death_exists",
            ),
            models.CheckConstraint(
                condition=Q(deceased=True) | Q(death_year=None, death_month=None, death_day=None),
                name="contacts_contact_died_if_on_a_day",
            ),
            models.CheckConstraint(
                condition=Q(known_since=None) | Q(known_since__range=(1, 9999)),
                name="contacts_contact_known_since",
            ),
            SameOwner("introduced_by", name="contacts_contact_introduced_by_same_owner"),
            models.CheckConstraint(
                condition=Q(introduced_by=None) | ~Q(introduced_by=F("id")),
                name="contacts_contact_introduced_by_another",
            ),
            models.CheckConstraint(
                condition=Q(rhythm_days=None) | Q(rhythm_days__range=(1, LONGEST_RHYTHM)),
                name="contacts_contact_rhythm",
            ),
            models.CheckConstraint(
                condition=Q(paused=True) | Q(paused_until=None), name="contacts_contact_paused_until"
            ),
            models.CheckConstraint(
                condition=Q(last_on=None, last_precision=None)
                | Q(
                    last_on__isnull=False,
                    last_precision__isnull=False,
                    last_precision__in=[how.value for how in Precision],
                ),
                name="contacts_contact_last_on_is_known_so_well",
            ),
            models.CheckConstraint(
                condition=Q(is_business=False) | Q(**dict.fromkeys(INTIMATE, None)),
                name="contacts_contact_business_is_not_intimate",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "sort_key", "id"], name="contacts_in_order"),
            models.Index(
                fields=["birth_month", "birth_day"],
                condition=Q(birth_day__isnull=False, archived_at=None),
                name="contacts_by_birthday",
            ),
            # Those one never talked with come last; read backwards, first.
            models.Index(
                "owner", F("last_on").desc(nulls_last=True), F("id").desc(), name="contacts_by_last_talk"
            ),
            models.Index(
                fields=["owner", "removed_at"], condition=Q(removed_at__isnull=False), name="contacts_removed"
            ),
            # What was written lately is looked through one by one: that list is kept short.
            GinIndex(
                fields=["search"], opclasses=["gin_trgm_ops"], gin_pending_list_limit=PENDING,
                name="contacts_search",
            ),
            GinIndex(
                fields=["search_more"], opclasses=["gin_trgm_ops"], gin_pending_list_limit=PENDING,
                name="contacts_search_more",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.display

    def get_absolute_url(self) -> str:
        return reverse("contacts:person", args=[self.uid])

    @property
    def name(self) -> Name:
        return Name(
            given=self.given,
            family=self.family,
            additional=self.additional,
            prefix=self.prefix,
            suffix=self.suffix,
            nickname=self.nickname,
            organisation=self.organisation,
            is_organisation=self.kind == self.Kind.ORGANISATION,
        )

    @property
    def display(self) -> str:
        return self.name.shown

    @property
    def photo(self) -> str:
        """Where their small picture is, or nothing."""
        return photos.small(self.photo_uid)

    @property
    def large_photo(self) -> str:
        return photos.large(self.photo_uid)

    @property
    def birthday(self) -> Birthday | None:
        """The day of the year, if month and day are known."""
        return birthdays.known(self.birth_year, self.birth_month, self.birth_day)

    @property
    def last_talked(self) -> Around | None:
        """When one last talked, as far as one knows."""
        if self.last_on is None or self.last_precision is None:
            return None
        return Around.beginning(self.last_on, Precision(self.last_precision))

    @property
    def is_in_view(self) -> bool:
        return self.archived_at is None and self.may_be_named

    @property
    def may_be_named(self) -> bool:
        """Whether a page about something else may say who it was."""
        return not self.hidden and self.removed_at is None

    @property
    def in_bin(self) -> str:
        return self.display

    @property
    def closeness_is_said(self) -> bool:
        """Nought is an answer."""
        return self.closeness is not None

    @property
    def matters(self) -> bool:
        """Close, confided in or missed."""
        return bool((self.closeness or 0) >= CLOSE or self.is_confidant or self.would_miss)

    def keeping(self, zone: ZoneInfo) -> Keeping | None:
        """What keeping in touch goes by; nothing for those who were put away or have died."""
        if self.deceased or not self.is_in_view:
            return None
        return Keeping(
            last=self.last_on,
            written_down=timezone.localdate(self.created_at, zone),
            rhythm_days=self.rhythm_days,
            matters=self.matters,
            rests_until=(self.paused_until or date.max) if self.paused else None,
        )

    def rest(self, until: date) -> None:
        """Not now: keeping in touch goes on by itself on that day."""
        self.paused, self.paused_until = True, until
        self.keep("paused", "paused_until")

    def go_on(self) -> None:
        if self.paused:
            self.paused, self.paused_until = False, None
            self.keep("paused", "paused_until")

    def is_paused(self, today: date) -> bool:
        """Whether the rhythm rests; it goes on by itself on the day it was paused until."""
        return self.paused and (self.paused_until is None or today < self.paused_until)

    def next_birthday(self, today: date, leap_day: LeapDay) -> date | None:
        """The next one, today included; none for the dead."""
        birthday = None if self.deceased else self.birthday
        return birthday.on_or_after(today, leap_day) if birthday else None

    def turns(self, day: date) -> int | None:
        """How old they turn on a birthday, if the year is known."""
        birthday = self.birthday
        return birthday.age_on(day) if birthday else None

    @transaction.atomic
    def keep(self, *fields: str) -> None:
        """Write it down, or only these fields, and be reminded of the birthday as it is now."""
        self.save(update_fields=[*fields, "updated_at"] if fields else None)
        reminders.birthday_changed(self)

    def archive(self) -> None:
        """Out of sight and without reminders, but not lost."""
        if self.archived_at is None:
            self._put_away(archived_at=timezone.now())

    def restore(self) -> None:
        """Back in sight, with the reminders that were silent meanwhile."""
        if self.archived_at is not None:
            self._take_back(archived_at=None)

    def hide(self) -> None:
        """Out of every list, page of days and mail, for as long as one likes."""
        if not self.hidden:
            self._put_away(hidden=True)

    def show(self) -> None:
        """Back where they were, with the reminders that were silent meanwhile."""
        if self.hidden:
            self._take_back(hidden=False)

    def remove(self) -> None:
        """Into the bin, with everything that was written down about them."""
        if self.removed_at is None:
            self._put_away(removed_at=timezone.now())

    def bring_back(self) -> None:
        """Back out of the bin, with everything that went with them."""
        if self.removed_at is not None:
            self._take_back(removed_at=None)

    @transaction.atomic
    def _put_away(self, **said: Any) -> None:
        self._say(**said)
        reminders.put_away(self.owner, [self.pk])

    @transaction.atomic
    def _take_back(self, **said: Any) -> None:
        self._say(**said)
        reminders.taken_back(self.owner, [self.pk])

    def _say(self, **said: Any) -> None:
        for name, value in said.items():
            setattr(self, name, value)
        self.save(update_fields=[*said, "updated_at"])

    def forget(self) -> None:
        """Gone for good."""
        Contact.objects.filter(pk=self.pk).forget(self.owner)


class Membership(Owned):
    """Who belongs to which circle."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="memberships")
    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "circle"], name="contacts_membership_once"),
            SameOwner("contact", name="contacts_membership_contact_same_owner"),
            SameOwner("circle", name="contacts_membership_circle_same_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} · {self.circle}"
