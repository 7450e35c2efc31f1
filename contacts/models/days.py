"""Days in somebody's life: those that come again every year, and what happened once."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts import birthdays, reminders
from contacts.models.people import Contact
from contacts.partial_dates import is_partial_date
from contacts.words import partial
from netvalue.ownership import SameOwner
from netvalue.undo import Removable, RemovableQuerySet

if TYPE_CHECKING:
    from typing import Self

    from django.db.models.constraints import BaseConstraint

    from contacts.birthdays import Birthday

# So many days ahead one may be reminded.
LEADS = (0, 1, 7, 14, 30)


def on_the_day_and_a_week_ahead() -> list[int]:
    return [0, 7]


class DatedRow(Removable):
    """Something about somebody on a day, as far as the day is known."""

    form_token = models.UUIDField(default=uuid.uuid4, editable=False)
    on_year = models.PositiveSmallIntegerField(null=True, blank=True)
    on_month = models.PositiveSmallIntegerField(null=True, blank=True)
    on_day = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def in_bin(self) -> str:
        return f"{self}, {self.when}" if self.when else str(self)

    @property
    def when(self) -> str:
        """As much of the day as is known, in words."""
        return partial(self.on_year, self.on_month, self.on_day)


def dated(name: str, says: str) -> list[BaseConstraint]:
    """What the database wants of every such row."""
    return [
        SameOwner("contact", name=f"contacts_{name}_contact_same_owner"),
        models.UniqueConstraint(fields=["owner", "form_token"], name=f"contacts_{name}_one_per_form"),
        models.CheckConstraint(condition=~Q(**{says: ""}), name=f"contacts_{name}_says_what"),
        models.CheckConstraint(
            condition=is_partial_date("on_year", "on_month", "on_day"), name=f"contacts_{name}_day_exists"
        ),
    ]


def removed(name: str) -> models.Index:
    """The way to the few that are in the bin."""
    return models.Index(
        fields=["owner", "removed_at"],
        condition=Q(removed_at__isnull=False),
        name=f"contacts_{name}s_removed",
    )


class ImportantDateQuerySet(RemovableQuerySet["ImportantDate"]):
    """Days of the year that matter."""

    def on(self, month: int, day: int) -> Self:
        return self.filter(on_month=month, on_day=day)


class ImportantDate(DatedRow):
    """A day of the year that matters: a wedding day, a name day, the day somebody died."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="dates")
    label = models.CharField(max_length=80)
    leads = ArrayField(models.PositiveSmallIntegerField(), default=on_the_day_and_a_week_ahead, blank=True)

    objects: ClassVar[ImportantDateQuerySet] = ImportantDateQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["on_month", "on_day", "id"]
        indexes: ClassVar[list[models.Index]] = [removed("date")]
        constraints = [
            *dated("date", "label"),
            models.CheckConstraint(
                condition=~Q(on_year=None, on_month=None), name="contacts_date_is_some_day"
            ),
            models.CheckConstraint(condition=Q(leads__contained_by=list(LEADS)), name="contacts_date_leads"),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("contacts:date", args=[self.contact.uid, self.pk])

    @property
    def yearly(self) -> Birthday | None:
        """The day of the year, if month and day are known."""
        return birthdays.known(self.on_year, self.on_month, self.on_day, self.contact.leap_day)

    @transaction.atomic
    def keep(self) -> None:
        """Write it down, and be reminded of it as it is now."""
        self.save()
        reminders.date_changed(self)

    @transaction.atomic
    def remove(self) -> None:
        super().remove()
        reminders.date_changed(self)

    @transaction.atomic
    def bring_back(self) -> None:
        super().bring_back()
        reminders.date_changed(self)


class LifeEventQuerySet(RemovableQuerySet["LifeEvent"]):
    """What happened in somebody's life."""


class LifeEvent(DatedRow):
    """Something that happened in somebody's life: a reason to be glad with them, or to stand by them."""

    class Tone(models.TextChoices):
        JOY = "joy", _("Joy")
        GRIEF = "grief", _("Grief")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="events")
    tone = models.CharField(max_length=5, choices=Tone, default=Tone.JOY)
    what = models.CharField(max_length=200)
    acknowledged_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[LifeEventQuerySet] = LifeEventQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["-on_year", "-on_month", "-on_day", "-id"]
        constraints = dated("event", "what")
        indexes: ClassVar[list[models.Index]] = [removed("event")]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        return reverse("contacts:event", args=[self.contact.uid, self.pk])

    @property
    def is_grief(self) -> bool:
        return self.tone == self.Tone.GRIEF

    def keep(self) -> None:
        self.save()

    def acknowledge(self) -> None:
        """One has congratulated, or has shown that one cares."""
        if self.acknowledged_at is None:
            self.acknowledged_at = timezone.now()
            self.save(update_fields=["acknowledged_at"])

    def take_back(self) -> None:
        """Not yet, after all."""
        self.acknowledged_at = None
        self.save(update_fields=["acknowledged_at"])
