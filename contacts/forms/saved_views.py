"""The name of a view: one for each among those that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import Line
from contacts.forms.naming import NamingForm
from contacts.models import SavedView
from contacts.models.saved_views import NAME_LENGTH

if TYPE_CHECKING:
    from django.http import QueryDict


class SavedViewForm(NamingForm):
    """How a view is called. The same view saved twice under one name is one."""

    name = Line(
        label=_("Name of the view"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
    )

    def __init__(self, data: QueryDict | None, *, view: SavedView) -> None:
        super().__init__(data, initial={"name": view.name})
        self.view = view

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        other = SavedView.objects.of(self.view.owner).called(name)
        if other and not self.view.pk and other.query == self.view.query:
            self.view = other
        elif other and other.pk != self.view.pk:
            raise ValidationError(_("You have a view of this name already. Please choose another."))
        return name

    def clean(self) -> None:
        if not self.view.query:
            raise ValidationError(_("This would be the whole list. Please narrow it first."))

    def write(self) -> None:
        self.view.name = self.cleaned_data["name"]
        self.view.save()
