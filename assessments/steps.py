"""Which small steps a check offers, and what became of those that somebody took.

A step is offered where the answer was no or partly. Put on a day it is a follow-up like any other, and what
became of it is what became of that follow-up; nothing is written down twice.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from assessments import scoring
from assessments.scoring import State

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

MOST = 3


class Standing(StrEnum):
    """How a step stands."""

    PROPOSED = "proposed"
    ELSEWHERE = "elsewhere"  # on the list already, from another check
    OPEN = "open"  # on the list
    DONE = "done"
    DROPPED = "dropped"
    GONE = "gone"  # it was on the list, and its follow-up was deleted, mostly with a person


# Neither decided on nor to be asked again.
OFFERS = {Standing.PROPOSED, Standing.ELSEWHERE}
# These can be put on a day.
FREE = {Standing.PROPOSED, Standing.GONE, Standing.DROPPED}


def noted(*, done_at: datetime | None, let_go_at: datetime | None) -> Standing:
    """How a step stands whose follow-up is there."""
    if done_at is not None:
        return Standing.DONE
    return Standing.OPEN if let_go_at is None else Standing.DROPPED


def unnoted(*, taken_at: datetime | None, dropped_at: datetime | None) -> Standing:
    """How a step stands that has no follow-up: never had one, or not any more."""
    if dropped_at is not None:
        return Standing.DROPPED
    return Standing.PROPOSED if taken_at is None else Standing.GONE


def standings(
    states: Mapping[str, State], decided: Mapping[str, Standing], open_elsewhere: Collection[str]
) -> dict[str, Standing]:
    """How the step of each question stands that has one: no before partly, and as they were asked."""
    keys = list(states)
    return {
        key: decided.get(key, Standing.ELSEWHERE if key in open_elsewhere else Standing.PROPOSED)
        for position in scoring.first_steps(list(states.values()), most=len(keys))
        for key in [keys[position]]
    }


def offered(standing: Mapping[str, Standing], most: int = MOST) -> dict[str, Standing]:
    """What is shown of them: everything decided, and few enough offers that one can begin."""
    held = [key for key, it in standing.items() if it not in OFFERS | {Standing.DROPPED}]
    offers = [key for key, it in standing.items() if it in OFFERS][: max(0, most - len(held))]
    return {key: it for key, it in standing.items() if it not in OFFERS or key in offers}
