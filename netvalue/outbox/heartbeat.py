"""Whether the pump is alive: each tick leaves its time, and an outage is seen by whoever asks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from netvalue.outbox.models import PumpState
from netvalue.prepared import ANYBODY, Prepared

SILENCE = 120


# The one row.
PUMP = 1


def tick() -> None:
    PumpState.objects.update_or_create(pk=PUMP, defaults={"ticked_at": Now()})


def ticks() -> bool:
    """By Postgres' clock, so that no machine's own clock matters."""
    return bool(ticked.about(PUMP))


@Prepared
def ticked() -> Any:
    """Every page asks this."""
    lately = PumpState.objects.filter(pk=ANYBODY, ticked_at__gt=Now() - timedelta(seconds=SILENCE))
    return lately.values_list("pk")
