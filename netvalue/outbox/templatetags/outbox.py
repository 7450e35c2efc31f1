"""What mails need: a face for a name."""

from __future__ import annotations

from django import template

from netvalue.ui.templatetags import ui

register = template.Library()

FACES = 3


@register.filter
def initials(name: str) -> str:
    return ui.initials(name)


@register.filter
def hue(name: str) -> int:
    return sum(map(ord, name)) % FACES
