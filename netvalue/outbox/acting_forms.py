"""What the page of a button in a mail asks before it does anything."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from netvalue.outbox.acts import Answered
from netvalue.outbox.deeds import Deed

if TYPE_CHECKING:
    from netvalue.outbox.acts import Question

# By their names among the answers, in how many days it comes back.
PAUSES: Final = {"tomorrow": 1, "week": 7}
ON_A_DAY: Final = "day"
A_YEAR: Final = timedelta(days=366)


class ActForm(forms.Form):
    """One of the answers. Its number makes the same form, sent again, do nothing more."""

    all_optional = True

    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    choice = forms.ChoiceField(
        label=_("Your choice"),
        error_messages={
            "required": _("Please choose one of the buttons."),
            "invalid_choice": _("Please choose one of the buttons."),
        },
    )
    also = forms.BooleanField(required=False, initial=True)
    until = forms.DateField(
        label=_("Another day"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip

    def __init__(self, *args: Any, question: Question, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        answers = [(answer.value, answer.label) for answer in question.answers]
        if question.asks_day:
            answers.append((ON_A_DAY, str(self.fields["until"].label)))
        self.fields["choice"].choices = answers  # type: ignore[attr-defined]  # it is a choice field
        self.fields["also"].label = question.also

    def clean(self) -> None:
        if self.cleaned_data.get("choice") != ON_A_DAY or "until" in self.errors:
            return
        day = self.cleaned_data["until"]
        if day is None:
            self.add_error("until", _("Please choose a day."))
        elif day <= self.today:
            self.add_error("until", _("Please choose tomorrow or a later day."))
        elif day > self.today + A_YEAR:
            self.add_error("until", _("Please choose a day within the next year."))

    def answered(self, deed: Deed) -> Answered:
        said = self.cleaned_data
        return Answered(said["press"], said["choice"], self._day(deed), said["also"])

    def _day(self, deed: Deed) -> date | None:
        """Until when it waits, if it is to."""
        if deed is not Deed.LATER:
            return None
        chosen: str = self.cleaned_data["choice"]
        until: date = self.cleaned_data["until"]
        return until if chosen == ON_A_DAY else self.today + timedelta(days=PAUSES[chosen])

    @property
    def is_for_nothing(self) -> bool:
        """Its hidden number is missing or damaged, and nobody can see why it does nothing."""
        return "press" in self.errors


class UndoForm(forms.Form):
    """Which deed to take back."""

    undo = forms.IntegerField(min_value=1, max_value=2**62)
