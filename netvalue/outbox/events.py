"""What the provider behind the relay tells by itself: that it took a mail, and what became of it.

A mail that it tells of was accepted, and whoever takes the news settles it. That it does not tell of one
counts only where it does tell of what it takes, and long after: what could not be told at once is told again
hours later.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from netvalue.outbox.doubts import Doubt, Finding, Word

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# What each provider gives back with its news, since some of them give mails other names.
HEADS: Final = {
    "amazon-ses": "X-SES-MESSAGE-TAGS: reminder={name}",
    "brevo": 'X-Mailin-custom: {{"reminder": "{name}"}}',
    "mailgun": 'X-Mailgun-Variables: {{"reminder": "{name}"}}',
    "mailjet": "X-MJ-CustomID: {name}",
    "postmark": "X-PM-Metadata-reminder: {name}",
    "sparkpost": 'X-MSYS-API: {{"metadata": {{"reminder": "{name}"}}}}',
}
# The part of a Message-ID that nobody can guess.
NAME: Final = re.compile(r"(?<![a-z2-7])[a-z2-7]{32}(?![a-z2-7])")


class Told(StrEnum):
    """What the news is."""

    # It has the mail. Where it tells that of one mail it tells it of all.
    TAKEN = "taken"
    # It cannot be delivered.
    BACK = "back"
    # Its reader says that it is not wanted.
    UNWANTED = "unwanted"
    # Anything else that happens to a mail that was accepted.
    MORE = "more"


@dataclass(frozen=True, slots=True)
class News:
    """About which mails, by the names that occur in it; and what the other server said, if it failed."""

    names: frozenset[str]
    told: Told
    words: str = ""


@dataclass(frozen=True, slots=True)
class Events:
    """A provider that tells us, and how it proves that it is the one."""

    provider: str
    user: str
    password: str
    # With which it signs, where it does.
    key: str = ""
    name: str = "events"
    copy_to: str = ""

    def ask(self, doubts: Sequence[Doubt]) -> Mapping[str, Finding]:
        """Of what it told we know already."""
        return {doubt.message_id: _finding(doubt) for doubt in doubts}

    def marked(self, message_id: str, message: bytes) -> bytes:
        """The mail with what the provider gives back."""
        head = HEADS[self.provider].format(name=message_id.strip("<>").partition("@")[0])
        return f"{head}\r\n".encode() + message


def _finding(doubt: Doubt) -> Finding:
    if doubt.later:
        return Finding(Word.ABSENT, "the provider has told of a later one for hours, and not of this one")
    return Finding(Word.UNSAID, "the provider tells nothing of it, nor of a later one for long enough")


def names_in(news: object) -> frozenset[str]:
    """Whatever could be the name of a mail of ours, wherever it stands."""
    found: set[str] = set()
    left = [news]
    while left:
        match left.pop():
            case str(text):
                found.update(NAME.findall(text))
            case dict() as inside:
                left += inside.values()
            case list() as inside:
                left += inside
    return frozenset(found)
