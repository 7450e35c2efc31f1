"""What to come back to on a day, mostly with somebody."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts import reminders
from contacts.models.people import Contact
from netvalue.ownership import SameOwner
from netvalue.undo import Removable, RemovableQuerySet

if TYPE_CHECKING:
    from datetime import date, datetime


class FollowUpQuerySet(RemovableQuerySet["FollowUp"]):
    """Follow-ups by the questions pages and reminders ask."""

    def open(self) -> Self:
        return self.kept().filter(done_at=None)

    def done(self) -> Self:
        return self.exclude(done_at=None)

    def open_or_done_lately(self, most: int) -> Self:
        """All that are open, and the newest that are done."""
        lately = self.done().order_by("-done_at", "-id").values("pk")[:most]
        return self.filter(Q(done_at=None, removed_at=None) | Q(pk__in=lately))

    def done_between(self, begin: datetime | None, end: datetime | None) -> Self:
        """Ticked off in that time, and to be shown."""
        return self.shown().filter(done_at__gt=begin, done_at__lte=end)

    def shown(self) -> Self:
        """About nobody who was put away or hidden."""
        people = Q(contact__archived_at=None, contact__hidden=False, contact__removed_at=None)
        return self.filter(Q(contact=None) | people)

    def outside_the_bin(self) -> Self:
        """Those that did not go there with their contact."""
        return self.filter(Q(contact=None) | Q(contact__removed_at=None))

    def may_be_named(self) -> Self:
        """Those of which a page about something else may say with whom they are."""
        return self.filter(Q(contact=None) | Q(contact__hidden=False, contact__removed_at=None))

    def wanted(self) -> Self:
        """Open, and to be shown."""
        return self.open().shown()

    def due(self, today: date) -> Self:
        """Those that have come up by `today`."""
        return self.wanted().filter(day__lte=today)


class FollowUp(Removable):
    """Something to come back to on a day, mostly with somebody."""

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="follow_ups"
    )
    form_token = models.UUIDField(default=uuid.uuid4, editable=False)
    what = models.CharField(_("what"), max_length=300)
    due_on = models.DateField(_("day"))
    snoozed_until = models.DateField(null=True, blank=True)
    day = models.GeneratedField(
        expression=Coalesce("snoozed_until", "due_on"), output_field=models.DateField(), db_persist=True
    )
    done_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    SHOWN_IN_BIN: ClassVar[tuple[str, ...]] = ("id", "owner_id", "contact_id", "what", "removed_at")

    objects: ClassVar[FollowUpQuerySet] = FollowUpQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["day", "id"]
        constraints = [
            models.UniqueConstraint(fields=["id", "owner"], name="contacts_follow_up_id_owner"),
            models.UniqueConstraint(fields=["owner", "form_token"], name="contacts_follow_up_one_per_form"),
            models.CheckConstraint(condition=~Q(what=""), name="contacts_follow_up_says_what"),
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(removed_at=None), name="contacts_follow_up_one_end"
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until=None) | Q(snoozed_until__gte=F("due_on")),
                name="contacts_follow_up_snoozed_later",
            ),
            SameOwner("contact", name="contacts_follow_up_contact_same_owner"),
        ]
        indexes = [
            models.Index(fields=["day", "owner"], condition=Q(done_at=None), name="contacts_open_follow_ups"),
        ]

    def __str__(self) -> str:
        return self.what

    @transaction.atomic
    def keep(self, *fields: str) -> None:
        """Write it down, or only these fields, and be reminded of it on its day as it is now."""
        self.save(update_fields=fields or None)
        self.refresh_from_db(fields=["day"])
        reminders.follow_up_changed(self)

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.removed_at is None

    def complete(self, *, at: datetime | None = None) -> None:
        """Done, even if it had been removed meanwhile."""
        if self.done_at is None:
            self.done_at, self.removed_at = at or timezone.now(), None
            self.keep("done_at", "removed_at")

    def reopen(self) -> None:
        if self.done_at is not None:
            self.done_at = None
            self.keep("done_at")

    def snooze(self, until: date) -> None:
        """Not now: let it come up on another day."""
        self.snoozed_until, self.removed_at = until, None
        self.keep("snoozed_until", "removed_at")

    def unsnooze(self, until: date | None) -> None:
        """As it was before it was put off: until then, or not at all."""
        self.snoozed_until = until
        self.keep("snoozed_until")

    def correct(self, *, what: str, due_on: date, contact: Contact | None) -> None:
        """As it was meant. A day that was put off stays put off unless another one is chosen."""
        if due_on != self.day:
            self.due_on, self.snoozed_until = due_on, None
        self.what, self.contact, self.removed_at = what, contact, None
        self.keep()

    def remove(self) -> None:
        """Off every list and without a reminder, though not done; what is done stays."""
        if self.is_open:
            self.removed_at = timezone.now()
            self.keep("removed_at")

    def bring_back(self) -> None:
        if self.removed_at is not None:
            self.removed_at = None
            self.keep("removed_at")

    @property
    def in_bin(self) -> str:
        return self.what

    @transaction.atomic
    def forget(self) -> None:
        """Gone for good, as if it had never been noted."""
        reminders.follow_up_deleted(self)
        self.delete()
