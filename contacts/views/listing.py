"""The list of people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.forms.sieve import SieveForm
from contacts.listing import listing
from contacts.models import Circle
from contacts.words import today_of
from netvalue.htmx import HttpRequest

if TYPE_CHECKING:
    pass


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    form = SieveForm(request.GET, owner=request.user)
    context = {"form": form, "circles": Circle.objects.of(request.user)}
    if not form.is_valid():
        return render(request, "contacts/list.html", context, status=form.status)
    sieve = form.sieve()
    found = listing(sieve, request.user, today_of(request))
    return render(request, "contacts/list.html", {**context, "sieve": sieve, "found": found})
