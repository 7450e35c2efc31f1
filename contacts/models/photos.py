"""What somebody looks like: a photo, and those before it for as long as they can be brought back.

The pictures, some 30 kB, live in the database: no web machine keeps anything, a backup has them, deleting
somebody deletes them in the same transaction, and the bin brings them back. They are loaded only to be sent;
what pages know is the uid, which stands in the contact's own row, where triggers keep it right.
"""

from __future__ import annotations

import uuid
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.models.people import Contact
from contacts.pictures import LARGE
from netvalue.once import written_once
from netvalue.ownership import SameOwner
from netvalue.undo import Removable, RemovableQuerySet

if TYPE_CHECKING:
    from contacts.pictures import Picture
    from netvalue.accounts.models import User


class PhotoQuerySet(RemovableQuerySet["Photo"]):
    """Photos by the questions pages ask."""

    def seen_by(self, user: User) -> Self:
        """Those on pages of theirs: of nobody who was removed."""
        return self.of(user).kept().filter(contact__in=Contact.objects.of(user))

    def showing(self, contact: Contact) -> Self:
        """The one of somebody that is not in the bin."""
        return self.filter(contact=contact).kept()

    @transaction.atomic
    def put_up(self, contact: Contact, picture: Picture, token: uuid.UUID) -> Photo:
        """The photo of somebody from now on; the one from before if the same form was sent twice."""
        held = Contact.objects.select_for_update().get(pk=contact.pk)
        photo = self.model(
            owner_id=held.owner_id, contact=held, large=picture.large, small=picture.small,
            width=picture.width, height=picture.height,
        )  # fmt: skip

        def write() -> None:
            for before in self.showing(held):
                before.remove()
            photo.save()

        return written_once(photo, token, sha256(picture.large).hexdigest(), write)


class WithoutPictures(models.Manager["Photo"]):
    """Leaves the pictures themselves where they are."""

    def get_queryset(self) -> models.QuerySet[Photo]:
        return super().get_queryset().defer("large", "small")


class Photo(Removable):
    """One picture of somebody, large and small, as WebP."""

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="+")
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, editable=False)
    large = models.BinaryField()
    small = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    # The bin says that it was a photo, and whose; it does not show it.
    SHOWN_IN_BIN: ClassVar[tuple[str, ...]] = ("id", "owner_id", "contact_id", "removed_at")

    objects: ClassVar[PhotoQuerySet] = WithoutPictures.from_queryset(PhotoQuerySet)()  # type: ignore[assignment]  # its own query set

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        constraints = [
            SameOwner("contact", name="contacts_photo_contact_same_owner"),
            models.UniqueConstraint(fields=["owner", "form_token"], name="contacts_photo_one_per_form"),
            models.UniqueConstraint(
                fields=["contact"], condition=Q(removed_at=None), name="contacts_photo_one_is_shown"
            ),
            models.CheckConstraint(
                condition=Q(width__range=(1, LARGE), height__range=(1, LARGE)), name="contacts_photo_size"
            ),
        ]

    def __str__(self) -> str:
        return _("Photo of %(name)s") % {"name": self.contact}

    @property
    def in_bin(self) -> str:
        return _("Photo")

    @transaction.atomic
    def bring_back(self) -> None:
        """Shown again; one put up meanwhile goes where this one was."""
        if self.removed_at is not None:
            for shown in Photo.objects.showing(self.contact).select_for_update():
                shown.remove()
        super().bring_back()
