"""By a few letters to anywhere: the places of the site, what one can do there, and people."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from contacts.forms.fields import Line
from contacts.models import Contact
from contacts.names import detail

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpResponse
    from django.utils.functional import _StrPromise

    from netvalue.accounts.models import User
    from netvalue.htmx import HttpRequest

MOST_PEOPLE = 7
SHORTEST_SLIP = 4


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere to go; `also` are other words under which somebody may look for it."""

    view: str
    icon: str
    label: _StrPromise
    also: _StrPromise | str = ""

    @property
    def url(self) -> str:
        return reverse(self.view)

    def is_meant(self, words: Sequence[str]) -> bool:
        """Whether each of the words begins one of its own."""
        own = folded(f"{self.label} {self.also}")
        return all(any(mine.startswith(word) for mine in own) for word in words)


DOINGS: Final = (
    Place("contacts:talk", "message-circle", _("Write down a conversation"), _("talk call meeting log")),
    Place("contacts:add", "plus", _("New contact"), _("add person")),
    Place("contacts:follow_up", "plus", _("New follow-up"), _("remind me task")),
    Place("contacts:round", "waypoints", _("Who knows whom?"), _("round ties know each other")),
    Place("assessments:start", "clipboard-check", _("Take the check"), _("questions test")),
)
PLACES: Final = (
    Place("today", "house", _("Today"), _("home start")),
    Place("contacts:list", "users", _("Contacts"), _("people")),
    Place("contacts:giving", "handshake", _("Give and take"), _("promises favours help lent")),
    Place("assessments:history", "clipboard-check", _("Your checks"), _("history results")),
    Place("assessments:guide", "notebook-pen", _("Guide"), _("seven questions")),
    Place("outbox:reminders", "bell", _("Reminders"), _("birthdays")),
    Place("outbox:mail", "inbox", _("Mail for you"), _("messages")),
    Place("contacts:circles", "tag", _("Circles"), _("groups worlds")),
    Place("contacts:bin", "trash-2", _("Bin"), _("removed deleted bring back undo")),
    Place("contacts:bulk_changes", "history", _("Changed together"), _("many at once undo")),
    Place("contacts:hidden", "bell-off", _("Hidden contacts")),
    Place("accounts:settings", "settings", _("Settings"), _("language appearance time zone keys")),
    Place("account_change_password", "settings", _("Change the password")),
    Place("accounts:sessions", "monitor", _("Devices"), _("sign out sessions")),
    Place("help", "circle-help", _("Help"), _("keys shortcuts")),
)


def folded(text: str) -> list[str]:
    """Its words in small letters without accents."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char if char.isalnum() else " " for char in parts if not unicodedata.combining(char))
    return plain.split()


class GoForm(forms.Form):
    """What one looks for."""

    all_optional = True

    q = Line(label=_("Go to a person or a page"), required=False, max_length=100)


@require_safe
def go(request: HttpRequest) -> HttpResponse:
    form = GoForm(request.GET)
    if not form.is_valid():
        return render(request, "go.html", {"form": form}, status=422)
    words = form.cleaned_data["q"]
    wanted = folded(words)
    who = people(request.user, words) if wanted else []
    doings, places = ([place for place in of if place.is_meant(wanted)] for of in (DOINGS, PLACES))
    context = {
        "form": form,
        "words": words,
        "count": len(who) + len(doings) + len(places),
        "people": who,
        "doings": doings,
        "places": places,
    }
    return render(request, "go.html", context)


def people(user: User, words: str) -> list[dict[str, Any]]:
    """Those who are called so, or else whose names come close."""
    mine = Contact.objects.of(user).in_view()
    found = list(mine.called(words).order_by("sort_key", "id")[:MOST_PEOPLE])
    if not found and len(words) >= SHORTEST_SLIP:
        found = list(mine.sounding_like(words)[:MOST_PEOPLE])
    return [
        {
            "url": who.get_absolute_url(),
            "name": who.display,
            "bare": who.name.bare,
            "photo": who.photo,
            "detail": detail(who.name, who.role, who.organisation),
        }
        for who in found
    ]
