"""Give and take: what one did, promised or lent, in either direction, and what one asked for."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Case, Count, F, Q, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts import reminders
from contacts.giving import Counts, Direction, Kind, Said, State, begins_after, comes_up_on, said_of
from contacts.models.people import Contact
from netvalue.once import written_once
from netvalue.ownership import SameOwner
from netvalue.undo import Removable, RemovableQuerySet, Row_co

if TYPE_CHECKING:
    from datetime import date

    from django.db.models.constraints import BaseConstraint

    from netvalue.accounts.models import User

WHAT_LENGTH = 300
# In the words of whoever writes it down.
SAYS = {
    Said.HELPED: _("I helped"),
    Said.WAS_HELPED: _("They helped me"),
    Said.PROMISED: _("I promised"),
    Said.WAS_PROMISED: _("They promised me"),
    Said.LENT: _("I lent it to them"),
    Said.BORROWED: _("They lent it to me"),
}


class NotedQuerySet(RemovableQuerySet[Row_co]):
    """Favours and asks by the questions pages ask of both."""

    def of(self, user: User) -> Self:
        """Theirs, about people who are theirs still."""
        return super().of(user).filter(contact__in=Contact.objects.of(user))

    def shown(self, user: User) -> Self:
        """About nobody who was put away or hidden."""
        return self.kept().filter(contact__in=Contact.objects.of(user).in_view())

    def note(self, contact: Contact, token: uuid.UUID, **fields: Any) -> Row_co:
        """A new row; the one noted before if the same form was sent twice."""
        row = self.model(owner_id=contact.owner_id, contact=contact, **fields)
        return written_once(row, token, (contact.pk, sorted(fields.items())), row.keep)  # type: ignore[attr-defined]  # both have it


class FavourQuerySet(NotedQuerySet["Favour"]):
    """Favours by the questions pages ask."""

    def open(self) -> Self:
        return self.exclude(state=State.CLOSED)

    def mine(self) -> Self:
        """Those in which the next step is one's own."""
        return self.filter(Favour.IS_MINE)

    def others(self) -> Self:
        return self.exclude(Favour.IS_MINE)

    def due_first(self) -> Self:
        """Those with a day to keep, then the oldest."""
        return self.order_by(F("due_on").asc(nulls_last=True), "day", "id")

    def done(self) -> Self:
        """What is kept, given or back, the newest first."""
        return self.filter(state=State.CLOSED).order_by("-happened_on", "-id")

    def counts_by_person(self, today: date) -> dict[int, Counts]:
        """How often each way with everybody, as `contacts.giving` counts."""
        lately = self.filter(happened_on__gt=begins_after(today)).order_by()
        each = lately.values_list("contact").annotate(
            given=Count("pk", filter=Q(direction=Direction.GIVEN)),
            received=Count("pk", filter=Q(direction=Direction.RECEIVED)),
        )
        return {contact: Counts(given, received) for contact, given, received in each}


class Noted(Removable):
    """Something between oneself and one other person, on a day."""

    form_token = models.UUIDField(default=uuid.uuid4, editable=False)
    what = models.CharField(max_length=WHAT_LENGTH)
    day = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.what

    def keep(self, *fields: str) -> None:
        """Write it down, or only these fields."""
        self.save(update_fields=fields or None)


def noted(name: str) -> list[BaseConstraint]:
    """What the database wants of every such row."""
    return [
        SameOwner("contact", name=f"contacts_{name}_contact_same_owner"),
        models.UniqueConstraint(fields=["owner", "form_token"], name=f"contacts_{name}_one_per_form"),
        models.CheckConstraint(condition=~Q(what=""), name=f"contacts_{name}_says_what"),
    ]


