"""The component tags: each takes data, never a request, and has one template in `templates/ui/`."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html

if TYPE_CHECKING:
    from django.contrib.staticfiles.storage import StaticFilesStorage
    from django.forms import BaseForm
    from django.utils.safestring import SafeString

register = template.Library()

AVATAR_SIZES = {"avatar-s": 32, "": 40, "avatar-l": 80}
NOTICE_ICONS = {"info": "info", "ok": "circle-check", "warn": "triangle-alert"}


@register.simple_tag(name="icon")
def sprite(name: str, label: str = "", css: str = "") -> SafeString:
    """A picture from the sprite; hidden from assistive technology unless it has a label."""
    return picture(f"{sheet(staticfiles_storage)}#{name}", str(label), css)


@lru_cache(maxsize=2)
def sheet(storage: StaticFilesStorage) -> str:
    """Where the pictures are: a page shows many, and all are in one file."""
    return storage.url("img/icons.svg")


@lru_cache(maxsize=1024)
def picture(href: str, label: str, css: str) -> SafeString:
    """The same few on every page."""
    if label:
        return format_html(
            '<svg class="icon {}" role="img" aria-label="{}"><use href="{}"/></svg>', css, label, href
        )
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="{}"/></svg>', css, href)


@register.simple_tag
def mark() -> SafeString:
    """Our sign: rings around a person, two people on them."""
    return format_html(
        '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><use href="{}#mark"/></svg>',
        sheet(staticfiles_storage),
    )


def initials(name: str) -> str:
    """First and last part with a capital, titles left out: “Dr. Ida von der Au” is IA."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalnum()]
    words = [word for word in words if not word.endswith(".")] or words
    proper = [word for word in words if word[0].isupper()] or words
    if not proper:
        return "?"
    return (proper[0][0] + (proper[-1][0] if len(proper) > 1 else "")).upper()


@register.simple_tag
def avatar(person: object, css: str = "", photo: str = "") -> SafeString:
    """A photo in a circle, or a tinted one with initials. The name always stands beside it."""
    if photo:
        return format_html(
            '<img class="avatar {}" src="{}" width="{size}" height="{size}" alt="" loading="lazy">',
            css,
            photo,
            size=AVATAR_SIZES[css],
        )
    name = str(person)
    return tinted(initials(name), sum(map(ord, name)) % 6, css)


@lru_cache(maxsize=1024)
def tinted(letters: str, hue: int, css: str) -> SafeString:
    return format_html(
        '<span class="avatar {}" data-hue="{}" aria-hidden="true">{}</span>', css, hue, letters
    )


@register.simple_tag
def nav_link(
    path: str, view: str, icon: str, label: str, area: str = "", css: str = "", key: str = ""
) -> SafeString:
    """A place in the main menu; current while the path is inside its area, or one of several."""
    href = reverse(view)
    current = "page" if path.startswith(tuple((area or href).split())) else ""
    return place(href, current, sprite(icon), str(label), css, key)


@lru_cache(maxsize=256)
def place(href: str, current: str, icon: SafeString, label: str, css: str, key: str) -> SafeString:
    """The same few on every page."""
    return format_html(
        '<li class="{}"><a class="nav-link" href="{}"{}{}>{}<span>{}</span></a></li>',
        css,
        href,
        format_html(' aria-current="{}"', current) if current else "",
        format_html(" data-{}", key) if key else "",
        icon,
        label,
    )


@register.inclusion_tag("ui/toast.html")
def toast(text: str, undo: str = "", seconds: int | None = None) -> dict[str, Any]:
    """A word at the edge. It stays 10 seconds, 20 with an undo, and for ever with 0."""
    return {"text": text, "undo": undo, "seconds": (20 if undo else 10) if seconds is None else seconds}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, Any]:
    """What is wrong, above the form, each line a link to its field."""
    return {"form": form}


@register.simple_block_tag
def card(
    content: SafeString,
    title: str = "",
    sub: str = "",
    css: str = "",
    anchor: str = "",
    href: str = "",
    link: str = "",
) -> str:
    context = {
        "content": content,
        "title": title,
        "sub": sub,
        "css": css,
        "anchor": anchor,
        "href": href,
        "link": link,
    }
    return render_to_string("ui/card.html", context)


@register.simple_block_tag
def page_head(content: SafeString, title: str, lead: str = "") -> str:
    """The page's h1 and one line; the block holds its buttons."""
    return render_to_string("ui/page_head.html", {"content": content, "title": title, "lead": lead})


@register.simple_block_tag
def empty_state(content: SafeString, title: str, text: str = "") -> str:
    """Nothing is here yet; the block holds the way to the first thing."""
    return render_to_string("ui/empty_state.html", {"content": content, "title": title, "text": text})


@register.simple_block_tag
def notice(content: SafeString, kind: str = "info", title: str = "") -> str:
    """Something to know: info, ok or warn."""
    context = {"content": content, "kind": kind, "title": title, "icon": NOTICE_ICONS[kind]}
    return render_to_string("ui/notice.html", context)
