"""Whether what must always hold about reminders holds now: each sentence here is a query that finds nothing.

The database's constraints keep the rest: nothing planned twice, nothing in two mails, no schedule that goes
back.
"""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef
from psycopg.errors import QueryCanceled

from netvalue.outbox import choices, kinds
from netvalue.outbox.clock import postgres_now
from netvalue.outbox.localtime import DAY, instant
from netvalue.outbox.models import Email, Occurrence, Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from django.db.models import QuerySet

GRACE = timedelta(minutes=5)
NEAR = 8 * DAY
CHUNK = 2000
# For each question, where somebody waits for the answer.
PATIENCE = "2s"


def faults(now: datetime | None = None) -> Iterator[str]:
    """One sentence for each thing that is wrong."""
    now = now or postgres_now()
    yield from _counted(
        (
            "due for more than five minutes and not planned",
            Schedule.objects.known().filter(next_at__lt=now - GRACE),
        ),
        (
            "due for more than five minutes, in no mail and with no time to look again",
            Occurrence.objects.open().filter(look_at__lt=now - GRACE),
        ),
        (
            "in a mail that was given up, so that nobody will ever be told",
            Occurrence.objects.filter(email__state__in=["pending", "failed", "cancelled", "expired"]),
        ),
        (
            "sent before they were due",
            Occurrence.objects.filter(email__state="sent", due_at__gt=F("email__sent_at")),
        ),
        (
            "sent without anything in them",
            Email.objects.filter(state="sent")
            .exclude(kind=Email.ACCOUNT)
            .filter(~Exists(Occurrence.objects.filter(email=OuterRef("pk")))),
        ),
        (
            "held by a sender whose lease is over for more than five minutes",
            Email.objects.filter(state="sending", lease_until__lt=now - GRACE),
        ),
        ("to come and of a kind nobody knows", Schedule.objects.unknown()),
        ("due and of a kind nobody knows", Occurrence.objects.unknown()),
    )
    yield from _wrong_instants(now)


def looked_through() -> list[str] | None:
    """The same for a page, which cannot wait for long; None if that is not enough."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
            return list(faults())
    except OperationalError as error:
        if isinstance(error.__cause__, QueryCanceled):
            return None
        raise


def _counted(*checks: tuple[str, QuerySet[Any]]) -> Iterator[str]:
    for what, rows in checks:
        if found := rows.count():
            yield f"{found} {what}"


def _wrong_instants(now: datetime) -> Iterator[str]:
    """What is due soon is due at its hour by today's rules for zones, or at a later such hour."""
    due = Schedule.objects.filter(next_at__range=(now, now + NEAR)).select_related("owner")
    at_once = [kind.name for kind in kinds.every() if kind.at_once]
    rows = due.exclude(kind__in=at_once).iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        chosen = choices.of_many(row.owner for row in chunk)
        for row in chunk:
            promised = instant(row.next_on, chosen[row.owner_id].hour(row.kind), row.owner.zone)
            if row.next_at < promised:
                yield f"schedule {row.pk} is due at {row.next_at}, before its owner's hour {promised}"
