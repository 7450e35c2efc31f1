"""What can be done to many people at once: each action by its word in a form, with its sentences and fields.

Another action, such as an export or a merge, is one more line in `ACTIONS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.translation import (
    get_language,
    gettext_lazy,
    ngettext,
    ngettext_lazy,
    override,
    pgettext,
    pgettext_lazy,
)
from django.utils.translation import gettext as _

from contacts.forms.bulk import (
    BulkForm,
    ClosenessForm,
    IntoCircleForm,
    OutOfCircleForm,
    PauseForm,
    RhythmForm,
)
from contacts.models import BulkChange
from contacts.words import every, full

if TYPE_CHECKING:
    from django.utils.functional import Promise
    from django.utils.safestring import SafeString

    from contacts.sieve import Sieve

    Words = str | Promise

Action = BulkChange.Action


@dataclass(frozen=True, slots=True)
class Doing:
    """How an action is asked for and told: its place on the list, its page, its button, what it did."""

    label: Words
    icon: str
    title: Any
    button: Words
    told: Any
    form: type[BulkForm] = BulkForm
    # Whether a page asks before it is done to those ticked one by one; for all that match it always does.
    asks: bool = True
    hint: Words = ""


ACTIONS: Final[dict[str, Doing]] = {
    Action.INTO: Doing(
        label=gettext_lazy("Put into a circle"),
        icon="tag",
        title=ngettext_lazy("Put %(n)s contact into a circle", "Put %(n)s contacts into a circle", "count"),
        button=gettext_lazy("Put into the circle"),
        told=ngettext_lazy(
            "%(n)s contact put into “%(circle)s”.", "%(n)s contacts put into “%(circle)s”.", "count"
        ),
        form=IntoCircleForm,
    ),
    Action.OUT: Doing(
        label=gettext_lazy("Take out of a circle"),
        icon="circle-minus",
        title=ngettext_lazy(
            "Take %(n)s contact out of a circle", "Take %(n)s contacts out of a circle", "count"
        ),
        button=gettext_lazy("Take out of the circle"),
        told=ngettext_lazy(
            "%(n)s contact taken out of “%(circle)s”.", "%(n)s contacts taken out of “%(circle)s”.", "count"
        ),
        form=OutOfCircleForm,
    ),
    Action.RHYTHM: Doing(
        label=gettext_lazy("Rhythm"),
        icon="repeat",
        title=ngettext_lazy("Rhythm of %(n)s contact", "Rhythm of %(n)s contacts", "count"),
        button=gettext_lazy("Set the rhythm"),
        told=ngettext_lazy(
            "Rhythm of %(n)s contact: %(rhythm)s.", "Rhythm of %(n)s contacts: %(rhythm)s.", "count"
        ),
        form=RhythmForm,
    ),
    Action.CLOSENESS: Doing(
        label=gettext_lazy("Closeness"),
        icon="heart",
        title=ngettext_lazy("Closeness of %(n)s contact", "Closeness of %(n)s contacts", "count"),
        button=gettext_lazy("Set the closeness"),
        told=ngettext_lazy(
            "Closeness of %(n)s contact: %(closeness)s.",
            "Closeness of %(n)s contacts: %(closeness)s.",
            "count",
        ),
        form=ClosenessForm,
    ),
    Action.PAUSE: Doing(
        label=pgettext_lazy("verb", "Pause"),
        icon="bell-off",
        title=ngettext_lazy("Pause %(n)s contact", "Pause %(n)s contacts", "count"),
        button=pgettext_lazy("verb", "Pause"),
        told=ngettext_lazy("%(n)s contact paused.", "%(n)s contacts paused.", "count"),
        form=PauseForm,
        hint=gettext_lazy("The rhythm rests; you still hear of birthdays and follow-ups."),
    ),
    Action.GO_ON: Doing(
        label=gettext_lazy("End the pause"),
        icon="bell",
        title=ngettext_lazy(
            "End the pause of %(n)s contact", "End the pause of %(n)s contacts", "count"
        ),
        button=gettext_lazy("End the pause"),
        told=ngettext_lazy(
            "%(n)s contact is no longer paused.", "%(n)s contacts are no longer paused.", "count"
        ),
        asks=False,
    ),
    Action.ARCHIVE: Doing(
        label=pgettext_lazy("verb", "Archive"),
        icon="archive",
        title=ngettext_lazy("Archive %(n)s contact", "Archive %(n)s contacts", "count"),
        button=pgettext_lazy("verb", "Archive"),
        told=ngettext_lazy("%(n)s contact archived.", "%(n)s contacts archived.", "count"),
        hint=gettext_lazy("In the archive nothing is lost, and nothing reminds you."),
    ),
    Action.BRING_BACK: Doing(
        label=gettext_lazy("Bring back"),
        icon="archive-restore",
        title=ngettext_lazy("Bring %(n)s contact back", "Bring %(n)s contacts back", "count"),
        button=gettext_lazy("Bring back"),
        told=ngettext_lazy(
            "%(n)s contact brought back from the archive.",
            "%(n)s contacts brought back from the archive.",
            "count",
        ),
        asks=False,
    ),
    Action.REMOVE: Doing(
        label=gettext_lazy("Delete"),
        icon="trash-2",
        title=ngettext_lazy("Delete %(n)s contact", "Delete %(n)s contacts", "count"),
        button=gettext_lazy("Delete"),
        told=ngettext_lazy(
            "%(n)s contact moved to the bin.", "%(n)s contacts moved to the bin.", "count"
        ),
        hint=gettext_lazy("They go to the bin, with all that is written down about them."),
    ),
}  # fmt: skip

PAUSED_UNTIL: Final[Any] = ngettext_lazy(
    "%(n)s contact paused until %(day)s.", "%(n)s contacts paused until %(day)s.", "count"
)
# What the bar offers beside the menu of all that changes something: what puts away, or takes back.
IN_MENU: Final = (Action.INTO, Action.OUT, Action.RHYTHM, Action.CLOSENESS, Action.PAUSE, Action.GO_ON)
IN_SIGHT: Final = (Action.ARCHIVE, Action.REMOVE)
IN_THE_ARCHIVE: Final = (Action.BRING_BACK, Action.REMOVE)


@cache
def buttons(language: str, shelf: tuple[str, ...]) -> SafeString:
    """The buttons below the list, the same on every page: made once for each language."""
    context = {name: [(do, ACTIONS[do]) for do in of] for name, of in (("menu", IN_MENU), ("shelf", shelf))}
    with override(language):
        return render_to_string("contacts/bulk_actions.html", context)


def bar(sieve: Sieve) -> dict[str, Any]:
    """What the list offers to do to those selected, and the token of its form."""
    shelf = IN_THE_ARCHIVE if sieve.archived else IN_SIGHT
    return {"token": uuid4(), "actions": buttons(get_language() or "", shelf)}


def number(count: int) -> str:
    return number_format(count, force_grouping=True)


def title(action: str, count: int) -> str:
    """What is asked, or being done."""
    return str(ACTIONS[action].title % {"count": count, "n": number(count)})


def told(change: BulkChange) -> str:
    """What it did, in a sentence."""
    until = change.paused_until
    told = PAUSED_UNTIL if until else ACTIONS[change.action].told
    words = {
        "count": change.done,
        "n": number(change.done),
        "circle": change.circle or "",
        "rhythm": every(change.rhythm_days) if change.rhythm_days else pgettext("a rhythm", "none"),
        "closeness": pgettext("closeness", "open") if change.closeness is None else change.closeness,
        "day": full(until) if until else "",
    }
    return str(told % words)


def besides(change: BulkChange) -> list[str]:
    """What else is to be known: who was left as they are, and whether others matched than were shown."""
    said = []
    if change.skipped:
        words = ngettext(
            "%(n)s business contact was left as it is.",
            "%(n)s business contacts were left as they are.",
            change.skipped,
        )
        said.append(words % {"n": number(change.skipped)})
    if change.state == BulkChange.State.DONE and (same := change.chosen - change.done - change.skipped) > 0:
        words = ngettext("%(n)s was like that already.", "%(n)s were like that already.", same)
        said.append(words % {"n": number(same)})
    if change.shown is not None and change.shown != change.chosen:
        words = _("%(shown)s matched when you looked, %(chosen)s when you confirmed.")
        said.append(words % {"shown": number(change.shown), "chosen": number(change.chosen)})
    if change.kept:
        words = ngettext(
            "%(n)s was changed since and stays as it is.",
            "%(n)s were changed since and stay as they are.",
            change.kept,
        )
        said.append(words % {"n": number(change.kept)})
    return said


def outcome(change: BulkChange) -> str:
    """All of it, for a toast."""
    return " ".join([told(change), *besides(change)] if change.done else besides(change))
