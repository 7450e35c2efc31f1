"""How long the engine waits for a mail server and holds a mail, in a run whose hours are minutes.

What Postgres counts is scaled by the run's clock (tests/faults/clock.py). What a process counts by itself,
the seconds it waits for an answer, is set here. Both stand in EMAIL_TIMES.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from netvalue.outbox.times import Times


@dataclass(frozen=True)
class Scale:
    """How much faster business time is; seconds on the wall; and leases in seconds of business time."""

    factor: float = 30
    connect: float = 5
    command: float = 5
    body: float = 5
    frozen: float = 4
    lease: float = 120
    # Longer than `body` and `frozen` together, and than the mail server keeps a silent line.
    body_lease: float = 300
    grace: float = 400


def apply(scale: dict[str, float]) -> None:
    settings.EMAIL_TIMES = Times(**{name: value for name, value in scale.items() if name != "factor"})
