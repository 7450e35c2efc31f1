"""One value of somebody, changed where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from contacts.forms.people import ValueForm
from contacts.person import about
from contacts.views.asked import contact_of, posted
from contacts.words import today_of
from netvalue.htmx import HttpRequest, changed

if TYPE_CHECKING:
    from uuid import UUID

# By the word in the address: its title, its fields, and the part of the page it stands in.
VALUES: Final = {
    "circles": (_("Circles"), ("in_circles", "new_circles"), "circles"),
    "closeness": (_("Closeness"), ("closeness",), "between"),
    "rhythm": (_("Rhythm"), ("rhythm", "rhythm_own", "paused", "paused_until"), "between"),
    "how-met": (_("How we met"), ("how_met",), "details"),
    "notes": (_("Notes"), ("notes",), "notes"),
}


@transaction.atomic
def value(request: HttpRequest, uid: UUID, name: str) -> HttpResponse:
    contact = contact_of(request, uid)
    if name not in VALUES or (name == "closeness" and contact.is_business):
        raise Http404
    title, fields, part = VALUES[name]
    today = today_of(request)
    form = ValueForm(posted(request), instance=contact, owner=request.user, today=today, only=fields)
    form.fields[fields[0]].widget.attrs["autofocus"] = True
    if form.is_valid():
        form.keep()
        context = {**about(contact, request.user, today), "changed": part}
        return changed(request, f"contacts/person.html#{part}", context, to=contact.get_absolute_url())
    context = {"form": form, "contact": contact, "title": title, "part": part, "name": name}
    return render(request, "contacts/value.html", context, status=422 if form.is_bound else 200)
