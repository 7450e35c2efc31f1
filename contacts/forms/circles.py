"""What a circle is called; two of one name may become one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import Line
from contacts.forms.naming import NamingForm
from contacts.models import Circle

if TYPE_CHECKING:
    from django.http import QueryDict


class CircleForm(NamingForm):
    """Another name; where it is taken, whether both are meant to be one is asked first."""

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

    def write(self) -> None:
        if self.other:
            self.circle.join(self.other)
        else:
            self.circle.rename(self.cleaned_data["name"])
