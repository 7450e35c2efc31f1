"""How a mail reads: subject, text and HTML in its owner's language, and its headers.

Nothing of it is stored, so what was sent is written again from its occurrences when somebody reads it. Where
many leave together, what they say is asked for at once: `drafts`.
"""

from __future__ import annotations

import re
import textwrap
from collections import defaultdict
from dataclasses import dataclass, replace
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from netvalue.outbox import acting, kinds, mailid, unsubscribing, wire
from netvalue.outbox.envelopes import mail_domain
from netvalue.outbox.localtime import local_day
from netvalue.outbox.models import Email, OptOut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from netvalue.outbox.kinds import Act, Line
    from netvalue.outbox.models import Occurrence

    Mails = Iterable[tuple[Email, Sequence[Occurrence]]]

# So many stand in a mail with all that helps to write or call, and so many more with a line of their own; of
# the rest only the names. Mail programs cut off what is longer than 100 kB.
WHOLE: Final = 10
BRIEF: Final = 50
NAMED: Final = 300
# What is left of a name, or of a subject, of which somebody made a novel.
LONGEST_NAME: Final = 80
LONGEST_SUBJECT: Final = 150
# Where the text is broken into lines; an address to tap never is.
WIDTH: Final = 76


@dataclass(frozen=True, slots=True)
class Section:
    """What is of one kind: today's first, then what is late, then what is ahead."""

    title: str
    whole: Sequence[Line]
    brief: Sequence[Line]


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in an envelope, as its owner reads it on a day."""

    day: date
    # By the word for their kind, in the order in which they are told.
    by_kind: Mapping[str, Sequence[Line]]
    # How many of its occurrences are about something that is no longer there.
    gone: int = 0

    @property
    def lines(self) -> list[Line]:
        return [line for lines in self.by_kind.values() for line in lines]

    @property
    def subject(self) -> str:
        lines = self.lines
        if not lines:
            return gettext("Reminders")
        first, more = lines[0].subject, len(lines) - 1
        if not more:
            return first
        words = ngettext(
            "%(first)s, and %(more)d more reminder", "%(first)s, and %(more)d more reminders", more
        )
        return words % {"first": first, "more": more}

    @property
    def heading(self) -> str:
        return long_day(self.day)

    @property
    def preview(self) -> Sequence[str]:
        """What is shown beside the subject, also on a locked screen: no more than subjects may say."""
        return [line.subject for line in self.lines[1:4]]

    @property
    def late(self) -> bool:
        return any(line.late for line in self.lines)

    @property
    def sections(self) -> list[Section]:
        found, place = [], 0
        for title, lines in self.by_kind.items():
            whole = lines[: max(WHOLE - place, 0)]
            brief = lines[len(whole) : max(WHOLE + BRIEF - place, 0)]
            place += len(lines)
            if whole or brief:
                found.append(Section(title, whole, brief))
        return found

    @property
    def others(self) -> list[str]:
        """Who else is meant, where it would be too long to say why."""
        names = [line.who for line in self.lines[WHOLE + BRIEF :]]
        more = len(names) - NAMED
        return names if more <= 0 else [*names[:NAMED], gettext("%(n)d more") % {"n": more}]


@dataclass(frozen=True, slots=True)
class Letter:
    """What is in a mail."""

    subject: str
    text: str
    html: str
    language: str = ""
    # A link that ends mails like this one; account mail has none.
    unsubscribe: str = ""
    # What mails about the same have in common, so that mail programs show them as one conversation.
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail with all that is asked of the database to write it."""

    email: Email
    language: str
    contents: Contents | None = None
    unsubscribe: str = ""
    # Whether it is unknown of another mail if it arrived.
    held: bool = False

    def written(self) -> Letter:
        """The mail in its owner's language."""
        with translation.override(self.language or None):
            return self._reminders(self.contents) if self.contents else self._account_mail()

    def _account_mail(self) -> Letter:
        email = self.email
        html = email.html or render_to_string(
            "mail/account.html", {"email": email, "site": settings.NETVALUE_URL}
        )
        return Letter(email.subject, email.text, html, self.language)

    def _reminders(self, contents: Contents) -> Letter:
        context = {
            "contents": contents,
            "site": settings.NETVALUE_URL,
            "held": self.held,
            "unsubscribe": self.unsubscribe,
            "ends_all": _ended_by(self.email) == OptOut.EVERYTHING,
        }
        lines = contents.lines
        return Letter(
            subject=contents.subject,
            text=in_lines(render_to_string("mail/reminders.txt", context)),
            html=render_to_string("mail/reminders.html", context),
            language=self.language,
            unsubscribe=self.unsubscribe,
            thread=lines[0].thread if len(lines) == 1 else "",
        )


