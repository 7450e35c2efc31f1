"""All that happened with somebody, the newest first: conversations, what happened in their life, what one did
for the other, asked for and came back to, and how it began.

One query puts all of it in order and brings the words along: a page costs the same however much there is.
What is known roughly stands at the first day it can have been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db.models import Case, DateField, F, Func, Value, When
from django.db.models.functions import Cast, Coalesce, JSONObject
from django.utils.translation import gettext

from contacts.models import Ask, Contact, Favour, FollowUp, Interaction, LifeEvent
from contacts.models.belongings import kept_rows
from contacts.talks import ICONS
from contacts.words import partial, roughly, seen_from

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from django.db.models import QuerySet
    from django.db.models.expressions import Combinable

    from netvalue.accounts.models import User

    Row = tuple[str, int, date, dict[str, Any]]

DAY: Final = ("on_year", "on_month", "on_day")
TALK: Final = ("uid", "kind", *DAY, "season", "two_way", "line")
EVENT: Final = ("id", "tone", "what", *DAY)
FAVOUR: Final = ("id", "direction", "kind", "state", "what")
ASK: Final = ("id", "what", "outcome")
DONE: Final = ("id", "what")


def entries(contact: Contact, user: User) -> QuerySet[Any, Row]:
    """Kind, id, day and columns of everything, in order."""
    talks = Interaction.objects.between(contact).kept().with_people()
    events, favours, asks = (kept_rows(model).filter(contact=contact) for model in (LifeEvent, Favour, Ask))
    done = FollowUp.objects.kept().done().filter(contact=contact)
    them = Contact.objects.filter(pk=contact.pk)
    parts = [
        rows("talk", talks, F("first_on"), *TALK, "who"),
        rows("event", events, first_day(user), *EVENT),
        rows("favour", favours, F("day"), *FAVOUR),
        rows("ask", asks, F("day"), *ASK),
        rows("done", done, there("done_at", user), *DONE),
        rows(
            "known",
            them.exclude(known_since=None),
            made_day(F("known_since"), Value(1), Value(1)),
            "known_since",
        ),
        rows("written", them, there("created_at", user), "id"),
    ]
    first, *others = parts
    return first.union(*others, all=True).order_by("-on", "sort", "-pk")


def rows(sort: str, found: QuerySet[Any], on: Combinable, *columns: str) -> QuerySet[Any, Row]:
    said = JSONObject(**{column: F(column) for column in columns})
    named = found.order_by().annotate(sort=Value(sort), on=on, said=said)
    row: QuerySet[Any, Row] = named.values_list("sort", "pk", "on", "said")
    return row


def made_day(*parts: Combinable) -> Func:
    return Func(*parts, function="make_date", output_field=DateField())


def there(moment: str, user: User) -> Cast:
    """The day a moment fell on, where one lives."""
    return Cast(Func(Value(user.time_zone), F(moment), function="timezone"), DateField())


def first_day(user: User) -> Case:
    """Without a year, the day it was written down."""
    known = made_day(F("on_year"), Coalesce(F("on_month"), 1), Coalesce(F("on_day"), 1))
    return Case(When(on_year=None, then=there("created_at", user)), default=known, output_field=DateField())


def in_words(found: Iterable[Row], contact: Contact, today: date) -> list[dict[str, Any]]:
    return [
        {"day": seen_from(today, on), "iso": on.isoformat(), **WORDS[sort](said, contact, today)}
        for sort, _pk, on, said in found
    ]


def talk(said: dict[str, Any], contact: Contact, today: date) -> dict[str, Any]:
    people = [Contact(**name) for name in said.pop("who")]
    it = Interaction(**said)
    return {
        "icon": ICONS[Interaction.Kind(it.kind)],
        "title": it.get_kind_display(),
        "text": it.line,
        "url": it.get_absolute_url(),
        "others": [who for who in people if str(who.uid) != str(contact.uid)],
        **({} if it.when.is_a_day else {"day": roughly(it.when, today), "iso": ""}),
    }


def event(said: dict[str, Any], contact: Contact, today: date) -> dict[str, Any]:
    it = LifeEvent(contact=contact, **said)
    is_a_day = it.on_year is not None and it.on_day is not None
    about = {} if is_a_day else {"day": partial(it.on_year, it.on_month, it.on_day), "iso": ""}
    return {
        "icon": "calendar",
        "title": it.get_tone_display(),
        "text": it.what,
        "url": it.get_absolute_url(),
        **about,
    }


def favour(said: dict[str, Any], contact: Contact, today: date) -> dict[str, Any]:
    it = Favour(contact=contact, **said)
    return {"icon": "heart", "title": it.says, "text": it.what, "url": it.get_absolute_url()}


def ask(said: dict[str, Any], contact: Contact, today: date) -> dict[str, Any]:
    it = Ask(contact=contact, **said)
    text = f"{it.what}\n{it.outcome}" if it.outcome else it.what
    return {"icon": "circle-help", "title": it.says, "text": text, "url": it.get_absolute_url()}


def done(said: dict[str, Any], contact: Contact, today: date) -> dict[str, Any]:
    return {"icon": "check", "title": gettext("Follow-up done"), "text": said["what"]}


def known(said: dict[str, Any], contact: Contact, today: date) -> dict[str, Any]:
    return {
        "icon": "users",
        "title": gettext("You know each other"),
        "day": str(said["known_since"]),
        "iso": "",
    }


def written(said: dict[str, Any], contact: Contact, today: date) -> dict[str, Any]:
    return {"icon": "plus", "title": gettext("Written down here")}


WORDS: Final[dict[str, Callable[[dict[str, Any], Contact, date], dict[str, Any]]]] = {
    "talk": talk,
    "event": event,
    "favour": favour,
    "ask": ask,
    "done": done,
    "known": known,
    "written": written,
}
