"""How the list may be narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.models import Circle
from contacts.sieve import Sieve

if TYPE_CHECKING:
    from netvalue.accounts.models import User

from contacts.forms.fields import Line


class SieveForm(forms.Form):
    """What the list of people is narrowed to; all of it stands in the URL."""

    all_optional = True

    q = Line(label=_("Search contacts"), required=False, max_length=100)
    circle = forms.ModelChoiceField(required=False, queryset=Circle.objects.none())
    shelf = forms.ChoiceField(required=False, choices=[("", ""), ("archive", "")])
    after = forms.UUIDField(required=False)

    def __init__(self, data: Any, *, owner: User) -> None:
        super().__init__(data)
        circles: forms.ModelChoiceField[Circle] = self.fields["circle"]  # type: ignore[assignment]
        circles.queryset = Circle.objects.of(owner)

    @property
    def status(self) -> int:
        """Words can be corrected; a circle that is not there cannot."""
        return 422 if self.errors.keys() == {"q"} else 404

    def sieve(self) -> Sieve:
        data = self.cleaned_data
        return Sieve(
            words=data["q"], circle=data["circle"], archived=data["shelf"] == "archive", after=data["after"]
        )
