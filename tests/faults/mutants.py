"""The engine with one guard taken out. With it the judge must find the fault; else the test proves nothing.

A mutant is put on in the worker's own process, and leaves a mark when it was really met there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models.functions import Now

from netvalue.outbox import delivery, remembering, verdicts
from netvalue.outbox.models import Email
from netvalue.outbox.verdicts import Phase, Verdict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import ModuleType

    Met = Callable[[], None]

MUTANTS: dict[str, Callable[[Met], None]] = {}


def mutant(make: Callable[[Met], None]) -> Callable[[Met], None]:
    MUTANTS[make.__name__] = make
    return make


def instead(module: ModuleType, name: str, function: Any) -> None:
    """The module uses this instead of its own."""
    assert hasattr(module, name)
    setattr(module, name, function)


def apply(name: str, mark: Path) -> None:
    def met() -> None:
        mark.touch()

    MUTANTS[name](met)


@mutant
def fence_stands_open(met: Met) -> None:
    """A lease, but no fence: who was frozen sends what somebody else has sent meanwhile."""

    def fence(email: Email, token: Any, recipients: Any) -> bool:
        met()
        return True

    instead(delivery, "fence", fence)


@mutant
def marked_before_sent(met: Met) -> None:
    """Written down as sent as soon as it is claimed."""
    real = delivery._send

    def send(parcel: Any, draft: Any, token: Any, line: Any, now: Any) -> Any:
        met()
        Email.objects.filter(pk=parcel.email.pk).update(
            state="sent", sent_at=now, lease_until=None, lease_token=None
        )
        return real(parcel, draft, token, line, now)

    instead(delivery, "_send", send)
    fence_stands_open(met)


@mutant
def reaper_is_blind(met: Met) -> None:
    """A lease that is over means unsent, whatever the fence says."""

    def reap() -> None:
        over = Email.objects.filter(state="sending", lease_until__lt=Now())
        if over.exclude(data_at=None).exists():
            met()
        over.release()

    instead(delivery, "reap", reap)


@mutant
def fence_asks_nobody(met: Met) -> None:
    """The fence is written by whoever comes, with or without the lease."""

    def fence(email: Email, token: Any, recipients: Any) -> bool:
        met()
        Email.objects.filter(pk=email.pk).update(
            state="sending", sent_at=None, data_at=Now(), lease_token=token, lease_until=Now()
        )
        return True

    instead(delivery, "fence", fence)


@mutant
def silence_is_no(met: Met) -> None:
    """A line that breaks after the body is taken for a refusal."""
    real = verdicts.verdict

    def verdict(answer: Any) -> Verdict:
        if answer.code is None and answer.phase is Phase.BODY:
            met()
            return Verdict.LATER
        return real(answer)

    instead(delivery, "verdict", verdict)


@mutant
def nobody_remembers(met: Met) -> None:
    """Nothing outside of Postgres tells how far the pump had come."""

    def highest(lineage: Any, count: int) -> int:
        met()
        return 0

    instead(remembering, "highest", highest)
