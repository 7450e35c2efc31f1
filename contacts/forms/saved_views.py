"""The name of a view: one for each among those that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import Line
from contacts.models import SavedView
from contacts.models.saved_views import NAME_LENGTH

if TYPE_CHECKING:
    from django.http import QueryDict


class SavedViewForm(forms.Form):
    """How a view is called. The same view saved twice under one name is one."""

    all_optional = True

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

    def keep(self) -> bool:
        """Whether the view is kept under this name. Whoever took it a moment ago is found by asking again."""
        if self.is_valid() and not self._is_written():
            self.full_clean()
            return self.is_valid() and self._is_written()
        return self.is_valid()

    def _is_written(self) -> bool:
        self.view.name = self.cleaned_data["name"]
        try:
            with transaction.atomic():
                self.view.save()
        except IntegrityError:
            return False
        return True
