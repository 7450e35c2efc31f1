"""How a mail reads: subject, text and HTML in its owner's language, and its headers.

Nothing of it is stored, so what was sent is written again from its occurrences when somebody reads it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from email import policy
from email.headerregistry import BaseHeader, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext

from netvalue.outbox import kinds, unsubscribing
from netvalue.outbox.envelopes import mail_domain
from netvalue.outbox.localtime import local_day
from netvalue.outbox.models import Email, OptOut

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime

    from netvalue.outbox.kinds import Line
    from netvalue.outbox.models import Occurrence


class Address(UnstructuredHeader, BaseHeader):
    """A header that is one long address. Folding would encode it, and no mail program decodes it again."""

    def fold(self, *, policy: policy.Policy[Any]) -> str:
        return f"{self.name}: {self}{policy.linesep}"


HEADERS = HeaderRegistry()
HEADERS.map_to_type("list-unsubscribe", Address)
INLINER = css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in an envelope, as its owner reads it on a day."""

    day: date
    lines: Sequence[Line]
    # How many of its occurrences are about something that is no longer there.
    gone: int = 0

    @property
    def subject(self) -> str:
        if not self.lines:
            return gettext("Reminders")
        if len(self.lines) == 1:
            return self.lines[0].subject
        more = len(self.lines) - 1
        return ngettext(
            "Reminders: %(who)s and %(more)d more", "Reminders: %(who)s and %(more)d more", more
        ) % {"who": self.lines[0].who, "more": more}

    @property
    def heading(self) -> str:
        return self.lines[0].subject if len(self.lines) == 1 else long_day(self.day)

    @property
    def late(self) -> bool:
        return any(line.late for line in self.lines)


@dataclass(frozen=True, slots=True)
class Letter:
    """What is in a mail."""

    subject: str
    text: str
    html: str
    # A link that ends mails like this one; account mail has none.
    unsubscribe: str = ""


def long_day(day: date) -> str:
    # Translators: how a day is written, in Django's date format: “Sunday, 22 November”.
    return date_format(day, gettext("l, j F"))


def contents(mails: Iterable[tuple[Email, date, Sequence[Occurrence]]]) -> dict[int, Contents]:
    """What stands in each of these mails, by its id. One question per kind, however many mails."""
    mails = list(mails)
    lines = lines_of([(occurrence, day) for _, day, inside in mails for occurrence in inside])
    return {
        email.pk: Contents(
            day=day,
            lines=[lines[o.pk] for o in sorted(inside, key=_order) if o.pk in lines],
            gone=sum(o.pk not in lines for o in inside),
        )
        for email, day, inside in mails
    }


def lines_of(asked: Iterable[tuple[Occurrence, date]]) -> Mapping[int, Line]:
    by_kind: dict[str, list[tuple[Occurrence, date]]] = defaultdict(list)
    for occurrence, day in asked:
        by_kind[occurrence.kind].append((occurrence, day))
    found: dict[int, Line] = {}
    for name, ours in by_kind.items():
        if kind := kinds.find(name):
            found |= kind.lines(ours)
    return found


def _order(occurrence: Occurrence) -> tuple[date, int, int]:
    return occurrence.occurrence_on, occurrence.lead, occurrence.pk


def read_on(email: Email, now: datetime) -> date:
    """The local day whose words apply: that of the sending, or today while it waits."""
    return local_day(email.sent_at or email.data_at or now, email.reader.zone)


def write(email: Email, inside: Sequence[Occurrence], now: datetime) -> Letter:
    """The mail in its owner's language."""
    with translation.override(email.owner.language if email.owner else None):
        return _account_mail(email) if email.kind == Email.ACCOUNT else _reminders(email, inside, now)


def _account_mail(email: Email) -> Letter:
    html = email.html or render_to_string(
        "mail/account.html", {"email": email, "site": settings.NETVALUE_URL}
    )
    return Letter(email.subject, email.text, INLINER.inline(html))


def _reminders(email: Email, inside: Sequence[Occurrence], now: datetime) -> Letter:
    found = contents([(email, read_on(email, now), inside)])[email.pk]
    # What was asked for at once cannot be refused by itself: its link ends everything else.
    alone = kinds.find(email.kind)
    stop = email.kind if alone and not alone.at_once else OptOut.EVERYTHING
    context = {
        "contents": found,
        "site": settings.NETVALUE_URL,
        "held": Email.objects.of(email.reader).held().exclude(pk=email.pk).exists(),
        "unsubscribe": settings.NETVALUE_URL + unsubscribing.path(email.reader, stop),
    }
    return Letter(
        subject=found.subject,
        text=render_to_string("mail/reminders.txt", context),
        html=INLINER.inline(render_to_string("mail/reminders.html", context)),
        unsubscribe=str(context["unsubscribe"]),
    )


def message(email: Email, letter: Letter) -> bytes:
    """The mail as it goes over the wire. Every value is one line: names cannot add headers."""
    mail = EmailMessage(policy=policy.SMTP.clone(header_factory=HEADERS, utf8=not email.recipient.isascii()))
    headers = {
        "Message-ID": email.message_id,
        "Date": format_datetime(email.first_try_at or timezone.now()),
        "From": settings.MAIL_FROM,
        "To": email.recipient,
        "Subject": letter.subject,
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Reminder-Id": email.message_id.strip("<>").partition("@")[0],
        "List-Id": f"<{email.kind}.{mail_domain()}>" if letter.unsubscribe else "",
        "List-Unsubscribe": f"<{letter.unsubscribe}>" if letter.unsubscribe else "",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" if letter.unsubscribe else "",
    }
    for name, value in headers.items():
        if value:
            mail[name] = " ".join(value.split())
    mail.set_content(letter.text, cte="quoted-printable")
    mail.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    return mail.as_bytes()
