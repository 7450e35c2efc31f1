"""Writing a conversation down: what it was, when, with whom, and what it was about."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from contacts.around import Around, Season
from contacts.forms.choosing import PeopleField, PeopleForm
from contacts.forms.dates import Year, picker
from contacts.forms.fields import Text
from contacts.models import Contact, Interaction
from contacts.models.interactions import LINE_LENGTH

if TYPE_CHECKING:
    from netvalue.accounts.models import User

MOST_MONTHS = 12
SEASONS = [
    (MOST_MONTHS + Season.SPRING, _("Spring (March to May)")),
    (MOST_MONTHS + Season.SUMMER, _("Summer (June to August)")),
    (MOST_MONTHS + Season.AUTUMN, _("Autumn (September to November)")),
    (MOST_MONTHS + Season.WINTER, _("Winter (from December of that year)")),
]
STILL_TO_COME = _("This is still to come. Write it down when it has taken place.")


class TalkForm(PeopleForm):
    """A conversation. Today, personal and with whoever began unknown, if nobody says otherwise."""

    all_optional = True

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    people = PeopleField(
        label=_("With whom?"), error_messages={"required": _("Please choose whom you talked with.")}
    )
    line = Text(
        label=_("What did you talk about?"), required=False, max_length=LINE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    when = forms.ChoiceField(
        label=_("When?"), required=False, initial="today", widget=forms.RadioSelect,
        choices=[
            ("today", _("Today")), ("yesterday", _("Yesterday")), ("day", _("On another day")),
            ("about", _("I know it roughly")),
        ],
    )  # fmt: skip
    on = forms.DateField(label=_("Day"), required=False, widget=picker())
    about = forms.TypedChoiceField(
        label=_("Month or season"), required=False, coerce=int, empty_value=None,
        choices=[("", "—"), *MONTHS.items(), (_("Seasons"), SEASONS)],
    )  # fmt: skip
    year = Year()
    two_way = forms.TypedChoiceField(
        label=_("Would you both still know later what it was about?"), required=False, initial="yes",
        choices=[("yes", _("Yes")), ("no", _("No"))], coerce=lambda said: said != "no",
        widget=forms.RadioSelect, help_text=_("Only then was it the last time you talked."),
    )  # fmt: skip
    began = forms.ChoiceField(
        label=_("Who began?"), required=False, choices=Interaction.Began, widget=forms.RadioSelect
    )
    kind = forms.ChoiceField(
        label=_("What was it?"), choices=Interaction.Kind, widget=forms.RadioSelect,
        error_messages={
            "required": _("Please choose what it was."),
            "invalid_choice": _(
                "Only what you tell somebody yourself is a conversation: in person, by phone or in writing."
            ),
        },
    )  # fmt: skip

    def __init__(self, *args: Any, owner: User, today: date, **kwargs: Any) -> None:
        among = Contact.objects.of(owner)
        super().__init__(*args, among=among, **kwargs)
        self.owner, self.today = owner, today
        # Held, so that nobody deletes them meanwhile; in one order, so that nobody waits in a circle.
        held = among.order_by("pk").select_for_update(no_key=True)
        self.fields["people"].queryset = held  # type: ignore[attr-defined]  # a model's

    @classmethod
    def initial_of(cls, talk: Interaction) -> dict[str, Any]:
        """What stands in the form when a conversation is corrected."""
        when = talk.when
        exact = {"when": "day", "on": when.first}
        rough = {
            "when": "about",
            "year": when.year,
            "about": MOST_MONTHS + when.season if when.season else when.month,
        }
        return {
            "line": talk.line,
            "kind": talk.kind,
            "began": talk.began,
            "two_way": "yes" if talk.two_way else "no",
            "people": list(Contact.objects.kept().filter(interactions=talk).values_list("uid", flat=True)),
            **(exact if when.is_a_day else rough),
        }

    def clean(self) -> None:
        which = self.cleaned_data.get("when") or "today"
        if which == "day":
            self._check_day()
        elif which == "about":
            self._check_rough()

    def _check_day(self) -> None:
        day: date | None = self.cleaned_data.get("on")
        if day is None and "on" not in self.errors:
            self.add_error("on", _("Please choose the day."))
        elif day and day > self.today:
            self.add_error("on", STILL_TO_COME)

    def _check_rough(self) -> None:
        if "year" in self.errors or "about" in self.errors:
            return
        if self.cleaned_data["year"] is None:
            self.add_error("year", _("Please write the year."))
        elif self.cleaned_data["year"] > self.today.year:
            self.add_error("year", STILL_TO_COME)
        elif self._rough().first > self.today:
            self.add_error("about", STILL_TO_COME)

    def _rough(self) -> Around:
        about, year = self.cleaned_data["about"], self.cleaned_data["year"]
        if about and about > MOST_MONTHS:
            return Around(year, season=Season(about - MOST_MONTHS))
        return Around(year, about)

    def around(self) -> Around:
        """The day it was, as far as it was said."""
        which = self.cleaned_data["when"]
        if which == "about":
            return self._rough()
        if which == "day":
            return Around.on(self.cleaned_data["on"])
        return Around.on(self.today - timedelta(days=which == "yesterday"))

    def said(self) -> dict[str, Any]:
        """What is written down as it stands."""
        return {
            **{name: self.cleaned_data[name] for name in ("kind", "line", "began")},
            "two_way": self.cleaned_data["two_way"] is not False,
        }

    def add(self) -> Interaction:
        data = self.cleaned_data
        return Interaction.objects.note(
            self.owner, data["people"], data["token"], when=self.around(), **self.said()
        )

    def correct(self, talk: Interaction) -> None:
        talk.correct(self.cleaned_data["people"], when=self.around(), **self.said())
