"""What can be done about each kind of reminder by a button in its mail."""

from __future__ import annotations

from typing import Final

from netvalue.outbox.deeds import Deed

DONE, TALKED, LATER, STOP = Deed.DONE, Deed.TALKED, Deed.LATER, Deed.STOP

# In the order in which a mail shows them. Of a remembrance day nothing is done or put off.
OFFERED: Final = {
    "birthday": (DONE, TALKED, LATER, STOP),
    "date": (DONE, TALKED, LATER, STOP),
    "followup": (DONE, TALKED, LATER, STOP),
    "rhythm": (TALKED, LATER, STOP),
    "promise": (DONE, LATER, STOP),
    "remembrance": (STOP,),
}
# One does not talk with the dead, and nobody is greeted in their place.
FOR_THE_DEAD: Final = {
    "date": (DONE, LATER, STOP),
    "followup": (DONE, LATER, STOP),
    "promise": (DONE, LATER, STOP),
    "remembrance": (STOP,),
}
# Of what one may want to hear nothing about somebody.
STOPPABLE: Final = frozenset(kind for kind, deeds in OFFERED.items() if STOP in deeds)
# Without somebody to talk with or to stop for.
ABOUT_NOBODY: Final = (DONE, LATER)


def stoppable(*, dead: bool) -> tuple[str, ...]:
    """The kinds that may be told of the living, or of the dead."""
    if dead:
        return tuple(kind for kind, deeds in FOR_THE_DEAD.items() if STOP in deeds)
    return tuple(kind for kind, deeds in OFFERED.items() if STOP in deeds and kind != "remembrance")


def offered(
    kind: str, *, about_somebody: bool = True, dead: bool = False, settled: bool = False
) -> tuple[Deed, ...]:
    """Of what is settled already, only what does not settle it is left."""
    table = FOR_THE_DEAD if dead else OFFERED
    deeds = table.get(kind, ())
    if not about_somebody:
        deeds = tuple(deed for deed in deeds if deed in ABOUT_NOBODY)
    return tuple(deed for deed in deeds if not (settled and deed in ABOUT_NOBODY))
