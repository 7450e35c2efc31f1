"""In which envelope what is due will leave: one a day for each owner and hour, or one of its own.

A few statements for thousands of occurrences; each is locked first, and what another planner has in hand is
passed over.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone

from netvalue.outbox import addresses, choices, envelopes, kinds
from netvalue.outbox.localtime import DAY, instant, local_day
from netvalue.outbox.models import Email

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from netvalue.outbox.kinds import Keeper

BATCH = 5000
# After an outage, somebody who chose single mails gets one mail from this many late reminders on.
LATE = timedelta(hours=12)
A_FLOOD = 3
# And nobody gets more single mails than this at one time: from here on it is one, too.
MOST_ALONE = 10

WAITING = """
SELECT o.id, o.kind, o.object_id, o.occurrence_on, o.lead, o.due_at, o.owner_id,
       u.email, u.digest
  FROM outbox_occurrence o JOIN accounts_user u ON u.id = o.owner_id
 WHERE o.email_id IS NULL AND o.ended = '' AND o.look_at <= %s AND o.kind = ANY(%s)
 ORDER BY o.look_at LIMIT %s
   FOR UPDATE OF o SKIP LOCKED
"""

# Envelopes of earlier days hold nothing while they wait; what they were for goes into the new ones. One that
# was never tried leaves no trace. A locked one is just being claimed and is left alone.
DROP_OLDER = """
WITH older AS (
    SELECT e.id, e.first_try_at
      FROM unnest(%s::bigint[], %s::date[]) AS v(owner_id, day) JOIN outbox_email e USING (owner_id)
     WHERE e.state = 'pending' AND e.kind <> 'account' AND e.local_date < v.day
       FOR UPDATE OF e SKIP LOCKED),
gone AS (
    DELETE FROM outbox_email WHERE id IN (SELECT id FROM older WHERE first_try_at IS NULL))
UPDATE outbox_email SET state = 'cancelled'
 WHERE id IN (SELECT id FROM older WHERE first_try_at IS NOT NULL)
"""

# One that was closed because there was nothing to say surely was not sent: now there is.
NEW = """
WITH v AS MATERIALIZED (
    SELECT * FROM unnest(%s::bigint[], %s::text[], %s::date[], %s::text[], %s::text[], %s::text[])
        AS v(owner_id, recipient, day, kind, topic, message_id)),
again AS (
    UPDATE outbox_email e SET state = 'pending', next_try_at = clock_timestamp()
      FROM v WHERE e.message_id = v.message_id AND e.state = 'cancelled')
INSERT INTO outbox_email (owner_id, recipient, local_date, kind, topic, message_id, state, created_at,
                          subject, text, html, reply, claims, tries)
SELECT owner_id, recipient, day, kind, topic, message_id, 'pending', %s, '', '', '', '', 0, 0 FROM v
    ON CONFLICT DO NOTHING
"""

LOOK_AGAIN = """
UPDATE outbox_occurrence o SET look_at = v.at
  FROM unnest(%s::bigint[], %s::timestamptz[]) AS v(id, at) WHERE o.id = v.id
"""


class Waiting(NamedTuple):
    """An occurrence without an envelope, and how its owner wants it."""

    pk: int
    kind: str
    object_id: int
    occurrence_on: date
    lead: int
    due_at: datetime
    owner_id: int
    address: str
    digest: bool


class Envelope(NamedTuple):
    """One that is to be there; equal ones are the same."""

    owner_id: int
    recipient: str
    day: date
    kind: str
    topic: str


@transaction.atomic
def address(now: datetime) -> int:
    """At most a batch of what waits gets its envelope, or waits for the hour at which it is to come."""
    waiting = [Waiting._make(row) for row in _execute(WAITING, [now, kinds.names(), BATCH])]
    refusing = addresses.dead({it.address for it in waiting})
    late = Counter(it.owner_id for it in waiting if now - it.due_at > LATE)
    many = Counter(it.owner_id for it in waiting)
    keepers = choices.keepers(many)
    wanted: set[Envelope] = set()
    look_at: list[datetime] = []
    for it in waiting:
        keeper = keepers.of(it.owner_id, it.kind)
        today = local_day(now, keeper.zone)
        at = envelopes.leaves_at(it.due_at, today, keeper.hour, keeper.zone)
        alone = kinds.get(it.kind).at_once
        if at > now and not alone:
            look_at.append(at)
            continue
        look_at.append(instant(today + DAY, keeper.hour, keeper.zone))
        if alone or it.address not in refusing:
            together = it.digest or late[it.owner_id] >= A_FLOOD or many[it.owner_id] > MOST_ALONE
            usual = keepers.usual[it.owner_id].hour
            what = _digest(it, today, keeper, usual) if together and not alone else _single(it)
            wanted.add(Envelope(it.owner_id, it.address, today, *what))
    if wanted:
        # In one order, so that planners side by side do not wait for each other in a ring.
        _lay_out(sorted(wanted))
    if waiting:
        _execute(LOOK_AGAIN, [[it.pk for it in waiting], look_at])
    return len(waiting)


def _single(it: Waiting) -> tuple[str, str]:
    return it.kind, envelopes.topic(it)


def _digest(it: Waiting, day: date, keeper: Keeper, usual: int) -> tuple[str, str]:
    return Email.DIGEST, envelopes.hour_of(it.due_at, day, keeper.hour, usual, keeper.zone)


def _lay_out(wanted: Collection[Envelope]) -> None:
    owners, recipients, days, what, topics = zip(*wanted, strict=True)
    names = [envelopes.name(it.recipient, it.day, it.kind, it.topic) for it in wanted]
    _execute(DROP_OLDER, [list(owners), list(days)])
    columns = [list(column) for column in (owners, recipients, days, what, topics)]
    _execute(NEW, [*columns, names, timezone.now()])


def _execute(statement: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = cursor.fetchall() if cursor.description else []
    return rows
