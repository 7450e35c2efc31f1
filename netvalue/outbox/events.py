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
    from collections.abc import Iterator, Mapping, Sequence

# What each provider gives back with its news, since some of them give mails other names.
HEADS: Final = {
    "amazon-ses": "X-SES-MESSAGE-TAGS: reminder={name}",
    "brevo": 'X-Mailin-custom: {{"reminder": "{name}"}}',
    "mailgun": 'X-Mailgun-Variables: {{"reminder": "{name}"}}',
    "mailjet": "X-MJ-CustomID: {name}",
    "postmark": "X-PM-Metadata-reminder: {name}",
    "sparkpost": 'X-MSYS-API: {{"metadata": {{"reminder": "{name}"}}}}',
}
# By what each provider says, in its own words, that an address does not exist: one of these at each place.
NOBODY: Final[Mapping[str, Mapping[str, frozenset[object]]]] = {
    "amazon-ses": {
        "bounceType": frozenset({"Permanent"}),
        "bounceSubType": frozenset({"General", "NoEmail", "Suppressed"}),
    },
    "brevo": {"event": frozenset({"hard_bounce", "invalid_email"})},
    "mailgun": {
        "severity": frozenset({"permanent"}),
        "reason": frozenset({"bounce", "suppress-bounce"}),
    },
    "mailjet": {
        "hard_bounce": frozenset({True}),
        "error": frozenset({"user unknown", "mailbox inactive", "invalid domain", "no mail host", "typofix"}),
    },
    "postmark": {"Type": frozenset({"HardBounce", "BadEmailAddress"})},
    "sparkpost": {"bounce_class": frozenset({"10", "30"})},
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
    # Its reader has ended mails with the provider, which keeps them back from now on.
    ENDED = "ended"
    # Anything else that happens to a mail that was accepted.
    MORE = "more"


@dataclass(frozen=True, slots=True)
class News:
    """About which mails, by the names that occur in it; and what the other server said, if it failed."""

    names: frozenset[str]
    told: Told
    words: str = ""
    # That nobody lives there, says the provider.
    nobody: bool = False


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
    return frozenset(
        name for _, said in _everything(news) if isinstance(said, str) for name in NAME.findall(said)
    )


def says_nobody(provider: str, news: object) -> bool:
    """Whether the provider says that there is no such address; the other server may say it better."""
    said = set(_everything(news))
    return all(any((place, word) in said for word in words) for place, words in NOBODY[provider].items())


def _everything(news: object) -> Iterator[tuple[str, str | bool]]:
    """Each word, and under what it stands."""
    left: list[tuple[str, object]] = [("", news)]
    while left:
        match left.pop():
            case (place, str(said) | bool(said)):
                yield place, said
            case (_, dict() as inside):
                left += inside.items()
            case (place, list() as inside):
                left += [(place, one) for one in inside]
