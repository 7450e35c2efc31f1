"""What mails need: their looks written into every element, and a face for a name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django import template
from django.conf import settings
from django.template.base import TextNode
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from netvalue.ui.templatetags import ui

if TYPE_CHECKING:
    from django.template.base import Parser, Token
    from django.utils.safestring import SafeString

register = template.Library()

FACES = 3
# One class a line. Mail programs may take a style sheet away, so each element carries what it looks like; its
# class is for those that keep it, for the dark.
LOOKS: Final = dict(
    re.findall(
        r"^\.([\w-]+) \{ (.+) \}$",
        (settings.BASE_DIR / "templates/mail/mail.css").read_text("utf-8"),
        re.MULTILINE,
    )
)


def looking(names: str) -> str:
    style = " ".join(LOOKS[name] for name in names.split())
    return f'class="{names}" style="{style}"'


@register.tag
def looks(_parser: Parser, token: Token) -> TextNode:
    """The attributes of an element of these classes, put together once when the template is read."""
    return TextNode(looking(token.split_contents()[1].strip('"')))


@register.simple_tag
@lru_cache(maxsize=4096)
def face(name: str) -> SafeString:
    """The same people again and again."""
    attributes = mark_safe(looking(f"face f{sum(map(ord, name)) % FACES}"))  # noqa: S308 -- from our own sheet
    return format_html("<div {}>{}</div>", attributes, ui.initials(name))


@register.filter
def paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in re.split(r"\n\s*\n", text.strip()) if paragraph]
