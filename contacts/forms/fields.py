"""Text as it is typed: tidied, and never damaged on its way."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from contacts.names import tidy

# What arrives as U+FFFD was broken on its way: to store it would be to lose what was meant.
intact = RegexValidator(
    r"[\ufffd\ud800-\udfff]", _("Some characters were damaged on their way here. Please type them again."),
    inverse_match=True,
)  # fmt: skip


class Line(forms.CharField):
    """One line of text with single spaces."""

    default_validators = [intact]

    def to_python(self, value: Any) -> str:
        return tidy(super().to_python(value) or "")


class Text(forms.CharField):
    """Several lines; a browser ends each with two signs, we with one."""

    default_validators = [intact]
    widget = forms.Textarea

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n")
