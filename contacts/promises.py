"""What is open between people, and what one did for the other: rows and sentences for pages."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from contacts.giving import Counts, Direction, Kind, State, counted
from contacts.models import Ask, Favour
from contacts.words import seen_from

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from contacts.models import Contact
    from netvalue.accounts.models import User

# So many stand on Today, of each kind on the page of all, and of what is done on a page.
MOST_TODAY, MOST, LATELY, FEW = 10, 100, 20, 3


def open_promises(user: User, today: date) -> list[dict[str, Any]]:
    """One's own for Today, those with a day to keep first."""
    mine = Favour.objects.of(user).shown(user).open().mine().due_first().select_related("contact")
    page = reverse("today")
    return [favour_row(favour, today, page) for favour in mine[:MOST_TODAY]]


def giving_with(
    contact: Contact, favours: Iterable[Favour], asks: Iterable[Ask], today: date
) -> dict[str, Any]:
    """Give and take with one person, from all their rows."""
    theirs = list(favours)
    page = contact.get_absolute_url()
    counts = counted(((favour.direction, favour.happened_on) for favour in theirs), today)
    open_now, done = open_and_done(theirs, asks, today, page)
    return {"open_between": open_now, "giving_done": done[:FEW], **in_words(counts)}


def open_and_done(
    favours: Iterable[Favour], asks: Iterable[Ask], today: date, page: str
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of somebody: what waits, first what has a day to keep, and what is done, the newest first."""
    rows = [
        *(favour_row(favour, today, page) for favour in favours),
        *(ask_row(ask, today, page) for ask in asks),
    ]
    waiting = sorted((row for row in rows if not row["done"]), key=itemgetter("order", "key"))
    done = sorted((row for row in rows if row["done"]), key=itemgetter("when", "key"), reverse=True)
    return waiting, done


def giving_of_all(user: User, today: date, page: str) -> dict[str, Any]:
    """Give and take with everybody who is to be seen."""
    favours = Favour.objects.of(user).shown(user)
    asks = Ask.objects.of(user).shown(user).open().oldest_first()
    waiting = favours.open().due_first().select_related("contact")
    people = favours.counts_by_person(today).values()
    counts = Counts(sum(one.given for one in people), sum(one.received for one in people))
    open_now = {
        "mine": [favour_row(it, today, page) for it in waiting.mine()[:MOST]],
        "theirs": [favour_row(it, today, page) for it in waiting.others()[:MOST]],
        "asks": [ask_row(it, today, page) for it in asks.select_related("contact")[:MOST]],
    }
    return {
        **open_now,
        "is_cut": any(len(rows) == MOST for rows in open_now.values()),
        "done": [favour_row(it, today, page) for it in favours.done().select_related("contact")[:LATELY]],
        "both_ways": both_ways(sum(one.goes_both_ways for one in people), len(people)),
        "tilt": tilt_with_all(counts),
    }


def favour_row(favour: Favour, today: date, page: str) -> dict[str, Any]:
    """Help, a promise or a loan in words, with the doors that change how it stands."""
    is_loan, what = favour.kind == Kind.LOAN, {"what": favour.what}
    here = favour.happened_on if not favour.is_open and favour.happened_on else favour.day
    due = favour.due_on if favour.is_open else None
    return {
        **about(favour, today, page, due or here),
        "icon": "repeat" if is_loan else "handshake",
        "notes": list(filter(None, (standing(favour), favour.get_weight_display()))),
        "due": due is not None and due <= today,
        "late": due is not None and due < today,
        "has_due": due is not None,
        "order": (due is None, due or here),
        "when": here,
        "tick": reverse(f"contacts:favour_{'kept' if favour.is_open else 'open'}", args=[favour.pk]),
        "ticked": (gettext("Back again: %(what)s") if is_loan else gettext("Kept: %(what)s")) % what,
        "other": reverse("contacts:favour_partly", args=[favour.pk]) if favour.state == State.OPEN else "",
        "other_says": gettext("Back in part") if is_loan else gettext("Kept in part"),
        "other_said": (gettext("Back in part: %(what)s") if is_loan else gettext("Kept in part: %(what)s"))
        % what,
    }


def ask_row(ask: Ask, today: date, page: str) -> dict[str, Any]:
    """What one asked for in words, with the doors that say whether an answer came."""
    note = gettext("answered") if ask.answered else gettext("no answer came")
    return {
        **about(ask, today, page, ask.day),
        "icon": "circle-help",
        "notes": [] if ask.is_open else [note],
        "outcome": ask.outcome,
        "order": (True, ask.day),
        "when": ask.day,
        "tick": reverse(f"contacts:ask_{'answered' if ask.is_open else 'open'}", args=[ask.pk]),
        "ticked": gettext("Answered: %(what)s") % {"what": ask.what},
        "other": reverse("contacts:ask_unanswered", args=[ask.pk]) if ask.is_open else "",
        "other_says": gettext("No answer came"),
        "other_said": gettext("No answer came: %(what)s") % {"what": ask.what},
    }


def about(row: Favour | Ask, today: date, page: str, day: date) -> dict[str, Any]:
    """What both have. Whom it is about is said everywhere but on that person's own page."""
    home = row.contact.get_absolute_url()
    return {
        "key": f"{row._meta.model_name}-{row.pk}",
        "what": row.what,
        "says": row.says,
        "done": not row.is_open,
        "day": seen_from(today, day),
        "iso": day.isoformat(),
        "url": row.get_absolute_url(),
        "contact": "" if page.startswith(home) else row.contact.display,
        "contact_url": home,
        "page": page,
    }


def standing(favour: Favour) -> str:
    """How much of it is kept or back, where the row does not say it by itself."""
    is_loan = favour.kind == Kind.LOAN
    if favour.state == State.PARTLY:
        return gettext("back in part") if is_loan else gettext("kept in part")
    return gettext("back again") if is_loan and favour.state == State.CLOSED else ""


def in_words(counts: Counts) -> dict[str, str]:
    """What a page says of give and take with one person."""
    return {"giving_says": says(counts), "giving_tilt": tilt_with_one(counts)}


def says(counts: Counts) -> str:
    """How often one helped the other in the last two years."""
    given, received = counts.given, counts.received
    if given and received:
        return gettext("In the last two years %(given)s, %(received)s.") % {
            "given": ngettext("you helped once", "you helped %(n)d times", given) % {"n": given},
            "received": ngettext("they helped you once", "they helped you %(n)d times", received)
            % {"n": received},
        }
    if given:
        words = ngettext(
            "In the last two years you helped once.", "In the last two years you helped %(n)d times.", given
        )
        return words % {"n": given}
    if received:
        words = ngettext(
            "In the last two years they helped you once.",
            "In the last two years they helped you %(n)d times.",
            received,
        )
        return words % {"n": received}
    return ""


def tilt_with_one(counts: Counts) -> str:
    """Which way more went, where that can be said at all."""
    return {
        None: "",
        Direction.GIVEN: gettext("Clearly more went from you to them."),
        Direction.RECEIVED: gettext("Clearly more came from them to you."),
    }[counts.tilt]


def tilt_with_all(counts: Counts) -> str:
    return {
        None: "",
        Direction.GIVEN: gettext("In the last two years clearly more went from you to others."),
        Direction.RECEIVED: gettext("In the last two years clearly more came from others to you."),
    }[counts.tilt]


def both_ways(both: int, people: int) -> str:
    """With how many it went both ways; with one or two that is seen by itself."""
    if people < FEW:
        return ""
    return gettext("With %(both)d of %(n)d people it went both ways in the last two years.") % {
        "both": both,
        "n": people,
    }
