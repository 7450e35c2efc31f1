"""Choosing people: by a few letters of their names, and by ticking them."""

from __future__ import annotations

import uuid
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import Line
from contacts.models import Contact

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet

    from contacts.models import ContactQuerySet

MOST_PEOPLE, MOST_FOUND, A_FEW = 50, 8, 5


class PeopleField(forms.ModelMultipleChoiceField[Contact]):
    """Several of the people among whom a form lets choose."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Contact.objects.none(), to_field_name="uid", **kwargs)

    def clean(self, value: Any) -> QuerySet[Contact]:
        if len(value or ()) > MOST_PEOPLE:
            raise ValidationError(_("Please choose fifty people at most."))
        try:
            return super().clean(value)
        except ValidationError as error:
            if error.code == "required":
                raise
            raise ValidationError(
                _("Somebody you chose is not among your contacts any more. Please check whom you meant.")
            ) from None


class PeopleForm(forms.Form):
    """The part of a form that asks for people: who is looked for, and who is ticked."""

    who = Line(label=_("Find somebody"), required=False, max_length=100)
    people: Any = PeopleField()

    def __init__(self, *args: Any, among: ContactQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.among = among
        self.fields["people"].queryset = among  # type: ignore[attr-defined]  # a model's

    def chosen(self) -> list[Contact]:
        """Whoever is ticked, as far as they can be read."""
        ticked = readable(self["people"].value() or ())
        return list(self.among.filter(uid__in=ticked))

    def found(self, chosen: Iterable[Contact]) -> list[Contact]:
        """Whoever else is looked for; without words a few of the closest, in the order of their names."""
        others = self.among.in_view().exclude(pk__in=[who.pk for who in chosen])
        words = self._words()
        if not words:
            return sorted(others.living().closest_first()[:A_FEW], key=attrgetter("sort_key"))
        found = list(others.called(words).order_by("sort_key", "id")[:MOST_FOUND])
        return found or list(others.sounding_like(words)[:MOST_FOUND])

    def _words(self) -> str:
        field = self.fields["who"]
        try:
            return str(field.clean(self["who"].value() or ""))
        except ValidationError:
            return ""


def readable(uids: Iterable[Any]) -> list[uuid.UUID]:
    """Those that are ids at all."""
    found = []
    for uid in list(uids)[:MOST_PEOPLE]:
        try:
            found.append(uid if isinstance(uid, uuid.UUID) else uuid.UUID(uid))
        except ValueError:
            continue
    return found
