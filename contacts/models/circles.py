"""The worlds people belong to, and who belongs to which."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.models.holding import hold_with_people
from contacts.models.named import Named
from contacts.models.people import Contact
from netvalue.ownership import Owned, SameOwner
from netvalue.undo import RemovableQuerySet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netvalue.accounts.models import User


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

    def hold(self) -> None:
        """First its people, then the circle: whoever writes down where somebody belongs holds them so."""
        people = Contact.objects.filter(memberships__circle=self)
        hold_with_people(Circle.objects.filter(pk=self.pk), people.all, self.memberships.all())

    @transaction.atomic
    def rename(self, name: str) -> None:
        self.hold()
        self.name = name
        self.save(update_fields=["name"])

    @transaction.atomic
    def join(self, other: Circle) -> None:
        """Whoever belongs to this one belongs to the other, too; this one goes into the bin as it was."""
        self.hold()
        theirs = self.memberships.values_list("contact_id", flat=True)
        Membership.objects.bulk_create(
            [Membership(owner_id=self.owner_id, contact_id=pk, circle=other) for pk in theirs],
            ignore_conflicts=True,
        )
        super().remove()

    @transaction.atomic
    def remove(self) -> None:
        self.hold()
        super().remove()

    @transaction.atomic
    def bring_back(self) -> None:
        self.hold()
        super().bring_back()


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
