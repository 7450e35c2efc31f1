"""Whom somebody chose on the list, and what is to be done to all of them."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from contacts.forms.dates import picker
from contacts.forms.fields import Line
from contacts.forms.people import ContactForm
from contacts.forms.sieve import SieveForm
from contacts.models import Circle, Contact
from contacts.words import RHYTHMS, every

if TYPE_CHECKING:
    from datetime import date

    from contacts.models import ContactQuerySet
    from netvalue.accounts.models import User

# So many can be ticked one by one; more than that are chosen as all that match.
MOST_TICKED: Final = 10_000


class ChosenForm(forms.Form):
    """Those ticked on the list, or all that match; whoever is not theirs is not there."""

    all = forms.BooleanField(required=False)
    sieve = forms.CharField(required=False, max_length=2000)
    # How many matched on the page that asked.
    shown = forms.IntegerField(required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, data: QueryDict, *, owner: User, today: date) -> None:
        super().__init__(data)
        self.owner, self.today = owner, today
        self.ticked = data.getlist("who")

    def clean(self) -> None:
        if len(self.ticked) > MOST_TICKED:
            raise ValidationError(
                _("At most 10,000 contacts can be selected one by one. Please select all that match instead.")
            )
        query = QueryDict(self.cleaned_data.get("sieve", "").removeprefix("?"))
        narrowed = SieveForm(query, owner=self.owner, today=self.today)
        self.narrowed = narrowed.sieve() if narrowed.is_readable else None
        # More would match than were meant.
        if self.cleaned_data.get("all") and (self.narrowed is None or self.narrowed.left_out):
            raise ValidationError(_("The list was narrowed to something that is not there any more."))

    @property
    def uids(self) -> list[UUID]:
        return sorted(set(filter(None, map(as_uid, self.ticked))))

    @property
    def people(self) -> ContactQuerySet:
        if self.cleaned_data["all"] and self.narrowed:
            return self.narrowed.people(self.owner)
        return Contact.objects.of(self.owner).may_be_named().filter(uid__in=self.uids)

    @property
    def about(self) -> str:
        """Whom it names, in words of its own."""
        return self.query if self.cleaned_data["all"] else " ".join(map(str, self.uids))

    @property
    def query(self) -> str:
        """The list as it was narrowed, and its page."""
        return self.narrowed.here if self.narrowed else ""


def as_uid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


class BulkForm(forms.Form):
    """What is to be done; by itself it asks nothing more."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, owner: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.today = today

    def wanted(self) -> dict[str, Any]:
        """The fields of a change."""
        return {}


class IntoCircleForm(BulkForm):
    """A circle that there is, or a new one."""

    circle = forms.ModelChoiceField(
        label=_("Circle"), required=False, queryset=Circle.objects.none(), empty_label="—"
    )
    new_circle = Line(label=_("Or a new circle"), required=False, max_length=80)
    all_optional = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        circles_of(self)

    def clean(self) -> None:
        data = self.cleaned_data
        if not (self.errors or data.get("circle") or data.get("new_circle")):
            self.add_error("circle", _("Please choose a circle, or name a new one."))

    def wanted(self) -> dict[str, Any]:
        name = self.cleaned_data["new_circle"]
        if not name:
            return {"circle": self.cleaned_data["circle"]}
        return {"circle": Circle.objects.of(self.owner).get_or_create(owner=self.owner, name=name)[0]}


class OutOfCircleForm(BulkForm):
    """One of the circles that there are."""

    circle = forms.ModelChoiceField(label=_("Circle"), queryset=Circle.objects.none(), empty_label="—")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        circles_of(self)

    def wanted(self) -> dict[str, Any]:
        return {"circle": self.cleaned_data["circle"]}


class RhythmForm(BulkForm):
    """One of the rhythms that have a name, or none."""

    rhythm = forms.TypedChoiceField(label=_("How often do you want to be in touch?"), coerce=int)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(days, every(days)) for days in RHYTHMS]
        self.fields["rhythm"].choices = [("", "—"), *named, (0, _("no rhythm"))]  # type: ignore[attr-defined]  # a choice's

    def wanted(self) -> dict[str, Any]:
        return {"rhythm_days": self.cleaned_data["rhythm"] or None}


class ClosenessForm(BulkForm):
    """A number, or open again."""

    closeness = forms.TypedChoiceField(
        label=_("Closeness"), coerce=int, help_text=ContactForm.base_fields["closeness"].help_text,
        choices=[("", "—"), *((n, str(n)) for n in range(11)), (-1, _("leave it open"))],
    )  # fmt: skip

    def wanted(self) -> dict[str, Any]:
        closeness = self.cleaned_data["closeness"]
        return {"closeness": closeness if closeness >= 0 else None}


class PauseForm(BulkForm):
    """For good, or until a day."""

    paused_until = forms.DateField(
        label=_("Until"), required=False, help_text=ContactForm.base_fields["paused_until"].help_text,
        widget=picker(),
    )  # fmt: skip

    def clean_paused_until(self) -> date | None:
        until: date | None = self.cleaned_data["paused_until"]
        if until and until <= self.today:
            raise ValidationError(_("Please choose a day that is still to come."))
        return until

    def wanted(self) -> dict[str, Any]:
        return {"paused_until": self.cleaned_data["paused_until"]}


def circles_of(form: BulkForm) -> None:
    form.fields["circle"].queryset = Circle.objects.of(form.owner)  # type: ignore[attr-defined]  # a model's
