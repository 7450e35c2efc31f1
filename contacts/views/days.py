"""Days in somebody's life: noting, correcting, removing, and saying that one has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.bin import way_back
from contacts.forms.days import ImportantDateForm, LifeEventForm
from contacts.models import ImportantDate, LifeEvent
from contacts.views.asked import contact_of, posted
from contacts.words import today_of
from netvalue.htmx import HttpRequest, SeeOther, said

if TYPE_CHECKING:
    from uuid import UUID

    from contacts.forms.days import DatedForm
    from contacts.models import Contact


def date_of(contact: Contact, pk: int) -> ImportantDate:
    return get_object_or_404(contact.dates.kept(), pk=pk)


def event_of(contact: Contact, pk: int) -> LifeEvent:
    return get_object_or_404(contact.events.kept(), pk=pk)


@transaction.atomic
def add_date(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    form = ImportantDateForm(posted(request), contact=contact, today=today_of(request))
    return written(request, form, _("A day that matters"))


@transaction.atomic
def date(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    contact = contact_of(request, uid)
    row = date_of(contact, pk)
    form = ImportantDateForm(posted(request), instance=row, contact=contact, today=today_of(request))
    return written(request, form, row.label)


@transaction.atomic
def add_event(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    if contact.is_business:
        raise Http404
    form = LifeEventForm(posted(request), contact=contact, today=today_of(request))
    return written(request, form, _("Something that happened"))


@transaction.atomic
def event(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    contact = contact_of(request, uid)
    row = event_of(contact, pk)
    form = LifeEventForm(posted(request), instance=row, contact=contact, today=today_of(request))
    return written(request, form, row.what)


def written(request: HttpRequest, form: DatedForm, title: str) -> HttpResponse:
    """Kept, and back to the person; else the page with what is wrong."""
    contact, row = form.instance.contact, form.instance
    if form.is_valid():
        form.keep()
        return SeeOther(contact.get_absolute_url())
    context = {"form": form, "contact": contact, "title": title, "row": row if row.pk else None}
    return render(request, "contacts/day.html", context, status=422 if form.is_bound else 200)


@require_POST
@transaction.atomic
def remove_date(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    return removed(request, date_of(contact_of(request, uid), pk))


@require_POST
@transaction.atomic
def remove_event(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    return removed(request, event_of(contact_of(request, uid), pk))


def removed(request: HttpRequest, row: ImportantDate | LifeEvent) -> HttpResponse:
    row.remove()
    page = row.contact.get_absolute_url()
    said(request, _("Removed: %(what)s") % {"what": row}, undo=way_back(row, page))
    return SeeOther(page)


@require_POST
@transaction.atomic
def acknowledge(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    contact = contact_of(request, uid)
    event_of(contact, pk).acknowledge()
    return SeeOther(contact.get_absolute_url())


@require_POST
@transaction.atomic
def take_back(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    contact = contact_of(request, uid)
    event_of(contact, pk).take_back()
    return SeeOther(contact.get_absolute_url())
