"""A day of the year that matters to somebody, or what happened once; the day as far as it is known."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from contacts.forms.dates import Day, Month, Year, check_parts
from contacts.forms.fields import Line
from contacts.models import ImportantDate, LifeEvent
from contacts.models.days import on_the_day_and_a_week_ahead
from netvalue.once import said_in, written_once
from netvalue.outbox.leads import AHEAD

if TYPE_CHECKING:
    from datetime import date

    from contacts.models import Contact

YEARS_AHEAD = 50


class DatedForm(forms.ModelForm[Any]):
    """What both have: the parts of a day, and a token so that a form sent twice makes one row."""

    on_day, on_month, on_year = Day(), Month(), Year()
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    all_optional = True

    def __init__(self, *args: Any, contact: Contact, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.instance.owner, self.instance.contact = contact.owner, contact

    def clean(self) -> None:
        check_parts(self, "on", self.today.replace(year=self.today.year + YEARS_AHEAD, month=12, day=31))

    def keep(self) -> Any:
        """The row as it was written; the one made before if the same form was sent twice."""
        row = self.save(commit=False)
        if row.pk is None:
            words = (row.contact_id, said_in(self))
            return written_once(row, self.cleaned_data["token"], words, row.keep)
        row.keep()
        return row


class ImportantDateForm(DatedForm):
    """A label, a day of the year, and how long before one wants to be reminded."""

    label = Line(
        label=_("What day is it?"), max_length=80, help_text=_("Wedding day, name day, the day they died …")
    )
    leads = forms.TypedMultipleChoiceField(
        label=_("Remind me"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        initial=on_the_day_and_a_week_ahead,
        choices=list(AHEAD.items()),
    )  # fmt: skip

    class Meta:
        model = ImportantDate
        fields: ClassVar[list[str]] = ["label", "on_day", "on_month", "on_year", "leads"]

    def clean(self) -> None:
        super().clean()
        data = self.cleaned_data
        if not self.errors and data["on_month"] is None and data["on_year"] is None:
            self.add_error("on_month", _("Please choose the month, or write at least the year."))


class LifeEventForm(DatedForm):
    """What happened, glad or hard, and when."""

    tone = forms.ChoiceField(label=_("A joy or a grief?"), choices=LifeEvent.Tone, widget=forms.RadioSelect)
    what = Line(
        label=_("What happened?"), max_length=200,
        help_text=_("A wedding, a child, a new job; an illness, a parting, a loss."),
    )  # fmt: skip

    class Meta:
        model = LifeEvent
        fields: ClassVar[list[str]] = ["tone", "what", "on_day", "on_month", "on_year"]
