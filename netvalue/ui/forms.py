"""How forms look: one template for a form, one for a field, and a class for each kind of widget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_noop

if TYPE_CHECKING:
    from django.forms.widgets import Widget

# Django says these, and its German is an office's: our catalogue stands before Django's.
SAID_BY_DJANGO = [
    gettext_noop("This field is required."),
    gettext_noop("Enter a valid date."),
    gettext_noop("Enter a valid email address."),
    gettext_noop("Enter a whole number."),
    gettext_noop("Select a valid choice. That choice is not one of the available choices."),
    gettext_noop("Select a valid choice. %(value)s is not one of the available choices."),
    gettext_noop("The password is too similar to the %(verbose_name)s."),
    gettext_noop("This password is too common."),
    gettext_noop("This password is entirely numeric."),
]

CHECKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple)


class BoundField(forms.BoundField):
    """A field that names the CSS class of its widget; Django itself writes the aria attributes."""

    def build_widget_attrs(self, attrs: dict[str, Any], widget: Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        css = (
            "check"
            if isinstance(widget, CHECKS)
            else ""
            if isinstance(widget, forms.RadioSelect)
            else "input"
        )
        own = widget.attrs.get("class", "")
        return {**super().build_widget_attrs(attrs, widget), "class": f"{css} {own}".strip()}


class Renderer(TemplatesSetting):
    """Takes every form's templates from the site's own."""

    form_template_name = "ui/form.html"
    field_template_name = "ui/field.html"
    bound_field_class = BoundField
