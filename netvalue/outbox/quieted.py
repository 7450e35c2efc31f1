"""About whom somebody gets no reminders, for the page of all reminders. Apps say it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from netvalue.accounts.models import User


@dataclass(frozen=True, slots=True)
class Quieted:
    """One choice: about whom, and which reminders."""

    who: str
    path: str
    what: str
    # A POST there takes it back.
    back: str


_asked: list[Callable[[User], Sequence[Quieted]]] = []


def register(ask: Callable[[User], Sequence[Quieted]]) -> None:
    _asked.append(ask)


def of(owner: User) -> list[Quieted]:
    return [one for ask in _asked for one in ask(owner)]
