"""What a request asks about: a contact of theirs, a form, the page to go back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import get_object_or_404
from django.utils.http import url_has_allowed_host_and_scheme

from contacts.models import Contact
from netvalue.htmx import HttpRequest

if TYPE_CHECKING:
    from uuid import UUID

    from django import http
    from django.http import QueryDict


def posted(request: http.HttpRequest) -> QueryDict | None:
    """What a form sent; nothing if the page was only asked for."""
    return request.POST if request.method == "POST" else None


def asks_for_more(request: http.HttpRequest) -> bool:
    """Whether what is typed is only carried along: to look for somebody, or to a page with more room."""
    return request.method == "POST" and "more" in request.GET


def contact_of(request: HttpRequest, uid: UUID) -> Contact:
    """One of their contacts. Whoever changes it holds it, so that a second tab finds what the first left."""
    contacts = Contact.objects.of(request.user)
    held, read = contacts.select_for_update(), contacts.select_related("introduced_by")
    return get_object_or_404(held if request.method == "POST" else read, uid=uid)


def back(request: HttpRequest, default: str) -> str:
    """The page the form says it stood on, if that is one of ours."""
    page = request.POST.get("next") or request.GET.get("next") or ""
    ours = page.startswith("/") and url_has_allowed_host_and_scheme(page, allowed_hosts=None)
    return page if ours else default
