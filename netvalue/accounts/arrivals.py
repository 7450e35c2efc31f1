"""What happens when somebody has just signed in: rooms above say so in their `AppConfig.ready`.

It is called once per sign-in, the first one after a sign-up included, in the browser that signed in;
whatever the visitor's session held before is still there. Nobody has arrived before their address is proved.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.http import HttpRequest

    from netvalue.accounts.models import User

Arrival = Callable[["HttpRequest", "User"], None]
_arrivals: list[Arrival] = []


def on_arrival(arrival: Arrival) -> Arrival:
    """Call `arrival(request, user)` after every sign-in. Usable as a decorator."""
    if arrival not in _arrivals:
        _arrivals.append(arrival)
    return arrival


def forget(arrival: Arrival) -> None:
    _arrivals.remove(arrival)


def welcome(request: HttpRequest, user: User) -> None:
    for arrival in _arrivals:
        arrival(request, user)
