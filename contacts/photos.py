"""Where somebody's picture is. Its uid changes with each new one, so that a browser may keep what it has."""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.urls import reverse

NONE = UUID(int=0)


def small(uid: UUID | None) -> str:
    """The address of the round one, or nothing."""
    return pattern("contacts:small_photo").replace(str(NONE), str(uid)) if uid else ""


def large(uid: UUID | None) -> str:
    return pattern("contacts:large_photo").replace(str(NONE), str(uid)) if uid else ""


@cache
def pattern(name: str) -> str:
    """Asked for once and not fifty times."""
    return reverse(name, args=[NONE])
