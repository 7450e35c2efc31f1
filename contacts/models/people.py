"""Somebody one knows: all that stands in their own row, and what can be done with them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Concat, Left, LTrim
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts import birthdays, photos, reminders
from contacts.around import Around, Precision
from contacts.birthdays import LeapDay
from contacts.folding import Fold, Numbers, Spellings
from contacts.models.finding import ContactQuerySet
from contacts.models.kept import KeptByTheDatabase
from contacts.names import Name
from contacts.partial_dates import is_partial_date
from contacts.rhythm import CLOSE, Keeping
from netvalue.ownership import SameOwner
from netvalue.undo import Removable

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from contacts.birthdays import Birthday
    from contacts.models.circles import Circle, Membership

# Kilobytes.
PENDING = 256
LEAP_DAYS = [(LeapDay.FEBRUARY.value, _("on 28 February")), (LeapDay.MARCH.value, _("on 1 March"))]
# So many days ahead one may be told of a birthday.
BIRTHDAY_LEADS = (30, 7, 1, 0)
# Three years, in days.
LONGEST_RHYTHM = 1095
FUNCTIONS = ("for_inspiration", "for_curation", "for_recommendation", "for_competence", "for_business")
INTIMATE = ("closeness", "would_miss", "is_confidant", "remembers_me")


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
    # Where their days on 29 February are kept in other years; empty is as with everybody.
    leap_day = models.CharField(max_length=5, choices=LEAP_DAYS, blank=True, default="", db_default="")
    # How many days ahead one is told of it; null is as of all birthdays.
    birthday_leads = ArrayField(models.PositiveSmallIntegerField(), null=True, blank=True)
    # Nobody greets the dead and counts their years; the day may be known in part.
    deceased = models.BooleanField(default=False, db_default=False)
    death_year = models.PositiveSmallIntegerField(null=True, blank=True)
    death_month = models.PositiveSmallIntegerField(null=True, blank=True)
    death_day = models.PositiveSmallIntegerField(null=True, blank=True)
    # Whether one wants to be reminded of that day every year.
    remembered = models.BooleanField(default=False, db_default=False)
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
    circles: models.ManyToManyField[Circle, Membership] = models.ManyToManyField(
        "Circle", through="Membership", related_name="contacts"
    )
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
                condition=Q(leap_day__in=["", *(kept.value for kept in LeapDay)]),
                name="contacts_contact_leap_day",
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
                condition=Q(deceased=True) | Q(remembered=False), name="contacts_contact_remembered_if_died"
            ),
            models.CheckConstraint(
                condition=Q(birthday_leads=None)
                | Q(birthday_leads__contained_by=list(BIRTHDAY_LEADS), birthday_leads__len__gt=0),
                name="contacts_contact_birthday_leads",
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
        return birthdays.known(self.birth_year, self.birth_month, self.birth_day, self.leap_day)

    @property
    def remembrance(self) -> Birthday | None:
        """The day of the year on which they died, from the year after on, where one wants to think of it."""
        if not self.remembered or self.death_month is None or self.death_day is None:
            return None
        return birthdays.remembrance(self.death_year, self.death_month, self.death_day, self.leap_day)

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
        return None if self.deceased or not self.is_in_view else self.goes_by(zone)

    def goes_by(self, zone: ZoneInfo) -> Keeping:
        """The same, whether they were put away or not."""
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
        """Write it down, or only these fields, and be reminded of them as they are now."""
        self.save(update_fields=[*fields, "updated_at"] if fields else None)
        reminders.birthday_changed(self)
        reminders.remembrance_changed(self)
        reminders.rhythm_changed(self.owner, [self.pk])

    @transaction.atomic
    def keep_leap_day(self) -> None:
        """Their days on 29 February are kept on another day: what waits moves there, and is told once."""
        self.save(update_fields=["leap_day", "updated_at"])
        reminders.leap_day_changed(self)

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
