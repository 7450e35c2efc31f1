"""A photo once it is ours, in two sizes, or why a file became none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# The longer side of the one, and both sides of the other.
LARGE, SMALL = 512, 96


class Why(StrEnum):
    """Why a file became no picture."""

    EMPTY = "empty"
    HEIC = "heic"
    NO_PICTURE = "no picture"
    TOO_MANY_PIXELS = "too many pixels"
    DAMAGED = "damaged"
    TOO_MUCH = "too much"


class Refused(Exception):  # noqa: N818 -- it is an answer
    """No picture was made of it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture in both sizes."""

    large: bytes
    small: bytes
    width: int
    height: int
