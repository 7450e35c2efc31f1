"""Whether the pump is alive: each tick leaves its time, and an outage is seen by whoever asks."""

from __future__ import annotations

from datetime import timedelta

from django.db.models.functions import Now

from netvalue.outbox.models import PumpState

SILENCE = 120


def tick() -> None:
    PumpState.objects.update_or_create(pk=1, defaults={"ticked_at": Now()})


def ticked_within(seconds: int) -> bool:
    """By Postgres' clock, so that no machine's own clock matters."""
    return PumpState.objects.filter(ticked_at__gt=Now() - timedelta(seconds=seconds)).exists()