def long_day(day: date) -> str:
    # Translators: how a day is written, in Django's date format: “Sunday, 22 November”.
    return date_format(day, gettext("l, j F"))


def contents(
    mails: Iterable[tuple[Email, date, Sequence[Occurrence]]], keys: Mapping[int, str] | None = None
) -> dict[int, Contents]:
    """What stands in each of these mails, by its id. One question per kind, however many mails.

    With the link keys of their owners, by owner, the lines have their buttons.
    """
    mails = list(mails)
    lines = lines_of([(occurrence, day) for _, day, inside in mails for occurrence in inside])
    if keys is not None:
        told = [occurrence for _, _, inside in mails for occurrence in inside if occurrence.pk in lines]
        lines = {**lines, **_with_buttons(lines, acting.links(told, keys))}
    return {email.pk: _contents(day, inside, lines) for email, day, inside in mails}


def _with_buttons(lines: Mapping[int, Line], buttons: Mapping[int, Sequence[Act]]) -> dict[int, Line]:
    # What says how many more there are is about nobody.
    return {pk: replace(lines[pk], acts=ours) for pk, ours in buttons.items() if not lines[pk].sums_up}


def _contents(day: date, inside: Sequence[Occurrence], lines: Mapping[int, Line]) -> Contents:
    ranks = {name: rank for rank, name in enumerate(kinds.names())}
    there = [occurrence for occurrence in inside if occurrence.pk in lines]
    by_kind: dict[str, list[Line]] = defaultdict(list)
    for occurrence in sorted(there, key=lambda it: (*_nearness(it, day), ranks[it.kind], it.pk)):
        by_kind[str(kinds.get(occurrence.kind).label)].append(lines[occurrence.pk])
    told = {label: once_each(theirs) for label, theirs in by_kind.items()}
    return Contents(day, told, gone=len(inside) - len(there))


def _nearness(occurrence: Occurrence, day: date) -> tuple[int, int]:
    """Today's come first, then those that are late, then those ahead; each the nearest first."""
    away = (occurrence.occurrence_on - day).days
    return (1 if away < 0 else 2 if away else 0), abs(away)


def once_each(lines: Iterable[Line]) -> list[Line]:
    """Several occurrences may share a line: it stands there once, what sums up below the others."""
    told = {line.shared or str(n): line for n, line in enumerate(lines)}
    return sorted(told.values(), key=lambda line: line.sums_up)


def lines_of(asked: Iterable[tuple[Occurrence, date]]) -> Mapping[int, Line]:
    by_kind: dict[str, list[tuple[Occurrence, date]]] = defaultdict(list)
    for occurrence, day in asked:
        by_kind[occurrence.kind].append((occurrence, day))
    found: dict[int, Line] = {}
    for name, ours in by_kind.items():
        if kind := kinds.find(name):
            lines = kind.lines(ours)
            found |= {it.pk: _in_time(_seemly(lines[it.pk]), it, day) for it, day in ours if it.pk in lines}
    return found


def _in_time(line: Line, occurrence: Occurrence, day: date) -> Line:
    """What was due on the day it is told does not come late, however long ago its own day was."""
    due_at = occurrence.due_at
    if line.late and due_at and local_day(due_at, occurrence.owner.zone) >= day:
        return replace(line, late=False)
    return line


