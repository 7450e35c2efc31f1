"""What can be written in the guide: one text, as long as a page."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from assessments.forms.taking import NoteField
from assessments.models import GUIDE_LENGTH
from contacts.forms.fields import intact


class Token(forms.Field):
    """The form's own id. A damaged one is replaced, since nobody could mend it by typing."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> uuid.UUID:
        try:
            return uuid.UUID(str(value))
        except ValueError:
            return uuid.uuid4()


class GuideForm(forms.Form):
    """An answer in one's own words."""

    token = Token(required=False, initial=uuid.uuid4)
    text = NoteField(
        label=_("Your answer"),
        help_text=_("If you write about others, a first name or initials are enough."),
        max_length=GUIDE_LENGTH,
        error_messages={
            "required": _("Nothing is written here yet. An earlier answer stays until you remove it."),
            "max_length": _(
                "An answer has room for %(limit_value)d characters, and this one has %(show_value)d."
                " Nothing is lost: shorten it and save it again."
            ),
            "null_characters_not_allowed": intact.message,
        },
    )
