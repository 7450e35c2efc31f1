"""What to come back to, and when: a new follow-up, and a later day."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.forms.choosing import PeopleField, PeopleForm
from contacts.forms.dates import picker
from contacts.forms.fields import Line
from contacts.models import Contact, FollowUp
from contacts.snoozing import Pause, comes_back
from netvalue.once import said_in, written_once

if TYPE_CHECKING:
    from netvalue.accounts.models import User

AHEAD: Final = timedelta(days=50 * 366)


class OnADayForm(forms.ModelForm[FollowUp]):
    """Something to come back to, in a week if nobody says otherwise."""

    what = Line(label=_("What is it about?"), max_length=300)
    due_on = forms.DateField(label=_("Day"), widget=picker())

    class Meta:
        model = FollowUp
        fields = ["what", "due_on"]

    def __init__(self, *args: Any, owner: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.owner = owner
        self.today = today
        self.initial.setdefault("due_on", today + timedelta(days=7))

    def clean_due_on(self) -> date:
        return within_reach(self.cleaned_data["due_on"], self.today)


class FollowUpForm(OnADayForm):
    """What to come back to, and on which day."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, *args: Any, contact: Contact | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.contact = contact

    def take_focus(self) -> None:
        """Let the next thing typed go where it is needed: to the mistake, else to the beginning."""
        field = "due_on" if self.errors.keys() == {"due_on"} else "what"
        self.fields[field].widget.attrs["autofocus"] = True

    def add(self) -> FollowUp:
        """A new follow-up; the one made before if the same form was sent twice."""
        follow_up = self.save(commit=False)
        words = (follow_up.contact_id, said_in(self))
        return written_once(follow_up, self.cleaned_data["token"], words, follow_up.keep)


class CorrectionForm(PeopleForm):
    """A follow-up as it was meant: what, on which day, and with whom, if with anybody."""

    people = PeopleField(label=_("With whom?"), required=False)
    what = Line(label=_("What is it about?"), max_length=300)
    due_on = forms.DateField(label=_("Day"), widget=picker())

    def __init__(self, *args: Any, follow_up: FollowUp, today: date, **kwargs: Any) -> None:
        who = [follow_up.contact.uid] if follow_up.contact else []
        initial = {"what": follow_up.what, "due_on": follow_up.day, "people": who}
        among = Contact.objects.of(follow_up.owner)
        super().__init__(*args, among=among, initial=initial, **kwargs)
        # Held, so that nobody deletes them meanwhile.
        self.fields["people"].queryset = among.select_for_update(no_key=True)  # type: ignore[attr-defined]  # a model's
        self.follow_up, self.today = follow_up, today

    def clean_due_on(self) -> date:
        """A day that is over may stay as it is."""
        day: date = self.cleaned_data["due_on"]
        return day if day == self.follow_up.day else within_reach(day, self.today)

    def clean_people(self) -> Contact | None:
        who = list(self.cleaned_data["people"])
        if len(who) > 1:
            raise ValidationError(_("A follow-up is about one person. Please tick only whom you mean."))
        return who[0] if who else None

    def correct(self) -> None:
        said = self.cleaned_data
        self.follow_up.correct(what=said["what"], due_on=said["due_on"], contact=said["people"])


class SnoozeForm(forms.Form):
    """Either one of the pauses or a day."""

    pause = forms.TypedChoiceField(
        required=False, coerce=Pause, empty_value=None, choices=[(pause, pause) for pause in Pause]
    )
    until = forms.DateField(
        label=_("Until"), required=False,
        widget=picker(),
    )  # fmt: skip

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_until(self) -> date | None:
        day: date | None = self.cleaned_data["until"]
        return day and within_reach(day, self.today)

    def clean(self) -> None:
        if not self.errors and not any(self.cleaned_data.values()):
            self.add_error("until", _("Please choose a day."))

    def day(self, due_on: date) -> date:
        pause: Pause | None = self.cleaned_data["pause"]
        if pause:
            return comes_back(pause, due_on=due_on, today=self.today)
        until: date = self.cleaned_data["until"]
        return max(until, due_on)


def within_reach(day: date, today: date) -> date:
    if day < today:
        raise ValidationError(_("This day is over. Please choose today or a later day."))
    if day > today + AHEAD:
        raise ValidationError(_("Please choose a day within the next fifty years."))
    return day
