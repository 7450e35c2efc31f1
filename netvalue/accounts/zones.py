"""Which time zones can be chosen, the places of the tz database by continent and UTC, and how one is read."""

from __future__ import annotations

import logging
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

logger = logging.getLogger(__name__)

CONTINENTS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Continent by continent: the zone's name and its place in words."""
    places: dict[str, list[tuple[str, str]]] = {"UTC": [("UTC", "UTC")]}
    for name in sorted(available_timezones()):
        continent, _, place = name.partition("/")
        if continent in CONTINENTS:
            words = place.replace("_", " ").replace("/", ", ")
            places.setdefault(continent, []).append((name, words))
    return list(places.items())


def names() -> set[str]:
    return {name for _, group in choices() for name, _ in group}


@cache
def named(name: str) -> ZoneInfo:
    """One that these rules do not know, as of an account from elsewhere, counts as UTC."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        logger.warning("nobody here knows the time zone “%s”: it counts as UTC", name)
        return ZoneInfo("UTC")
