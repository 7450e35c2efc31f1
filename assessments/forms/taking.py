"""What can be typed: how to begin a check, and one answer with a note."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from assessments.models import NOTE_LENGTH, Answer, Assessment
from assessments.scoring import State
from contacts.forms.fields import Text

CHOICES = [*Answer.Value.choices, (State.OPEN.value, _("Skip for now"))]
CHOOSE = _("Choose one of the answers, or “Skip for now”.")


class BeginForm(forms.Form):
    """From which perspective, and the form's own id: sent twice, it begins one check."""

    uid = forms.UUIDField(widget=forms.HiddenInput)
    perspective = forms.ChoiceField(label=_("Perspective"), choices=Assessment.Perspective.choices)


class NoteField(Text):
    """Free text of which the browser cuts nothing off when pasting."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {"rows": 3}


class AnswerForm(forms.Form):
    """One answer. Going back or leaving needs none; going on does, even if it is “skip for now”."""

    class Then:
        """Where to go with it."""

        NEXT, BACK, LATER, STAY = "next", "back", "later", "stay"

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=CHOICES,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": CHOOSE},
    )
    note = NoteField(
        label=_("Your note"),
        help_text=_("For yourself: an example, a doubt, a name."),
        max_length=NOTE_LENGTH,
        required=False,
        error_messages={
            "max_length": _(
                "A note has room for %(limit_value)d characters, and this one has %(show_value)d."
                " Nothing is lost: shorten it and continue."
            )
        },
    )
    action = forms.ChoiceField(
        choices=[(it, it) for it in (Then.NEXT, Then.BACK, Then.LATER)], required=False, initial=Then.NEXT
    )
    # The same question in another language, without losing what was typed.
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.then == self.Then.NEXT and "answer" in cleaned and not cleaned["answer"]:
            self.add_error("answer", CHOOSE)
        return cleaned

    @property
    def chosen(self) -> str:
        """The word of the answer as it came, for pages that can only give it back."""
        return str(dict(CHOICES).get(self["answer"].value(), ""))

    @property
    def then(self) -> str:
        if self.cleaned_data.get("language"):
            return self.Then.STAY
        return self.cleaned_data.get("action") or self.Then.NEXT

    @property
    def value(self) -> str | None:
        """Yes, partly or no; null leaves the question open."""
        answer: str = self.cleaned_data["answer"]
        return None if answer in {"", State.OPEN} else answer

    @property
    def says_something(self) -> bool:
        return bool(self.cleaned_data["answer"] or self.cleaned_data["note"])
