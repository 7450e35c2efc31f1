"""What was done about a reminder by a button in its mail, and what is needed to take it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models
from django.db.models import Q

from netvalue.outbox.deeds import Deed
from netvalue.ownership import Owned, OwnedQuerySet

if TYPE_CHECKING:
    from netvalue.outbox.models import Occurrence


class ActedQuerySet(OwnedQuerySet["Acted"]):
    """Deeds by the reminder they are about."""

    def on(self, occurrence: Occurrence) -> Self:
        return self.filter(
            owner=occurrence.owner_id,
            kind=occurrence.kind,
            object_id=occurrence.object_id,
            occurrence_on=occurrence.occurrence_on,
            lead=occurrence.lead,
        )

    def standing(self) -> Self:
        """Neither taken back nor followed by another one."""
        return self.filter(ended_at=None)


class Acted(Owned):
    """One button pressed. It names the event and not the occurrence's row: that one may be tidied away."""

    kind = models.CharField(max_length=20)
    object_id = models.BigIntegerField()
    occurrence_on = models.DateField()
    lead = models.PositiveSmallIntegerField(default=0)
    deed = models.CharField(max_length=6, choices=[(deed.value, deed.value) for deed in Deed])
    # Which of the answers that the page gave: how one talked, until when, what to stop.
    choice = models.CharField(max_length=20, blank=True, default="")
    # The page's form, which acts once however often it is sent.
    press = models.UUIDField()
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # Until when it waits, and what its kind wants to know to take it back.
    day = models.DateField(null=True)
    day_before = models.DateField(null=True)
    state_before = models.CharField(max_length=10, blank=True, default="")
    made_id = models.BigIntegerField(null=True)

    objects: ClassVar[ActedQuerySet] = ActedQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind", "object_id", "occurrence_on", "lead", "deed"],
                condition=Q(ended_at=None),
                name="outbox_acted_stands_once",
            ),
            models.UniqueConstraint(
                fields=["owner", "kind", "object_id", "occurrence_on", "lead", "press"],
                name="outbox_acted_once_per_form",
            ),
            models.CheckConstraint(
                condition=Q(deed__in=["done", "talked", "later", "stop"]), name="outbox_acted_deed"
            ),
            models.CheckConstraint(
                condition=~Q(deed="later") | Q(day__isnull=False), name="outbox_acted_later_has_its_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deed}: {self.kind} {self.object_id} {self.occurrence_on} -{self.lead}"
