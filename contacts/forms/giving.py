"""Writing down give and take: what was done, promised or lent, and what one asked for."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.forms.dates import FIRST_YEAR, picker
from contacts.forms.fields import Line
from contacts.forms.follow_ups import AHEAD
from contacts.giving import Said
from contacts.models import Ask, Favour
from contacts.models.giving import SAYS, WHAT_LENGTH

if TYPE_CHECKING:
    from contacts.models import Contact


class Day(forms.DateField):
    """A day, picked where the browser can."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "widget": picker(), **kwargs})

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and value.year < FIRST_YEAR:
            raise ValidationError(_("Please write the year with four digits."))


class NotedForm(forms.Form):
    """One line on a day; today, if nobody says otherwise."""

    all_optional = True

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    what = Line(label=_("What is it about?"), max_length=WHAT_LENGTH)
    day = Day(label=_("When was it?"))

    def __init__(self, *args: Any, contact: Contact, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contact, self.today = contact, today
        self.initial.setdefault("day", today)

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"] or self.initial["day"]
        if day > self.today:
            raise ValidationError(_("This day is still to come. Please choose today or an earlier one."))
        return day

    def said(self) -> dict[str, Any]:
        """What is written down as it stands."""
        return {name: value for name, value in self.cleaned_data.items() if name != "token"}


class FavourForm(NotedForm):
    """What one did for the other, promised or lent."""

    said_as = forms.TypedChoiceField(
        label=_("What was it?"), choices=list(SAYS.items()), coerce=Said, widget=forms.RadioSelect,
        error_messages={"required": _("Please choose what it was.")},
    )  # fmt: skip
    due_on = Day(label=_("By when?"))
    weight = forms.ChoiceField(
        label=_("How much was it?"), required=False, choices=[("", _("Not said")), *Favour.Weight.choices],
        widget=forms.RadioSelect,
    )  # fmt: skip
    field_order = ("token", "said_as", "what", "day", "due_on", "weight")

    @classmethod
    def initial_of(cls, favour: Favour) -> dict[str, Any]:
        """What stands in the form when it is corrected."""
        said = {name: getattr(favour, name) for name in ("what", "day", "due_on", "weight")}
        return {**said, "said_as": favour.said}

    def clean(self) -> None:
        said, day = self.cleaned_data.get("said_as"), self.cleaned_data.get("day")
        if said in {Said.HELPED, Said.WAS_HELPED}:
            self._forget_due(day)
        elif day and (due := self.cleaned_data.get("due_on")):
            self._check_due(day, due)

    def _forget_due(self, day: date | None) -> None:
        """What is done has no day to be kept, but for one it had before."""
        self.errors.pop("due_on", None)
        before: date | None = self.initial.get("due_on")
        self.cleaned_data["due_on"] = before if before and day and before >= day else None

    def _check_due(self, day: date, due: date) -> None:
        if due < day:
            self.add_error("due_on", _("This is before the day it was said. Please choose a later one."))
        elif due > self.today + AHEAD:
            self.add_error("due_on", _("Please choose a day within the next fifty years."))

    def add(self) -> Favour:
        said = self.said()
        which: Said = said.pop("said_as")
        return Favour.objects.note(
            self.contact, self.cleaned_data["token"], direction=which.direction, kind=which.kind,
            state=which.begins, **said,
        )  # fmt: skip

    def correct(self, favour: Favour) -> None:
        said = self.said()
        favour.correct(said.pop("said_as"), **said)


class AskForm(NotedForm):
    """What one asked somebody for, and what came of it."""

    answered = forms.TypedChoiceField(
        label=_("Did an answer come?"), required=False, empty_value=None,
        choices=[("", _("Not yet")), ("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda said: said == "yes", widget=forms.RadioSelect,
    )  # fmt: skip
    outcome = Line(label=_("What came of it?"), required=False, max_length=WHAT_LENGTH)
    field_order = ("token", "what", "day", "answered", "outcome")

    @classmethod
    def initial_of(cls, ask: Ask) -> dict[str, Any]:
        """What stands in the form when it is corrected."""
        answered = "" if ask.answered is None else "yes" if ask.answered else "no"
        return {"what": ask.what, "day": ask.day, "outcome": ask.outcome, "answered": answered}

    def add(self) -> Ask:
        return Ask.objects.note(self.contact, self.cleaned_data["token"], **self.said())

    def correct(self, ask: Ask) -> None:
        ask.correct(**self.said())
