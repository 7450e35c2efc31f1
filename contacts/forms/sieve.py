"""How the list may be narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import Line
from contacts.offered import offered_to
from contacts.sieve import Sieve, Turn

if TYPE_CHECKING:
    from datetime import date

    from django.http import QueryDict

    from netvalue.accounts.models import User

# As large as a place can be.
FARTHEST = 2**63 - 1


class SieveForm(forms.Form):
    """What the list of people is narrowed to; all of it stands in the URL. Only the search words can be
    wrong: the rest of an address that is years old still says what it can.
    """

    all_optional = True

    q = Line(label=_("Search contacts"), required=False, max_length=100)
    after = forms.UUIDField(required=False)
    before = forms.UUIDField(required=False)
    at = forms.IntegerField(required=False, min_value=-FARTHEST, max_value=FARTHEST)

    def __init__(self, data: QueryDict, *, owner: User, today: date) -> None:
        super().__init__(data)
        self.query, self.owner, self.today = data, owner, today

    @property
    def is_readable(self) -> bool:
        self.full_clean()
        return "q" not in self.errors

    def sieve(self) -> Sieve:
        """What can be read of it."""
        words: str = self.cleaned_data.get("q", "")
        return Sieve.read(self.query, offered_to(self.owner), self.today, words, self._turn())

    def _turn(self) -> Turn | None:
        data = self.cleaned_data
        by = data.get("after") or data.get("before")
        return Turn(by, data.get("at"), goes_back=not data.get("after")) if by else None
