"""Everything that is known about somebody, ready for their page."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext

from contacts import quieting
from contacts.agenda import as_row
from contacts.ahead import SOON
from contacts.birthdays import LeapDay
from contacts.in_touch import line_about
from contacts.models import Circle, Contact, Quiet
from contacts.models.belongings import belongings_of
from contacts.models.people import FUNCTIONS
from contacts.models.rows import ROWS
from contacts.names import detail
from contacts.promises import giving_with
from contacts.reminders import BIRTHDAY, REMEMBRANCE
from contacts.talks import talks_with
from contacts.ties import ties_with
from contacts.words import born, died, every, full, in_days, with_weekday
from netvalue.outbox.leads import AHEAD

if TYPE_CHECKING:
    from datetime import date

    from contacts.models import ImportantDate
    from netvalue.accounts.models import User

MOST_DONE = 20


def about(contact: Contact, user: User, today: date) -> dict[str, Any]:
    page = contact.get_absolute_url()
    follow_ups = list(contact.follow_ups.all().open_or_done_lately(MOST_DONE))
    done = sorted((it for it in follow_ups if it.done_at), key=attrgetter("done_at", "pk"), reverse=True)
    belongings = belongings_of(contact)
    rows = {name: belongings[name] for name in ROWS}
    facts, bond = facts_about(contact), what_is_between(contact)
    quiet = {one.kind for one in belongings["quiets"]}
    next_birthday = birthday(contact, user, today)
    if next_birthday and quiet & {Quiet.EVERYTHING, BIRTHDAY}:
        next_birthday["ahead"] = ""
    if not next_birthday and born(contact):
        facts = [(gettext("Born"), born(contact)), *facts]
    dates = [date_row(row, user, today) for row in belongings["dates"]]
    soon = [(row["label"], row["away"]) for row in dates if row["away"]]
    if next_birthday and next_birthday["away"]:
        soon = [(gettext("Birthday"), next_birthday["away"]), *soon]
    introducer = contact.introduced_by
    return {
        "contact": contact,
        "detail": detail(contact.name, contact.role, contact.organisation),
        "died": died(contact),
        **rows,
        **talks_with(contact, today),
        **giving_with(contact, belongings["favours"], belongings["asks"], today),
        **ties_with(contact, belongings["ties"]),
        **line_about(contact, user, today),
        "facts": facts,
        "introducer": introducer if introducer and introducer.may_be_named else None,
        "bond": bond,
        "rhythm": rhythm(contact, today),
        "functions": [field.verbose_name for field in map(column, FUNCTIONS) if getattr(contact, field.name)],
        "reachable": any(rows.values()),
        "circles": Circle.objects.around(contact),
        "born": born(contact),
        "birthday": next_birthday,
        "dates": dates,
        "soon": soon,
        "events": belongings["events"],
        "quiets": quieting.foremost(belongings["quiets"]),
        "may_be_quiet": quieting.choices_for(contact, quiet),
        "is_remembered": contact.remembered and not quiet & {Quiet.EVERYTHING, REMEMBRANCE},
        "open": [as_row(item, today, page) for item in follow_ups if item.is_open],
        "done": [as_row(item, today, page) for item in done],
    }


def column(name: str) -> Any:
    return Contact._meta.get_field(name)


def facts_about(contact: Contact) -> list[tuple[str, str]]:
    """What is known, in words and under which word; what is not known is not mentioned."""
    facts = [
        (gettext("Nickname"), contact.nickname),
        (gettext("Field of work"), contact.field_of_work),
        (gettext("Known since"), str(contact.known_since or "")),
    ]
    return [(name, said) for name, said in facts if said]


def what_is_between(contact: Contact) -> list[tuple[str, str]]:
    """Trust; nothing is said of what was not answered."""
    bond = [
        (gettext("I would miss them"), yes_or_no(contact.would_miss)),
        (gettext("I confide in them"), yes_or_no(contact.is_confidant)),
        (gettext("They would remember me"), yes_or_no(contact.remembers_me)),
    ]
    return [(name, said) for name, said in bond if said]


def yes_or_no(said: bool | None) -> str:  # noqa: FBT001 -- what a column says
    return "" if said is None else gettext("yes") if said else gettext("no")


def rhythm(contact: Contact, today: date) -> str:
    """How often one wants to be in touch, and whether that rests."""
    said = every(contact.rhythm_days) if contact.rhythm_days else ""
    if not contact.is_paused(today):
        return said
    until = contact.paused_until
    rests = gettext("paused until %(day)s") % {"day": full(until)} if until else gettext("paused")
    return f"{said}, {rests}" if said else rests


def date_row(row: ImportantDate, user: User, today: date) -> dict[str, str]:
    """A day of theirs, and how soon it comes."""
    yearly = row.yearly
    day = yearly.on_or_after(today, LeapDay(user.leap_day)) if yearly else None
    soon = day is not None and (day - today).days <= SOON
    return {
        "label": row.label,
        "url": row.get_absolute_url(),
        "when": row.when,
        "away": in_days((day - today).days) if day and soon else "",
    }


def birthday(contact: Contact, user: User, today: date) -> dict[str, Any] | None:
    """When it is next, and, where the year is known, how old they turn."""
    day = contact.next_birthday(today, LeapDay(user.leap_day))
    if day is None:
        return None
    away = (day - today).days
    is_leap_day = (contact.birth_month, contact.birth_day) == (2, 29)
    return {
        "day": with_weekday(day),
        "away": in_days(away) if away <= SOON else "",
        "turns": contact.turns(day),
        "elsewhere": contact.get_leap_day_display() if is_leap_day else "",
        "ahead": ", ".join(str(AHEAD[lead]) for lead in sorted(contact.birthday_leads or (), reverse=True)),
    }
