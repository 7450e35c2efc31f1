"""When to be reminded of the next check: after some months, on a day, or not at all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assessments.again import MONTHS, Choice
from contacts.forms.dates import picker

if TYPE_CHECKING:
    from django.http import QueryDict

AHEAD: Final = timedelta(days=10 * 366)
ON_A_DAY, NEVER = "day", "never"
PLEASE_CHOOSE = _("Please choose one of these.")


def times() -> list[tuple[str, str]]:
    """What there is to choose from, in the language that is switched on."""
    months = [(str(n), ngettext("after %(n)d month", "after %(n)d months", n) % {"n": n}) for n in MONTHS]
    return [*months, (ON_A_DAY, gettext("on a day")), (NEVER, gettext("not at all"))]


class RetakeForm(forms.Form):
    """One of the times; the day only counts where a day is chosen."""

    all_optional = True

    when = forms.ChoiceField(
        label=_("When"),
        choices=times,
        widget=forms.RadioSelect,
        error_messages={"required": PLEASE_CHOOSE, "invalid_choice": PLEASE_CHOOSE},
    )
    on = forms.DateField(
        label=_("Day"),
        required=False,
        widget=picker(),
        error_messages={"invalid": _("There is no such day. Please choose another one.")},
    )

    def __init__(self, data: QueryDict | None = None, *, choice: Choice, today: date) -> None:
        chosen = ON_A_DAY if choice.on else str(choice.months or NEVER)
        super().__init__(data, auto_id="again_%s", initial={"when": chosen, "on": choice.on})
        self.today = today

    def clean_on(self) -> date | None:
        day: date | None = self.cleaned_data["on"]
        if day and self.cleaned_data.get("when") == ON_A_DAY:
            if day <= self.today:
                raise ValidationError(_("Please choose a day from tomorrow on."))
            if day > self.today + AHEAD:
                raise ValidationError(_("Please choose a day within the next ten years."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("when") != ON_A_DAY:
            self.errors.pop("on", None)
        elif not cleaned.get("on") and "on" not in self.errors:
            self.add_error("on", _("Please choose a day."))
        return cleaned

    def take_focus(self) -> None:
        """Let the next thing typed go where the mistake is."""
        self.fields["on" if "on" in self.errors else "when"].widget.attrs["autofocus"] = True

    @property
    def choice(self) -> Choice:
        when = self.cleaned_data["when"]
        if when == ON_A_DAY:
            return Choice(months=None, on=self.cleaned_data["on"])
        return Choice(months=None if when == NEVER else int(when))
