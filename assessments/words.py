"""How a check is put into words: its counts, what can be remarked, what moved, and what the ring shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from assessments.scoring import Counts, Remark, State, count, remarks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assessments.models import Line
    from assessments.questions import Wording
    from assessments.trend import Moved

NAMES = {
    State.YES: gettext_lazy("Yes"),
    State.PARTLY: gettext_lazy("Partly"),
    State.NO: gettext_lazy("No"),
    State.OPEN: pgettext_lazy("answer", "Open"),
}
REMARKS = {
    Remark.ASK_AGAIN: gettext_lazy("In a few months it is worth asking again."),
    Remark.WHERE_TO_LOOK: gettext_lazy(
        "Hardly anybody has ten clear yeses at once; they come with time. Where it says partly or no,"
        " a small step is enough for now."
    ),
    Remark.OPEN_STAYS_OPEN: gettext_lazy("What is open stays open. It does not count as a no."),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One row to choose: its digit on the keyboard, its word, and what the answer looks like in a life."""

    value: State
    name: str
    anchor: str
    digit: int


def choices(wording: Wording) -> list[Choice]:
    return [
        Choice(State.YES, _("Yes"), wording.yes, 1),
        Choice(State.PARTLY, _("Partly"), wording.partly, 2),
        Choice(State.NO, _("No"), wording.no, 3),
        Choice(State.OPEN, _("Skip for now"), "", 0),
    ]


def counted(counts: Counts) -> dict[State, str]:
    """“7 yes”, “2 partly”, “1 no”, and “1 open” only if something is; kept together on the line."""
    said = {
        State.YES: _("%(number)d yes") % {"number": counts.yes},
        State.PARTLY: _("%(number)d partly") % {"number": counts.partly},
        State.NO: _("%(number)d no") % {"number": counts.no},
    }
    if counts.open:
        said[State.OPEN] = _("%(number)d open") % {"number": counts.open}
    return {state: text.replace(" ", "\N{NO-BREAK SPACE}") for state, text in said.items()}


def counts_in_words(counts: Counts) -> str:
    """“7 yes · 2 partly · 1 no”: no total, no share."""
    return "\N{NO-BREAK SPACE}· ".join(counted(counts).values())


def bounds_in_words(counts: Counts) -> str:
    """How far the yeses would reach if what is partly or open became one; nothing where that says no more."""
    if not counts.yes or counts.at_most_yes == counts.yes:
        return ""
    return ngettext(
        "Counted strictly, there is %(least)d yes; if all that is partly or open were a yes, there would be"
        " %(most)d.",
        "Counted strictly, there are %(least)d yeses; if all that is partly or open were a yes, there would"
        " be %(most)d.",
        counts.yes,
    ) % {"least": counts.yes, "most": counts.at_most_yes}


def remarks_in_words(counts: Counts) -> str:
    return " ".join(str(REMARKS[remark]) for remark in remarks(counts))


def moves_in_words(moved: Moved) -> str:
    """“2 towards yes · 1 towards no”: which way answers moved, and that without a grade."""
    said = [
        (moved.up, _("%(number)d towards yes")),
        (moved.down, _("%(number)d towards no")),
        (moved.answered, _("%(number)d newly answered")),
        (moved.opened, _("%(number)d left open")),
    ]
    found = [text % {"number": len(keys)} for keys, text in said if keys]
    kept = [text.replace(" ", "\N{NO-BREAK SPACE}") for text in found]
    return "\N{NO-BREAK SPACE}· ".join(kept) or _("Nothing moved")


def chance_in_words(moved: Moved) -> str:
    """What may be said of the moves, and nothing where there are none."""
    if not moved.up and not moved.down:
        return ""
    if moved.beyond_chance:
        return _("That is more than chance usually does.")
    return _("That is within what chance does.")


def ring_in_words(lines: Sequence[Line]) -> str:
    """What the ring shows, for those who do not see it: which aspects stand where."""
    states = count(line.state for line in lines)
    found = [
        f"{text}: {', '.join(_(line.question.aspect) for line in lines if line.state == state)}"
        for state, text in counted(states).items()
        if any(line.state == state for line in lines)
    ]
    return _("Ring with one petal for each question. %(found)s.") % {"found": "; ".join(found)}
