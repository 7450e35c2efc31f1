"""What a circle is called; two of one name may become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import Line
from contacts.models import Circle

if TYPE_CHECKING:
    from django.http import QueryDict


class CircleForm(forms.Form):
    """Another name; where it is taken, whether both are meant to be one is asked first."""

    all_optional = True

    name = Line(
        label=_("Name of the circle"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    # The circle it was asked about: another name that is taken, too, is asked about anew.
    together = forms.IntegerField(required=False)

    def __init__(self, data: QueryDict | None, *, circle: Circle) -> None:
        super().__init__(data, initial={"name": circle.name})
        self.circle = circle
        self.other: Circle | None = None

    def clean(self) -> None:
        name, together = self.cleaned_data.get("name"), self.cleaned_data.get("together")
        others = Circle.objects.of(self.circle.owner).exclude(pk=self.circle.pk)
        self.other = others.named([name]).first() if name else None
        if self.other and self.other.pk != together:
            raise ValidationError(
                _("You have a circle “%(name)s” already. Shall both be one?"), params={"name": name}
            )

    def keep(self) -> bool:
        """Whether it is done. Whoever took the name a moment ago is found by asking again."""
        if self.is_valid() and not self._is_written():
            self.full_clean()
            return self.is_valid() and self._is_written()
        return self.is_valid()

    def _is_written(self) -> bool:
        if self.other:
            self.circle.join(self.other)
            return True
        try:
            with transaction.atomic():
                self.circle.rename(self.cleaned_data["name"])
        except IntegrityError:
            return False
        return True
