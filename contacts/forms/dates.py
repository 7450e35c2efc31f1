"""Days as far as they are known: three fields of which any may stay empty, and what is wrong with them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.words import day_and_month

if TYPE_CHECKING:
    from django.forms.boundfield import BoundField

PARTS: Final = ("day", "month", "year")
FIRST_YEAR: Final = 1000
LEAP_YEAR: Final = 2000


def number() -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})


def picker() -> forms.DateInput:
    """A whole day, picked where the browser can."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


class Day(forms.IntegerField):
    """A day of a month."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Day"), "required": False, "widget": number(), **kwargs})

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is not None and not 1 <= value <= 31:
            raise ValidationError(_("A day is a number from 1 to 31."))


class Month(forms.TypedChoiceField):
    """A month by its name."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", "—"), *MONTHS.items()]
        given = {"label": _("Month"), "required": False, "choices": choices, **kwargs}
        super().__init__(coerce=int, empty_value=None, **given)


class Year(forms.IntegerField):
    """A year as it is written out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": _("Year"), "required": False, "widget": number(), **kwargs})

    def validate(self, value: int | None) -> None:
        super().validate(value)
        if value is not None and value < FIRST_YEAR:
            raise ValidationError(_("Please write the year with four digits."))


def parts_of(form: forms.BaseForm, which: str) -> list[BoundField]:
    return [form[f"{which}_{part}"] for part in PARTS]


def check_parts(form: forms.BaseForm, which: str, latest: date) -> None:
    """Say at its field what keeps these parts from being a day, or as much of one, up to `latest`."""
    day, month, year = (form.cleaned_data.get(f"{which}_{part}") for part in PARTS)
    if year is not None and year > latest.year:
        form.add_error(f"{which}_year", _("This year is still to come."))
    if day is None or any(field.errors for field in parts_of(form, which)):
        return
    if month is None:
        form.add_error(f"{which}_month", _("Please choose the month as well."))
    elif day > monthrange(year or LEAP_YEAR, month)[1]:
        written = day_and_month(month, day) + (f" {year}" if year else "")
        form.add_error(f"{which}_day", gettext("%(date)s does not exist.") % {"date": written})
    elif year and date(year, month, day) > latest:
        form.add_error(f"{which}_year", _("This day is still to come."))
