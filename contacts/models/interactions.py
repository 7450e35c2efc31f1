"""Conversations: when one really talked with whom, and what it was about.

A like, a follow or a mass mail is none, and there is no kind for it. Personal is one of which both sides
would know later what it was about; the newest personal one is when one last talked. One written down late
moves nothing back, and one removed gives way to the one before.

When one last talked stands with each contact (`Contact.last_on`, `last_precision`), because lists are sorted
and narrowed by it and Today asks it of everybody: asked for anew each time, that would read every
conversation there is. The database alone writes it, by triggers on the two tables of this module
(migration `last_conversation`); whoever wrote it by hand would find it put right.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts import reminders
from contacts.around import Around, Season
from contacts.models.holding import hold_with_people
from contacts.models.people import Contact
from contacts.partial_dates import is_partial_date
from contacts.words import full, roughly
from netvalue.once import written_once
from netvalue.ownership import Owned, SameOwner
from netvalue.undo import Removable, RemovableQuerySet

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from contacts.models.finding import ContactQuerySet
    from netvalue.accounts.models import User

LINE_LENGTH = 1000
NAMES = (
    "uid", "kind", "prefix", "given", "additional", "family", "suffix", "nickname", "organisation",
)  # fmt: skip


class InteractionQuerySet(RemovableQuerySet["Interaction"]):
    """Conversations by the questions pages ask."""

    def personal(self) -> Self:
        return self.filter(two_way=True)

    def between(self, contact: Contact) -> Self:
        """Those somebody took part in."""
        return self.filter(parts__contact=contact)

    def newest_first(self) -> Self:
        return self.order_by("-first_on", "-id")

    def with_people(self) -> Self:
        """Each with the names of those who took part, but for the hidden and the removed, in `who`."""
        theirs = Contact.objects.may_be_named().filter(parts__interaction=OuterRef("pk"))
        name = JSONObject(**{column: F(column) for column in NAMES})
        return self.annotate(who=ArraySubquery(theirs.order_by("sort_key", "id").values(name=name)))

    def outside_the_bin(self) -> Self:
        """Those of which not everybody who took part was removed."""
        there = InteractionPerson.objects.filter(interaction=OuterRef("pk"), contact__removed_at=None)
        return self.filter(Exists(there))

    def only_between(self, people: Collection[int]) -> Self:
        """Those in which some of these took part and nobody else did."""
        parts = InteractionPerson.objects.filter(interaction=OuterRef("pk"))
        return self.filter(
            Exists(parts.filter(contact__in=people)), ~Exists(parts.exclude(contact__in=people))
        )

    @transaction.atomic(savepoint=False)
    def note(
        self, owner: User, people: Iterable[Contact], token: uuid.UUID, *, when: Around, **fields: Any
    ) -> Interaction:
        """A new conversation; the one noted before if the same form was sent twice."""
        theirs = list(people)
        talk = Interaction(owner=owner, **fields, **parts_of(when))

        def write() -> None:
            talk.save()
            talk.gather(theirs)
            reminders.talks_changed(owner, [who.pk for who in theirs])

        words = (when, sorted(fields.items()), sorted(who.pk for who in theirs))
        return written_once(talk, token, words, write)


def parts_of(when: Around) -> dict[str, int | None]:
    return {"on_year": when.year, "on_month": when.month, "on_day": when.day, "season": when.season}


class Interaction(Removable):
    """A conversation with one or several people."""

    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        CALL = "call", pgettext_lazy("a conversation", "Call")
        VIDEO = "video", _("Video call")
        LETTER = "letter", _("Letter")
        EMAIL = "email", _("E-mail")
        MESSAGE = "message", _("Message")

    class Began(models.TextChoices):
        ME = "me", _("I did")
        THEM = "them", _("They did")
        UNKNOWN = "", _("I do not remember")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    on_year = models.PositiveSmallIntegerField()
    on_month = models.PositiveSmallIntegerField(null=True, blank=True)
    on_day = models.PositiveSmallIntegerField(null=True, blank=True)
    season = models.PositiveSmallIntegerField(null=True, blank=True)
    # The rule of contacts.around, where the database must find and sort.
    first_on = models.GeneratedField(
        expression=Func(
            F("on_year"),
            Coalesce(F("on_month"), F("season") * Value(3), Value(1)),
            Coalesce(F("on_day"), Value(1)),
            function="make_date",
        ),
        output_field=models.DateField(),
        db_persist=True,
    )
    two_way = models.BooleanField(default=True, db_default=True)
    began = models.CharField(max_length=4, choices=Began, blank=True, default="", db_default="")
    line = models.CharField(max_length=LINE_LENGTH, blank=True, default="", db_default="")
    people = models.ManyToManyField(Contact, through="InteractionPerson", related_name="interactions")
    created_at = models.DateTimeField(auto_now_add=True)

    # The names of those who took part, where `with_people` asked for them.
    who: list[dict[str, str]]

    objects: ClassVar[InteractionQuerySet] = InteractionQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["id", "owner"], name="contacts_interaction_id_owner"),
            models.UniqueConstraint(fields=["owner", "form_token"], name="contacts_interaction_one_per_form"),
            models.CheckConstraint(
                condition=Q(kind__in=["meeting", "call", "video", "letter", "email", "message"]),
                name="contacts_interaction_kind",
            ),
            models.CheckConstraint(
                condition=Q(began__in=["me", "them", ""]), name="contacts_interaction_began"
            ),
            models.CheckConstraint(
                condition=is_partial_date("on_year", "on_month", "on_day"),
                name="contacts_interaction_day_exists",
            ),
            models.CheckConstraint(
                condition=Q(season=None) | Q(season__range=(1, 4), on_month=None),
                name="contacts_interaction_season",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "-first_on", "-id"], name="contacts_talks_newest_first"),
            models.Index(
                fields=["removed_at"], condition=Q(removed_at__isnull=False), name="contacts_talks_removed"
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("contacts:conversation", args=[self.uid])

    @property
    def when(self) -> Around:
        season = Season(self.season) if self.season else None
        return Around(self.on_year, self.on_month, self.on_day, season)

    @property
    def in_bin(self) -> str:
        when = self.when
        day = full(when.first) if when.is_a_day else roughly(when, when.first)
        said = f"{self}, {day}"
        return f"{said}: {Truncator(self.line).chars(100)}" if self.line else said

    @property
    def is_personal(self) -> bool:
        """Whether both sides would still know later what it was about."""
        return self.two_way

    def hold(self, also: Collection[uuid.UUID] = ()) -> None:
        """First everybody who took part, and those who are to have, then itself."""

        def people() -> ContactQuerySet:
            these = Contact.objects.filter(owner=self.owner_id, uid__in=also).values_list("pk", flat=True)
            return Contact.objects.filter(pk__in={*self.parts.values_list("contact", flat=True), *these})

        hold_with_people(Interaction.objects.filter(pk=self.pk), people, self.parts.all())

    @transaction.atomic
    def correct(self, people: Iterable[Contact], *, when: Around, **fields: Any) -> None:
        """As it really was. What another tab removed meanwhile is kept again."""
        for name, value in {**fields, **parts_of(when), "removed_at": None}.items():
            setattr(self, name, value)
        self.save()
        theirs = list(people)
        # Whoever is in the bin could not be chosen, and may come back.
        before = set(self.parts.values_list("contact", flat=True))
        self.parts.filter(contact__removed_at=None).exclude(contact__in=theirs).delete()
        self.gather(theirs)
        reminders.talks_changed(self.owner, before.union(who.pk for who in theirs))

    @transaction.atomic
    def remove(self) -> None:
        super().remove()
        self._tell_reminders()

    @transaction.atomic
    def bring_back(self) -> None:
        super().bring_back()
        self._tell_reminders()

    def _tell_reminders(self) -> None:
        reminders.talks_changed(self.owner, list(self.parts.values_list("contact", flat=True)))

    def gather(self, people: Iterable[Contact]) -> None:
        """Let these have taken part, too."""
        parts = [InteractionPerson(owner_id=self.owner_id, interaction=self, contact=who) for who in people]
        InteractionPerson.objects.bulk_create(parts, ignore_conflicts=True)


class InteractionPerson(Owned):
    """Who took part in a conversation."""

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE, related_name="parts")
    # The unique pair is the index.
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="parts", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contact", "interaction"], name="contacts_part_once"),
            SameOwner("interaction", name="contacts_part_interaction_same_owner"),
            SameOwner("contact", name="contacts_part_contact_same_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.contact} · {self.interaction}"
