"""What somebody is called: the parts of a name put together on one line.

Whoever shows a name asks here. The order of a list and what a search finds are columns the database
computes from the same parts (`Contact.sort_key`, `Contact.search`).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass


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
        """The whole name; who has none is known by a nickname, or by where they work."""
        if self.is_organisation and self.organisation:
            return self.organisation
        if not (self.given or self.family):
            return self.nickname or self.organisation
        parts = (self.prefix, self.given, self.additional, self.family, self.suffix)
        return " ".join(part for part in parts if part)

    @property
    def bare(self) -> str:
        """Without title and middle names, for initials: Dr. Ada Lovelace is AL."""
        if self.is_organisation:
            return self.shown
        return f"{self.given} {self.family}".strip() or self.shown

    @property
    def called(self) -> str:
        """What one would call out across the street."""
        if self.is_organisation:
            return self.shown
        return self.nickname or self.given or self.shown


def tidy(text: str) -> str:
    """Composed letters and single spaces, so that the same name is the same text."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def detail(name: Name, role: str, organisation: str) -> str:
    """What stands under a name: the role and the house, unless that is the name itself."""
    return ", ".join(part for part in (role, organisation) if part not in ("", name.shown))
