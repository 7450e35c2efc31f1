"""A photo of somebody: one file, judged and made small before it is kept."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts import darkroom
from contacts.models import Photo
from contacts.pictures import Refused, Why

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

    from contacts.models import Contact
    from contacts.pictures import Picture

MOST_BYTES: Final = 5 << 20
WORDS: Final = {
    Why.EMPTY: _("This file is empty. Please choose another one."),
    Why.HEIC: _(
        "This photo is in HEIC, a format of some phones that cannot be read here. Choose it from the phone’s "
        "photo library, and the phone hands it over as JPEG; or take a screenshot of it."
    ),
    Why.NO_PICTURE: _("This is not a picture that can be read here. A JPEG, PNG or WebP file works."),
    Why.TOO_MANY_PIXELS: _(
        "This picture has more than 25 million pixels. Please choose a smaller one; a screenshot will do."
    ),
    Why.DAMAGED: _("This file ends too soon or is damaged. Please choose another one, or save it once more."),
    Why.TOO_MUCH: _("This file takes too long to read. Please try again in a moment, or choose another one."),
}


class PhotoForm(forms.Form):
    """One picture, in one of the formats that every browser reads."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    file = forms.FileField(
        label=_("A picture from your device"),
        help_text=_("JPEG, PNG or WebP, up to 5 MB. It is made small, and what a camera writes into it, "
                    "such as the place, is not kept."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Please choose a picture first."),
            "missing": _("Please choose a picture first."),
            "invalid": _("No file arrived. Please choose it once more."),
            "empty": WORDS[Why.EMPTY],
        },
    )  # fmt: skip

    def clean_file(self) -> Picture:
        """The picture that it becomes."""
        sent: UploadedFile[bytes] = self.cleaned_data["file"]
        if sent.size is None or sent.size > MOST_BYTES:
            raise ValidationError(
                _("This file is larger than 5 MB. Please choose a smaller one; a screenshot will do.")
            )
        try:
            return darkroom.developed(sent.read())
        except Refused as refused:
            raise ValidationError(WORDS[refused.why]) from refused

    def put_up(self, contact: Contact) -> Photo:
        picture: Picture = self.cleaned_data["file"]
        return Photo.objects.put_up(contact, picture, self.cleaned_data["token"])
