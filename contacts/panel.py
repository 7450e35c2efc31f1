"""The panel of filters above the list. What all people can choose from is made once in each language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from django.template.loader import render_to_string
from django.utils.translation import get_language

from contacts.filters import CIRCLE, FILTERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from contacts.filters import Choice, Filter
    from contacts.sieve import Sieve


def panel(sieve: Sieve) -> list[SafeString]:
    """Every filter that offers anything, with what is chosen."""
    language = get_language()
    return [
        as_asked(it, choices, sieve.picked.get(it.key, ()))
        if it is CIRCLE
        else of_everybody(it.key, sieve.picked.get(it.key, ()), language)
        for it, choices in sieve.offered.filters()
    ]


@lru_cache(maxsize=512)
def of_everybody(key: str, picked: tuple[str, ...], _language: str | None) -> SafeString:
    """Nothing in it is anybody's own: the choices are those of the code."""
    return as_asked(FILTERS[key], FILTERS[key].choices, picked)


def as_asked(it: Filter, choices: Sequence[Choice], picked: Sequence[str]) -> SafeString:
    shown = [
        {"value": choice.value, "label": choice.label, "chosen": choice.value in picked} for choice in choices
    ]
    return render_to_string("contacts/filter.html", {"filter": it, "choices": shown})