def _seemly(line: Line) -> Line:
    """Nobody's name breaks a line, turns the reading direction around or fills a page."""
    return replace(
        line,
        who=Truncator(wire.one_line(line.who)).chars(LONGEST_NAME),
        subject=Truncator(wire.one_line(line.subject)).chars(LONGEST_SUBJECT),
        facts=[wire.one_line(fact) for fact in line.facts],
        listed=[wire.one_line(it) for it in line.listed],
        reach=[replace(way, label=wire.one_line(way.label)) for way in line.reach],
    )


def read_on(email: Email, now: datetime) -> date:
    """The local day whose words apply: that of the sending, or today while it waits."""
    return local_day(email.sent_at or email.data_at or now, email.reader.zone)


def write(email: Email, inside: Sequence[Occurrence], now: datetime) -> Letter:
    return drafts([(email, inside)], now)[email.pk].written()


def drafts(mails: Mails, now: datetime) -> dict[int, Draft]:
    """What is to be written into each of these, by its id. The same questions for however many."""
    found, by_language = {}, defaultdict(list)
    for email, inside in mails:
        if email.kind == Email.ACCOUNT:
            found[email.pk] = Draft(email, email.owner.language if email.owner else "")
        else:
            by_language[email.reader.language].append((email, read_on(email, now), inside))
    readers = {email.reader for ours in by_language.values() for email, _day, _inside in ours}
    in_doubt = Email.objects.held().filter(owner__in=readers).values_list("owner", "pk", "data_at")
    held = list(in_doubt) if readers else []
    stops = unsubscribing.Paths(readers)
    for language, ours in by_language.items():
        with translation.override(language):
            inside_of = contents(ours, stops.keys)
        for email, _day, _inside in ours:
            found[email.pk] = Draft(
                email,
                language,
                inside_of[email.pk],
                settings.NETVALUE_URL + stops.path(email.reader, _ended_by(email)),
                any(owner == email.owner_id and _is_before(email, pk, at) for owner, pk, at in held),
            )
    return found


def _is_before(email: Email, other: int, at: datetime | None) -> bool:
    """Whether another mail was sent before this one; whatever was, if this one waits."""
    left_at = email.data_at or email.sent_at
    return other != email.pk and (left_at is None or (at is not None and at < left_at))


def _ended_by(email: Email) -> str:
    """What was asked for at once cannot be refused by itself: its link ends everything else."""
    alone = kinds.find(email.kind)
    return email.kind if alone and not alone.at_once else OptOut.EVERYTHING


def in_lines(text: str) -> str:
    """No line too long, but for addresses to tap; what goes on in the next is under its beginning."""
    lines = [
        shorter
        for line in re.sub(r"\n{3,}", "\n\n", text).split("\n")
        for shorter in (_broken(line) if len(line) > WIDTH and "://" not in line else [line])
    ]
    return "\n".join(lines)


def _broken(line: str) -> list[str]:
    indent = re.match(r"[ -]*", line)
    under = " " * (indent.end() if indent else 0)
    return textwrap.wrap(line, WIDTH, subsequent_indent=under, break_long_words=False, break_on_hyphens=False)


def _thread(email: Email, thread: str) -> str:
    return mailid.thread_id(
        settings.MAIL_ID_KEY, recipient=email.recipient, thread=thread, domain=mail_domain()
    )


def message(email: Email, letter: Letter) -> bytes:
    """The mail as it goes over the wire. Every value is one line: names cannot add headers."""
    name = email.message_id.strip("<>").partition("@")[0]
    stop = letter.unsubscribe
    headers = {
        "Message-ID": email.message_id,
        "Date": format_datetime(email.first_try_at or timezone.now()),
        "From": wire.mailbox(settings.MAIL_FROM),
        "To": wire.one_line(email.recipient),
        "Reply-To": settings.MAIL_REPLY_TO and wire.mailbox(settings.MAIL_REPLY_TO),
        "Subject": wire.words("Subject", letter.subject),
        "References": letter.thread and _thread(email, letter.thread),
        "Content-Language": letter.language,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Reminder-Id": name,
        "List-Id": stop and f"<{email.kind}.{mail_domain()}>",
        "List-Unsubscribe": stop and f"<{stop}>",
        "List-Unsubscribe-Post": stop and "List-Unsubscribe=One-Click",
    }
    return wire.written(headers, letter.text, letter.html)
