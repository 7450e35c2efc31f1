"""What is asked about a mail that may have been accepted, and what can be answered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


NEVER = datetime.min.replace(tzinfo=UTC)


class Word(StrEnum):
    """What a witness says."""

    ACCEPTED = "accepted"
    # The witness would have seen it.
    ABSENT = "absent"
    UNSAID = "unsaid"


@dataclass(frozen=True, slots=True)
class Doubt:
    """One mail, and when its body may have left for the first time."""

    message_id: str
    data_at: datetime
    # A mail that was accepted after it for sure: a witness who has not seen that one either sees nothing.
    later: str = ""
    # What came to a witness by itself, such as a copy, may be on its way long after it was accepted: that the
    # later one is there counts if it was there by this moment.
    there_by: datetime = NEVER
    # When it may have left for the last time, if it went again.
    last_data_at: datetime = NEVER


@dataclass(frozen=True, slots=True)
class Finding:
    """A word and what it rests on."""

    word: Word
    because: str


class Witness(Protocol):
    """Somebody who sees what the relay accepted."""

    @property
    def name(self) -> str: ...

    @property
    def copy_to(self) -> str:
        """An address that gets a copy of every mail, or nothing."""

    def ask(self, doubts: Sequence[Doubt]) -> Mapping[str, Finding]:
        """A finding for each, by Message-ID. Raises OSError if nobody can be asked now."""
