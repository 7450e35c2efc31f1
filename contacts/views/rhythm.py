"""Keeping in touch: not now, and on again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.forms.follow_ups import SnoozeForm
from contacts.views.asked import back, contact_of
from contacts.words import seen_from, today_of
from netvalue.htmx import HttpRequest, SeeOther, leading_to, said

if TYPE_CHECKING:
    from uuid import UUID


@require_POST
@transaction.atomic
def not_now(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact, today = contact_of(request, uid), today_of(request)
    page = back(request, contact.get_absolute_url())
    form = SnoozeForm(request.POST, today=today)
    if not form.is_valid():
        context = {"form": form, "what": contact.display, "next": page}
        return render(request, "contacts/snooze.html", context, status=422)
    contact.rest(form.day(today))
    undo = leading_to(reverse("contacts:go_on", args=[uid]), page)
    words = {"name": contact.display, "day": seen_from(today, form.day(today))}
    said(request, _("Not now: %(name)s. Back on Today: %(day)s.") % words, undo=undo)
    return SeeOther(page)


@require_POST
@transaction.atomic
def go_on(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    contact.go_on()
    return SeeOther(back(request, contact.get_absolute_url()))
