"""The bin: what was removed and can still be brought back, or be deleted for good."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts import bin as the_bin
from contacts.models import Contact
from contacts.person import about
from contacts.views.asked import back
from contacts.words import today_of
from netvalue.htmx import HttpRequest, SeeOther, said

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpResponse


@require_safe
def removed(request: HttpRequest) -> HttpResponse:
    page = 1
    with suppress(ValueError):
        page = min(max(1, int(request.GET.get("page", "1")[:9])), 10_000)
    rows, more = the_bin.in_the_bin(request.user, today_of(request), page)
    context = {"rows": rows, "earlier": page - 1, "later": page + 1 if more else 0}
    return render(request, "contacts/bin.html", context)


@require_POST
@transaction.atomic
def bring_back(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    if kind not in the_bin.KINDS:
        raise Http404
    row = the_bin.held(kind, pk, request.user)
    if row is None:
        return render(request, "contacts/forgotten.html", status=404)
    row.bring_back()
    said(request, _("It is back."))
    return SeeOther(back(request, reverse("contacts:list")))


@transaction.atomic
def forget(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Somebody in the bin, for good."""
    people = Contact.objects.in_the_bin(request.user)
    contact = get_object_or_404(people.select_for_update() if request.method == "POST" else people, uid=uid)
    if request.method == "POST":
        contact.forget()
        said(request, _("%(name)s was deleted for good.") % {"name": contact.display})
        return SeeOther(reverse("contacts:bin"))
    return render(request, "contacts/forget.html", about(contact, request.user, today_of(request)))


@transaction.atomic
def empty(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        the_bin.empty(request.user)
        said(request, _("The bin is empty."))
        return SeeOther(reverse("contacts:bin"))
    return render(request, "contacts/empty_bin.html")
