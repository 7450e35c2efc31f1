"""Buttons in mails: links to one small page about one reminder, and doing there what it offers, once.

A link is good for sixty days and for nothing but its reminder: its signature covers the owner, the kind,
the thing, the event's day and the days ahead, and the owner's `LinkKey`, so a new key ends it. Nothing of
that can be read in it; it names the row of the occurrence, signed. Attempts are not counted: the signature is
an HMAC of 256 bits, and nobody guesses one, however often they may try.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from netvalue.outbox import acts, choices, composing, kinds, unsubscribing
from netvalue.outbox.acted import Acted
from netvalue.outbox.deeds import Deed, is_ended, left
from netvalue.outbox.kinds import Act
from netvalue.outbox.localtime import local_day
from netvalue.outbox.models import Occurrence
from netvalue.outbox.planning import AGAIN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from netvalue.accounts.models import User
    from netvalue.outbox.acts import Acts, Answered
    from netvalue.outbox.kinds import Line

SALT = "netvalue.outbox.acting"
VALID = timedelta(days=60)
LABELS = {
    Deed.DONE: _("Done"),
    Deed.TALKED: _("I talked to them"),
    Deed.LATER: _("Snooze"),
    Deed.STOP: _("Not for this person"),
}


class Wrong(Enum):
    """Why a link opens nothing."""

    UNKNOWN = "unknown"
    EXPIRED = "expired"
    REVOKED = "revoked"
    GONE = "gone"
    SWITCHED_OFF = "switched off"


class Shut(Exception):  # noqa: N818 -- no fault of ours, an answer
    """A link that opens nothing, and who it was written to, if it is ours."""

    def __init__(self, why: Wrong, owner: User | None = None) -> None:
        super().__init__(why.value)
        self.why, self.owner = why, owner


# --- Links ---------------------------------------------------------------------------------------------


def links(occurrences: Sequence[Occurrence], keys: Mapping[int, str]) -> Mapping[int, Sequence[Act]]:
    """The buttons of each, by the occurrence's id, in the language that is switched on.

    `keys` are the link keys of their owners; who has none revoked nothing yet.
    """
    originals = _originals(occurrences)
    found: dict[int, Sequence[Act]] = {}
    for kind, ours in kinds.by_kind(originals.values()).items():
        if known := acts.find(kind):
            offered = known.offered(ours)
            found |= {it.pk: _buttons(it, offered.get(it.pk, ()), keys) for it in ours}
    return {pk: found[it.pk] for pk, it in originals.items() if it.pk in found}


def path(occurrence: Occurrence, keys: Mapping[int, str] | None = None) -> str:
    """The page of one reminder."""
    known = _keys(occurrence) if keys is None else keys
    seal = _seal(occurrence, known.get(occurrence.owner_id, ""))
    return reverse("outbox:act", args=[unsubscribing.signed([occurrence.pk, seal], SALT)])


def _buttons(occurrence: Occurrence, deeds: Sequence[Deed], keys: Mapping[int, str]) -> list[Act]:
    address = settings.NETVALUE_URL + path(occurrence, keys)
    return [Act(str(LABELS[deed]), address, f"?do={deed}") for deed in deeds]


def _originals(occurrences: Sequence[Occurrence]) -> dict[int, Occurrence]:
    """What is told once more has the buttons of what was told at first."""
    found = {it.pk: it for it in occurrences if it.kind != AGAIN}
    again = {it.object_id: it.pk for it in occurrences if it.kind == AGAIN}
    if not again:
        return found
    snoozed = list(Acted.objects.filter(pk__in=again))
    told = Occurrence.objects.filter(
        owner__in={acted.owner_id for acted in snoozed},
        object_id__in={acted.object_id for acted in snoozed},
        occurrence_on__in={acted.occurrence_on for acted in snoozed},
    )
    first = {_identity(it): it for it in told.select_related("owner")}
    return found | {again[it.pk]: first[_identity(it)] for it in snoozed if _identity(it) in first}


def _identity(it: Occurrence | Acted) -> tuple[int, str, int, date, int]:
    return it.owner_id, it.kind, it.object_id, it.occurrence_on, it.lead


def _keys(occurrence: Occurrence) -> Mapping[int, str]:
    return unsubscribing.Paths([occurrence.owner]).keys


def _seal(occurrence: Occurrence, key: str) -> str:
    said = "|".join(map(str, (key, *_identity(occurrence))))
    mac = salted_hmac(SALT, said, secret=settings.MAIL_ID_KEY, algorithm="sha256")
    return urlsafe_b64encode(mac.digest()[:18]).decode()


@dataclass(frozen=True, slots=True)
class Opened:
    """A link that opens its page, and until when."""

    occurrence: Occurrence
    until: datetime

    @property
    def owner(self) -> User:
        return self.occurrence.owner

    @property
    def today(self) -> date:
        return local_day(timezone.now(), self.owner.zone)


def read(token: str) -> Opened:
    """The reminder it is about; raises `Shut` if it opens nothing, or nothing any more."""
    try:
        pk, seal = unsubscribing.unsigned(token, SALT)
    except signing.BadSignature:
        raise Shut(Wrong.UNKNOWN) from None
    occurrence = Occurrence.objects.select_related("owner").filter(pk=pk).first()
    if occurrence is None:
        raise Shut(Wrong.GONE)
    owner = occurrence.owner
    written = datetime.fromtimestamp(signing.b62_decode(token.rsplit(":", 2)[1]), UTC)
    if not constant_time_compare(seal, _seal(occurrence, _keys(occurrence).get(owner.pk, ""))):
        raise Shut(Wrong.REVOKED, owner)
    if not owner.is_active:
        raise Shut(Wrong.SWITCHED_OFF, owner)
    if written + VALID <= timezone.now():
        raise Shut(Wrong.EXPIRED, owner)
    return Opened(occurrence, written + VALID)


# --- Doing ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """What can be said and done about a reminder now."""

    line: Line
    acts: Acts
    left: Sequence[Deed]
    standing: Sequence[Acted]

    def shows(self, deed: Deed) -> bool:
        """Whether it says that this was done."""
        return any(acted.deed == deed for acted in self.standing)


def page(occurrence: Occurrence, today: date) -> Page:
    """Raises `Shut` if what it is about is gone, or not to be named any more."""
    acts_ = acts.find(occurrence.kind)
    kind = kinds.find(occurrence.kind)
    line = kind.lines([(occurrence, today)]).get(occurrence.pk) if kind else None
    offered = acts_.offered([occurrence]).get(occurrence.pk) if acts_ else None
    if acts_ is None or line is None or offered is None:
        raise Shut(Wrong.GONE, occurrence.owner)
    if not _is_told(occurrence):
        offered = [deed for deed in offered if deed not in acts_.of_mails]
    standing = _standing(occurrence, acts_, today)
    return Page(line, acts_, left(offered, [Deed(it.deed) for it in standing]), standing)


def _is_told(occurrence: Occurrence) -> bool:
    """Whether a mail about it would still be sent: nobody is promised one that cannot come."""
    chosen = choices.of_many([occurrence.owner])
    return occurrence.pk in composing.told([occurrence], chosen)


def _standing(occurrence: Occurrence, acts_: Acts, today: date) -> list[Acted]:
    deeds = Acted.objects.on(occurrence).standing().order_by("at", "id")
    found = [acted for acted in deeds if acts_.holds(occurrence, acted, today)]
    ended = is_ended([Deed(it.deed) for it in found])
    return [acted for acted in found if not (ended and acted.deed == Deed.LATER)]


@transaction.atomic
def act(opened: Opened, deed: Deed, answered: Answered) -> bool:
    """Do it, unless this form did already, or somebody did meanwhile; whether it is done now."""
    occurrence, today, now = opened.occurrence, opened.today, timezone.now()
    _alone_with(occurrence)
    about = Acted.objects.on(occurrence)
    seen = page(occurrence, today)
    if deed not in seen.left or about.filter(press=answered.press).exists():
        return seen.shows(deed)
    # What was changed since in the app, or has been told again, gives way.
    about.standing().filter(deed=deed).update(ended_at=now)
    acted = Acted.objects.create(
        owner=opened.owner,
        kind=occurrence.kind,
        object_id=occurrence.object_id,
        occurrence_on=occurrence.occurrence_on,
        lead=occurrence.lead,
        deed=deed,
        press=answered.press,
        choice=answered.choice,
        day=answered.day,
        at=now,
    )
    if not seen.acts.do(occurrence, acted, answered, today):
        acted.delete()
        return False
    acted.save()
    return True


@transaction.atomic
def undo(opened: Opened, pk: int) -> bool:
    """Take back what still stands as it was left; whether it is taken back now."""
    occurrence, today = opened.occurrence, opened.today
    _alone_with(occurrence)
    seen = page(occurrence, today)
    for acted in seen.standing:
        if acted.pk == pk:
            seen.acts.undo(occurrence, acted, today)
            acted.ended_at = timezone.now()
            acted.save(update_fields=["ended_at"])
            return True
    ended = Acted.objects.on(occurrence).exclude(ended_at=None).filter(pk=pk).first()
    return ended is not None and not seen.shows(Deed(ended.deed))


def _alone_with(occurrence: Occurrence) -> None:
    """Until this transaction ends, nobody else acts on the same reminder.

    No row is held for it, so nobody who holds rows waits in a ring with us.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{SALT}:{occurrence.pk}"])
