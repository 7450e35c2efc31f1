"""What somebody is called: the name shown, its initials, and the tint behind them.

Whoever shows a name asks here. The order of a list and what a search finds are columns the database
computes from the same parts (`Contact.sort_key`, `Contact.search`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from zlib import crc32

TINTS = 6
# Left out of initials unless nothing else is there: "Benedikt von der Heydt" is BH.
PARTICLES = frozenset(
    {"von", "van", "vom", "zu", "zum", "zur", "der", "den", "de", "da", "di", "del", "dos", "la", "le"}
)


@dataclass(frozen=True, slots=True)
class Name:
    """The parts of a name as they were written down; any may be empty."""

    given: str = ""
    family: str = ""
    additional: str = ""
    prefix: str = ""
    suffix: str = ""
    nickname: str = ""
    organisation: str = ""
    is_organisation: bool = False

    @property
    def shown(self) -> str:
        """The whole name on one line; who has none is known by nickname or by where they work."""
        if self.is_organisation and self.organisation:
            return self.organisation
        if not (self.given or self.family):
            return self.nickname or self.organisation
        parts = (self.prefix, self.given, self.additional, self.family, self.suffix)
        return " ".join(part for part in parts if part)

    @property
    def short(self) -> str:
        """What one would call out across the street."""
        return (not self.is_organisation and (self.nickname or self.given)) or self.shown

    @property
    def initials(self) -> str:
        """One or two capitals: of the first word and of the last that is not a particle."""
        if not self.is_organisation and (self.given or self.family):
            words = f"{self.given} {self.family}".split()
        else:
            words = self.shown.split()
        words = [word for word in words if word[0].isalnum()] or words
        telling = [word for word in words if word.lower() not in PARTICLES] or words
        return (
            "".join(word[0] for word in dict.fromkeys([telling[0], telling[-1]])).upper() if telling else ""
        )


def tidy(text: str) -> str:
    """Composed letters and single spaces, so that the same name is the same text."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def tint(key: str) -> int:
    """One of six colours, the same for the same key for ever."""
    return crc32(key.encode()) % TINTS
