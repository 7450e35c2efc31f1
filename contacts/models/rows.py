"""How somebody is reached: numbers, addresses, links and messengers, kept as they were typed, in order."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts import hrefs
from contacts.models.people import Contact
from netvalue.ownership import Owned, SameOwner

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models.constraints import BaseConstraint

OTHER = "other"


class ContactRow(Owned):
    """One of several ways to somebody: of a kind, or with a word of its owner's own."""

    # Each kind of row says which kinds it has; the words of RFC 6350 (TYPE) where it has one.
    kind: models.CharField[str, str]
    parts: ClassVar[tuple[str, ...]] = ("value",)

    label = models.CharField(max_length=40, blank=True, default="", db_default="")
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        abstract = True
        ordering: ClassVar[list[str]] = ["order", "id"]

    def __str__(self) -> str:
        return " · ".join(self.lines)

    @property
    def lines(self) -> list[str]:
        """As it is shown, line by line."""
        return [text for part in self.parts if (text := getattr(self, part))]

    @property
    def called(self) -> str:
        """The word before it."""
        return self.label or self.get_kind_display()  # type: ignore[attr-defined]  # by Django

    @property
    def href(self) -> str:
        """Where a tap leads, if anywhere."""
        return ""


def kept(name: str, *parts: str) -> list[BaseConstraint]:
    """What the database wants of every such row."""
    return [
        SameOwner("contact", name=f"contacts_{name}_contact_same_owner"),
        models.CheckConstraint(
            condition=~Q(**dict.fromkeys(parts or ("value",), "")), name=f"contacts_{name}_is_there"
        ),
        models.CheckConstraint(
            condition=Q(label="") | Q(kind=OTHER), name=f"contacts_{name}_label_instead_of_a_kind"
        ),
    ]


class ContactPhone(ContactRow):
    """A number somebody answers."""

    class Kind(models.TextChoices):
        MOBILE = "mobile", _("Mobile")
        HOME = "home", _("Home")
        WORK = "work", _("Work")
        OTHER = OTHER, _("Other")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="phones")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.MOBILE)
    value = models.CharField(_("number"), max_length=60)

    class Meta(ContactRow.Meta):
        constraints = kept("phone")

    @property
    def href(self) -> str:
        return hrefs.dial(self.value)


class ContactEmail(ContactRow):
    """An address somebody reads."""

    class Kind(models.TextChoices):
        HOME = "home", _("Private")
        WORK = "work", _("Work")
        OTHER = OTHER, _("Other")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="emails")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.HOME)
    value = models.CharField(_("e-mail address"), max_length=254)

    class Meta(ContactRow.Meta):
        constraints = kept("email")

    @property
    def href(self) -> str:
        return hrefs.write_to(self.value)


class ContactMessenger(ContactRow):
    """A name or number under which somebody reads messages; the kind is the service."""

    class Kind(models.TextChoices):
        SIGNAL = "signal", "Signal"
        WHATSAPP = "whatsapp", "WhatsApp"
        TELEGRAM = "telegram", "Telegram"
        THREEMA = "threema", "Threema"
        MATRIX = "matrix", "Matrix"
        XMPP = "xmpp", "XMPP"
        OTHER = OTHER, _("Other")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="messengers")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.SIGNAL)
    value = models.CharField(max_length=200)

    class Meta(ContactRow.Meta):
        constraints = kept("messenger")

    @property
    def href(self) -> str:
        return hrefs.chat(self.kind, self.value)


class ContactLink(ContactRow):
    """A page of theirs."""

    class Kind(models.TextChoices):
        HOME = "home", _("Private")
        WORK = "work", _("Work")
        PROFILE = "profile", _("Profile")
        OTHER = OTHER, _("Other")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.HOME)
    value = models.CharField(max_length=2000)

    class Meta(ContactRow.Meta):
        constraints = kept("link")

    @property
    def href(self) -> str:
        return hrefs.visit(self.value)


class ContactAddress(ContactRow):
    """Where a letter finds somebody: the parts of RFC 6350 that people write on an envelope."""

    class Kind(models.TextChoices):
        HOME = "home", _("Home")
        WORK = "work", _("Work")
        OTHER = OTHER, _("Other")

    parts = ("street", "extra", "postcode", "city", "region", "country")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="addresses")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.HOME)
    street = models.CharField(max_length=200, blank=True)
    extra = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=20, blank=True)
    city = models.CharField(max_length=120, blank=True)
    region = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=120, blank=True)

    class Meta(ContactRow.Meta):
        constraints = kept("address", "street", "extra", "postcode", "city", "region", "country")

    @property
    def lines(self) -> list[str]:
        town = f"{self.postcode} {self.city}".strip()
        return [line for line in (self.street, self.extra, town, self.region, self.country) if line]


# By the name under which a contact has them, in the order of a page.
ROWS: Mapping[str, type[ContactRow]] = {
    "phones": ContactPhone,
    "emails": ContactEmail,
    "messengers": ContactMessenger,
    "addresses": ContactAddress,
    "links": ContactLink,
}
