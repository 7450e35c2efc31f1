"""How each kind of reminder is to come, and the button that asks for a test."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from netvalue.outbox import choices, choosing, kinds
from netvalue.outbox.choosing import Wish
from netvalue.outbox.leads import AHEAD

if TYPE_CHECKING:
    from django.forms import BoundField
    from django.http import QueryDict

    from netvalue.accounts.models import User
    from netvalue.outbox.choices import Choices
    from netvalue.outbox.kinds import Kind


@dataclass(frozen=True, slots=True)
class Row:
    """What is asked about one kind."""

    kind: Kind
    on: BoundField
    leads: BoundField | None
    hour: BoundField


class ChoicesForm(forms.Form):
    """Every kind of reminder: whether it is wanted, how many days ahead, at which hour.

    The page says which kinds it shows, so that what a later release adds meanwhile stays as it is.
    """

    kinds = forms.MultipleChoiceField(
        label=_("Kinds of reminders"),
        widget=forms.MultipleHiddenInput,
        error_messages={
            "required": _("Nothing was chosen. Please look at this page once more and save again."),
            "invalid_choice": _("This page had grown old. Please look at it once more and save again."),
        },
    )
    mail_words = forms.BooleanField(label=_("The words of my notes may stand in my mails"), required=False)

    def __init__(self, data: QueryDict | None = None, *, owner: User) -> None:
        self.owner = owner
        self.shown = [kind for kind in kinds.every() if not kind.at_once]
        chosen = choices.of(owner)
        super().__init__(
            data, initial={"kinds": [kind.name for kind in self.shown], "mail_words": owner.mail_words}
        )
        every_kind = [(kind.name, kind.label) for kind in self.shown]
        self.fields["kinds"].choices = every_kind  # type: ignore[attr-defined]  # it is a choice field
        for kind in self.shown:
            self._ask(kind, chosen)

    def _ask(self, kind: Kind, chosen: Choices) -> None:
        name = kind.name
        self.fields[f"{name}-on"] = forms.BooleanField(
            label=kind.label, required=False, initial=chosen.on(name)
        )
        if kind.leads:
            self.fields[f"{name}-leads"] = forms.TypedMultipleChoiceField(
                label=_("%(kind)s: when") % {"kind": kind.label},
                choices=[(lead, AHEAD[lead]) for lead in kind.leads],
                coerce=int,
                required=False,
                initial=list(chosen.leads(name)),
                widget=forms.CheckboxSelectMultiple,
            )
        usual = _("at your hour, %(hour)d:00") % {"hour": self.owner.reminder_hour}
        self.fields[f"{name}-hour"] = forms.TypedChoiceField(
            label=_("%(kind)s: at what time") % {"kind": kind.label},
            choices=[("", usual), *((hour, _("at %(hour)d:00") % {"hour": hour}) for hour in range(24))],
            coerce=int,
            empty_value=None,
            required=False,
            initial=chosen.chosen_hour(name),
        )

    @property
    def rows(self) -> list[Row]:
        return [
            Row(
                kind,
                self[f"{kind.name}-on"],
                self[f"{kind.name}-leads"] if kind.leads else None,
                self[f"{kind.name}-hour"],
            )
            for kind in self.shown
        ]

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        for kind in self.shown:
            leads = f"{kind.name}-leads"
            if kind.leads and typed.get(f"{kind.name}-on") and leads in typed and not typed[leads]:
                self.add_error(leads, _("Choose at least one of them, or switch these reminders off."))
        return typed

    def save(self) -> None:
        with transaction.atomic():
            choosing.choose(self.owner, {name: self._wish(name) for name in self.cleaned_data["kinds"]})
            self.owner.mail_words = self.cleaned_data["mail_words"]
            self.owner.save(update_fields=["mail_words"])

    def _wish(self, name: str) -> Wish:
        said, usual = self.cleaned_data, kinds.get(name).usual_leads
        leads = said.get(f"{name}-leads") or None
        return Wish(
            on=said[f"{name}-on"],
            leads=None if leads is None or set(leads) == set(usual) else leads,
            hour=said[f"{name}-hour"],
        )


class TestForm(forms.Form):
    """One press of the button, however often it is posted."""

    press = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> TestForm:
        return cls(initial={"press": secrets.randbelow(2**62) + 1})