class Favour(Noted):
    """Help, a promise or a loan.

    Help that is open is a promise: given, one's own ("I promised"); received, theirs. Partly kept it stays
    one, and closed it is help like any other. A loan is open as long as the thing is away, partly back if
    some of it is, and closed when nothing is missing; it was of help from its first day.
    """

    class Weight(models.TextChoices):
        SMALL = "small", _("A little")
        MEDIUM = "medium", _("Quite a bit")
        LARGE = "large", _("A lot")

    # Promised by me, or lent to me.
    IS_MINE: ClassVar[Q] = Q(kind=Kind.HELP, direction=Direction.GIVEN) | Q(
        kind=Kind.LOAN, direction=Direction.RECEIVED
    )

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="favours")
    direction = models.CharField(max_length=8, choices=[(it.value, it.value) for it in Direction])
    kind = models.CharField(max_length=4, choices=[(it.value, it.value) for it in Kind])
    state = models.CharField(max_length=6, choices=[(it.value, it.value) for it in State])
    weight = models.CharField(max_length=6, choices=Weight, blank=True, default="", db_default="")
    # By when it is to be kept or to be back; and when the first of it was.
    due_on = models.DateField(null=True, blank=True)
    settled_on = models.DateField(null=True, blank=True, editable=False)
    # The day on which it was of help; none as long as it is only promised.
    happened_on = models.GeneratedField(
        expression=Case(
            When(kind="loan", then=F("day")),
            When(state="open", then=Value(None, output_field=models.DateField())),
            default=Coalesce(F("settled_on"), F("day")),
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
    )

    objects: ClassVar[FavourQuerySet] = FavourQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "-id"]
        constraints = [
            *noted("favour"),
            models.CheckConstraint(
                condition=Q(direction__in=["given", "received"]), name="contacts_favour_direction"
            ),
            models.CheckConstraint(condition=Q(kind__in=["help", "loan"]), name="contacts_favour_kind"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "partly", "closed"]), name="contacts_favour_state"
            ),
            models.CheckConstraint(
                condition=Q(weight__in=["small", "medium", "large", ""]), name="contacts_favour_weight"
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=F("day")), name="contacts_favour_due_later"
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None) | ~Q(state="open"), name="contacts_favour_open_is_not_settled"
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "due_on", "day"],
                condition=Q(removed_at=None) & ~Q(state="closed"),
                name="contacts_favours_open",
            ),
            models.Index(
                fields=["owner", "-happened_on", "-id"],
                condition=Q(removed_at=None),
                name="contacts_favours_newest",
            ),
            models.Index(
                fields=["removed_at"], condition=Q(removed_at__isnull=False), name="contacts_favours_removed"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("contacts:favour", args=[self.pk])

    @property
    def said(self) -> Said:
        return said_of(self.direction, self.kind, self.state)

    @property
    def says(self) -> str:
        return str(SAYS[self.said])

    @property
    def in_bin(self) -> str:
        return f"{self.says}: {self.what}"

    @property
    def is_open(self) -> bool:
        return self.state != State.CLOSED

    @property
    def is_mine(self) -> bool:
        """Whether the next step is one's own."""
        return (self.kind == Kind.LOAN) == (self.direction == Direction.RECEIVED)

    @property
    def comes_up_on(self) -> date | None:
        """When one is told of it, as long as it waits for oneself."""
        waits = self.is_open and self.is_mine and self.removed_at is None
        return comes_up_on(self.kind, self.day, self.due_on) if waits else None

    @transaction.atomic
    def keep(self, *fields: str) -> None:
        """Write it down, or only these fields, and be reminded of it as it is now."""
        super().keep(*fields)
        reminders.promise_changed(self)

    @transaction.atomic
    def remove(self) -> None:
        super().remove()
        reminders.promise_changed(self)

    @transaction.atomic
    def bring_back(self) -> None:
        super().bring_back()
        reminders.promise_changed(self)

    def stand(self, state: State, today: date) -> None:
        """How much of it is kept, or back, from today on; out of the bin if another tab put it there."""
        self.settled_on = None if state is State.OPEN else self.settled_on or today
        self.state, self.removed_at = state, None
        self.keep("state", "settled_on", "removed_at")
        self.refresh_from_db(fields=["happened_on"])

    def correct(self, said: Said, **fields: Any) -> None:
        """As it really was. What another tab removed meanwhile is kept again."""
        if said is not self.said:
            self.direction, self.kind, self.state = said.direction, said.kind, said.begins
            self.settled_on = None
        for name, value in {**fields, "removed_at": None}.items():
            setattr(self, name, value)
        self.keep()


class AskQuerySet(NotedQuerySet["Ask"]):
    """Asks by the questions pages ask."""

    def open(self) -> Self:
        return self.filter(answered=None)

    def oldest_first(self) -> Self:
        return self.order_by("day", "id")


class Ask(Noted):
    """What one asked somebody for, whether an answer came, and what came of it. Null is open, never no."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="asks")
    answered = models.BooleanField(null=True, blank=True)
    outcome = models.CharField(max_length=WHAT_LENGTH, blank=True, default="", db_default="")

    objects: ClassVar[AskQuerySet] = AskQuerySet.as_manager()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["-day", "-id"]
        constraints = noted("ask")
        indexes = [
            models.Index(
                fields=["owner", "day"],
                condition=Q(removed_at=None, answered=None),
                name="contacts_asks_open",
            ),
            models.Index(
                fields=["removed_at"], condition=Q(removed_at__isnull=False), name="contacts_asks_removed"
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("contacts:ask", args=[self.pk])

    @property
    def says(self) -> str:
        return str(pgettext_lazy("for something", "I asked"))

    @property
    def in_bin(self) -> str:
        return f"{self.says}: {self.what}"

    @property
    def is_open(self) -> bool:
        return self.answered is None

    def answer(self, answered: bool | None) -> None:  # noqa: FBT001 -- what a column says
        """Whether an answer came; out of the bin if another tab put it there."""
        self.answered, self.removed_at = answered, None
        self.save(update_fields=["answered", "removed_at"])

    def correct(self, **fields: Any) -> None:
        """As it really was. What another tab removed meanwhile is kept again."""
        for name, value in {**fields, "removed_at": None}.items():
            setattr(self, name, value)
        self.save()
