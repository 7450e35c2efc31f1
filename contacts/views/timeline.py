"""Everything so far with somebody, on one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from contacts.timeline import entries, in_words
from contacts.views.asked import contact_of
from contacts.words import today_of
from netvalue.htmx import HttpRequest

if TYPE_CHECKING:
    from uuid import UUID

ON_A_PAGE = 50


@require_safe
def timeline(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    page = Paginator(entries(contact, request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "contact": contact,
        "entries": in_words(page, contact, today_of(request)),
        "pages": page,
        "page": request.get_full_path(),
    }
    return render(request, "contacts/timeline.html", context)
