"""How a check looks and reads on a page: its rings, its trend, the sign of an answer, and its sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from assessments import paper, strips, timeline, verdict_words, wheel, words
from assessments.scoring import State
from assessments.verdict import verdict
from contacts.words import seen_from

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from assessments.models import Assessment, Line
    from assessments.questions import Question
    from assessments.scoring import Counts
    from assessments.timeline import Trend
    from assessments.trend import Moved

register = template.Library()


@register.inclusion_tag("assessments/wheel.html")
def check_wheel(lines: Sequence[Line]) -> dict[str, Any]:
    """The ring with names, each petal a link to its line in the list below."""
    petals = wheel.ring([line.state for line in lines])
    named = [
        {"petal": petal, "label": wheel.label(_(line.question.aspect)), "state": words.NAMES[line.state]}
        for petal, line in zip(petals, lines, strict=True)
    ]
    return {"petals": named, "words": words.ring_in_words(lines)}


@register.inclusion_tag("assessments/wheel_small.html")
def small_wheel(lines: Sequence[Line], now: Question | None = None) -> dict[str, Any]:
    """The ring without names; `now` is the question that is being asked."""
    petals = wheel.ring([line.state for line in lines])
    return {"petals": petals, "words": words.ring_in_words(lines), "now": now and now.number}


@register.inclusion_tag("assessments/wheel_numbered.html")
def numbered_wheel(
    lines: Sequence[Line], numbers: Mapping[str, int], moved: Collection[str]
) -> dict[str, Any]:
    """The ring with numbers; those of questions in `moved` stand out."""
    petals = wheel.ring([line.state for line in lines])
    drawn = [
        {"petal": petal, "number": numbers.get(key, ""), "moved": key in moved}
        for petal, key in zip(petals, (line.question.key for line in lines), strict=True)
    ]
    return {"petals": drawn, "words": words.ring_in_words(lines)}


@register.inclusion_tag("assessments/strips.html")
def check_strips(trend: Trend) -> dict[str, Any]:
    """The trend drawn twice, for a phone and for a desk: CSS shows the one that there is room for."""
    slots = {"phone": strips.PHONE, "desk": strips.DESK}
    drawings = {room: timeline.drawing(trend, slot) for room, slot in slots.items()}
    return {"drawings": drawings, "words": trend.words}


@register.inclusion_tag("assessments/state.html")
def answer_state(state: State) -> dict[str, Any]:
    """An answer as a sign with its word."""
    return {"state": state, "name": words.NAMES[state]}


@register.inclusion_tag("assessments/legend.html")
def wheel_legend(counts: Counts) -> dict[str, Any]:
    """What the petals mean, with how many there are of each."""
    return {"states": words.counted(counts).items()}


@register.simple_tag
def counts_in_words(counts: Counts) -> str:
    return words.counts_in_words(counts)


@register.simple_tag
def remarks_in_words(counts: Counts) -> str:
    return words.remarks_in_words(counts)


@register.simple_tag
def bounds_in_words(counts: Counts) -> str:
    return words.bounds_in_words(counts)


@register.simple_tag
def verdict_in_words(check: Assessment) -> str:
    return verdict_words.in_words(verdict(check.states()), check.perspective)


@register.simple_tag
def moves_in_words(moved: Moved) -> str:
    return words.moves_in_words(moved)


@register.simple_tag
def chance_in_words(moved: Moved) -> str:
    return words.chance_in_words(moved)


@register.filter
def on_which_day(moment: datetime) -> str:
    """The day as its reader sees it from today: yesterday, 3 days ago, 3 May."""
    return seen_from(timezone.localdate(), timezone.localdate(moment))


@register.simple_tag
def on_paper(note: str) -> str:
    """What is printed of a note; nothing if that is the note as it stands."""
    text = paper.excerpt(note).text
    return "" if text == note else text


@register.filter
def any_cut_on_paper(lines: Sequence[Line]) -> bool:
    return any(paper.excerpt(line.note).is_cut for line in lines)
