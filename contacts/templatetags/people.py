"""The rows of a table of people. A page shows fifty, each with a dozen values: as a template they would cost
more than everything else on the page together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.translation import gettext

from netvalue.ui.templatetags.ui import sprite

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.utils.safestring import SafeString

register = template.Library()

ROW = """<tr role="row">
  <td role="cell" class="sel"><input class="check" type="checkbox" name="who" value="{uid}" aria-label="{name}"></td>
  <td role="cell" class="who"><div class="person">{avatar}<div><a href="{url}">{name}</a>{detail}{why}</div></div></td>
  <td role="cell" class="c-tags">{circles}</td>
  <td role="cell" class="c-talk">{talked}</td>
  <td role="cell" class="c-due">{birthday}<a class="btn btn-quiet btn-icon" href="{url}talk/?next={here}">{bubble}<span class="sr-only">{write_down}: {name}</span></a></td>
</tr>
"""  # noqa: E501 -- as they stand on the page
DETAIL = "<small>{}</small>"
WHY = '<small class="why">{}</small>'
CIRCLES = '<div class="row-s">{}</div>'
CIRCLE = '<span class="tag">{}</span>'
TALKED = "<span>{}: </span>{}"
BIRTHDAY = '<span class="tag tag-info">{}<span class="sr-only">{} </span>{}</span>'


@register.simple_tag
def people_rows(people: Iterable[Mapping[str, Any]]) -> SafeString:
    """Each of them as a row of the list; what is the same in every row is made once."""
    same = {
        "here": reverse("contacts:list"),
        "bubble": sprite("message-circle", css="icon-s"),
        "write_down": conditional_escape(gettext("Write down a conversation")),
    }
    cake = sprite("cake")
    born, last = gettext("Birthday:"), gettext("Last conversation")
    rows = (
        format_html(
            ROW,
            **same,
            uid=row["uid"],
            url=row["url"],
            name=conditional_escape(row["name"]),
            avatar=row["avatar"],
            detail=format_html(DETAIL, row["detail"]) if row["detail"] else "",
            why=format_html(WHY, row["why"]) if row["why"] else "",
            circles=format_html(CIRCLES, format_html_join("", CIRCLE, zip(row["circles"], strict=True)))
            if row["circles"]
            else "",
            talked=format_html(TALKED, last, row["talked"]) if row["talked"] else "",
            birthday=format_html(BIRTHDAY, cake, born, row["birthday"]) if row["birthday"] else "",
        )
        for row in people
    )
    return format_html_join("", "{}", zip(rows, strict=True))
