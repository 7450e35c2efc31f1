"""The list of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.bulk import bar
from contacts.forms.sieve import SieveForm
from contacts.listing import listing
from contacts.panel import panel
from contacts.words import today_of
from netvalue.htmx import HttpRequest

if TYPE_CHECKING:
    from django.http import HttpResponse


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    form = SieveForm(request.GET, owner=request.user, today=today_of(request))
    status = 200 if form.is_readable else 422
    sieve = form.sieve()
    found = listing(sieve, request.user) if form.is_readable else None
    context = {"form": form, "sieve": sieve, "found": found, "panel": panel(sieve), **bar(sieve)}
    return render(request, "contacts/list.html", context, status=status)
