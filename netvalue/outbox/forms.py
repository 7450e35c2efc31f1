"""Which reminders somebody wants, and the button that asks for a test."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django import forms
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from netvalue.outbox import kinds, planning
from netvalue.outbox.models import OptOut

if TYPE_CHECKING:
    from django.http import QueryDict

    from netvalue.accounts.models import User


class KindsForm(forms.Form):
    """Every kind of reminder is wanted unless it is switched off."""

    kinds = forms.MultipleChoiceField(
        label=_("Write to me about"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None = None, *, owner: User) -> None:
        refused = set(OptOut.objects.of(owner).values_list("kind", flat=True))
        names = [kind.name for kind in kinds.every() if not kind.at_once]
        wanted = [name for name in names if not {name, OptOut.EVERYTHING} & refused]
        super().__init__(data, initial={"kinds": wanted})
        self.owner = owner
        self.fields["kinds"].choices = [  # type: ignore[attr-defined]  # it is a choice field
            (kind.name, kind.label) for kind in kinds.every() if not kind.at_once
        ]

    def save(self) -> None:
        wanted = set(self.cleaned_data["kinds"])
        with transaction.atomic():
            OptOut.objects.of(self.owner).filter(kind__in=[*wanted, OptOut.EVERYTHING]).delete()
            for kind in kinds.every():
                if not kind.at_once and kind.name not in wanted:
                    planning.opt_out(self.owner, kind.name)


class TestForm(forms.Form):
    """One press of the button, however often it is posted."""

    press = forms.IntegerField(min_value=1, max_value=2**62, widget=forms.HiddenInput)

    @classmethod
    def fresh(cls) -> TestForm:
        return cls(initial={"press": secrets.randbelow(2**62) + 1})
