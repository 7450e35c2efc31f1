"""Which addresses take no mail: those whose last two mails were refused because nobody lives there (5.1.x).

They are left alone for a month, for the sake of everybody else's mail; their owners read theirs in the app.
"""

from __future__ import annotations

import re
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from netvalue.outbox.models import Email

if TYPE_CHECKING:
    from collections.abc import Iterable

NOBODY_THERE = re.compile(r"5\d\d 5\.1\.")
TWICE = 2
A_MONTH = timedelta(days=30)


def dead(recipients: Iterable[str]) -> set[str]:
    outcomes: dict[str, list[bool]] = defaultdict(list)
    recent = Email.objects.filter(
        recipient__in=set(recipients),
        state__in=[Email.State.SENT, Email.State.FAILED],
        created_at__gt=timezone.now() - A_MONTH,
    ).order_by("-created_at", "-id")
    for recipient, state, reply in recent.values_list("recipient", "state", "reply"):
        outcomes[recipient].append(state == Email.State.FAILED and bool(NOBODY_THERE.match(reply)))
    return {
        recipient for recipient, refused in outcomes.items() if len(refused) >= TWICE and all(refused[:TWICE])
    }
