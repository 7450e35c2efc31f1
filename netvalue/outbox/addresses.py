"""Which addresses take no mail: nobody lives there, said two mails in a row.

They are left alone for a month, for the sake of everybody else's mail, unless their owner says that they work
again; what would have been sent is read in the app.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from netvalue.outbox import dsn
from netvalue.outbox.models import Email, Occurrence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from netvalue.accounts.models import User

# RFC 3463: no such mailbox, no such domain, moved, switched off; not a wrong sender (5.1.7, 5.1.8).
NOBODY = re.compile(r"5\.(1\.([0-6]|10)|2\.1)")
TWICE = 2
A_MONTH = timedelta(days=30)


def nobody_there(reply: str) -> bool:
    """Whether these words of a mail server are about an address that does not exist."""
    return bool(NOBODY.fullmatch(dsn.status_in(reply)))


def dead(recipients: Iterable[str]) -> set[str]:
    outcomes: dict[str, list[bool]] = defaultdict(list)
    recent = Email.objects.filter(
        Q(state=Email.State.SENT) | Q(state=Email.State.FAILED), created_at__gt=timezone.now() - A_MONTH
    )
    # Few among the thousands who are due; what became of their other mails is asked of them alone.
    refused = recent.filter(recipient__in=set(recipients), nobody_there=True).values("recipient").distinct()
    theirs = recent.filter(recipient__in=list(refused.values_list("recipient", flat=True)))
    for recipient, nobody in theirs.order_by("-created_at", "-id").values_list("recipient", "nobody_there"):
        outcomes[recipient].append(nobody)
    return {
        recipient for recipient, nobody in outcomes.items() if len(nobody) >= TWICE and all(nobody[:TWICE])
    }


def try_again(user: User) -> None:
    """Their owner says that mail arrives there again: what waits need not wait for another day."""
    with transaction.atomic():
        Email.objects.of(user).filter(recipient=user.email, nobody_there=True).update(nobody_there=False)
        Occurrence.objects.of(user).open().update(look_at=timezone.now())
