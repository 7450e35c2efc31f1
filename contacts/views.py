"""The pages about people: the list, one person, writing down, putting away; and what to come back to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.agenda import as_row
from contacts.forms import Entry, FollowUpForm, SieveForm, SnoozeForm
from contacts.listing import listing
from contacts.models import Circle, Contact, FollowUp
from contacts.person import about
from contacts.words import seen_from, today_of
from netvalue.htmx import HttpRequest, SeeOther, changed, said

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import QueryDict


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form sent; nothing if the page was only asked for."""
    return request.POST if request.method == "POST" else None


def contact_of(request: HttpRequest, uid: UUID) -> Contact:
    """One of their contacts. Whoever changes it holds it, so that a second tab finds what the first left."""
    contacts = Contact.objects.of(request.user)
    return get_object_or_404(contacts.select_for_update() if request.method == "POST" else contacts, uid=uid)


def follow_up_of(request: HttpRequest, pk: int) -> FollowUp:
    """One of their follow-ups, held like a contact; only asked for by those who change it."""
    return get_object_or_404(FollowUp.objects.of(request.user).select_for_update(), pk=pk)


def back(request: HttpRequest, default: str) -> str:
    """The page the form says it stood on, if that is one of ours."""
    page = request.POST.get("next") or request.GET.get("next") or ""
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else default


# --- The list ----------------------------------------------------------------------------------------


@require_safe
def people(request: HttpRequest) -> HttpResponse:
    form = SieveForm(request.GET, owner=request.user)
    context = {"form": form, "circles": Circle.objects.of(request.user)}
    if not form.is_valid():
        return render(request, "contacts/list.html", context, status=form.status)
    sieve = form.sieve()
    found = listing(sieve, request.user, today_of(request))
    return render(request, "contacts/list.html", {**context, "sieve": sieve, "found": found})


# --- One person --------------------------------------------------------------------------------------


@require_safe
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    form = FollowUpForm(owner=request.user, today=today_of(request), contact=contact)
    return person_page(request, contact, form)


def person_page(
    request: HttpRequest, contact: Contact, form: FollowUpForm, status: int = 200
) -> HttpResponse:
    context = about(contact, request.user, today_of(request))
    return render(request, "contacts/person.html", {**context, "form": form}, status=status)


def add(request: HttpRequest) -> HttpResponse:
    entry = Entry(posted(request), owner=request.user, today=today_of(request))
    if entry.is_valid():
        return SeeOther(entry.add().get_absolute_url())
    return render(request, "contacts/edit.html", {"entry": entry}, status=entry.status)


@transaction.atomic
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    name = contact.display
    entry = Entry(posted(request), owner=request.user, today=today_of(request), contact=contact)
    if entry.is_valid():
        return SeeOther(entry.save().get_absolute_url())
    context = {"entry": entry, "contact": contact, "name": name}
    return render(request, "contacts/edit.html", context, status=entry.status)


@require_POST
@transaction.atomic
def archive(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    contact.archive()
    said(
        request,
        _("%(name)s is in the archive.") % {"name": contact.display},
        undo=reverse("contacts:restore", args=[uid]),
    )
    return SeeOther(reverse("contacts:list"))


@require_POST
@transaction.atomic
def restore(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    contact.restore()
    said(request, _("%(name)s is back among your contacts.") % {"name": contact.display})
    return SeeOther(contact.get_absolute_url())


@transaction.atomic
def delete(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    if request.method == "POST":
        name = contact.display
        contact.remove()
        said(request, _("%(name)s was deleted for good.") % {"name": name})
        return SeeOther(reverse("contacts:list"))
    return render(request, "contacts/delete.html", about(contact, request.user, today_of(request)))


# --- What to come back to ----------------------------------------------------------------------------


@require_POST
@transaction.atomic
def note_about(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    form = FollowUpForm(request.POST, owner=request.user, today=today_of(request), contact=contact)
    if not form.is_valid():
        form.take_focus()
        return person_page(request, contact, form, status=422)
    form.add()
    fresh = FollowUpForm(owner=request.user, today=today_of(request), contact=contact)
    fresh.take_focus()
    context = {**about(contact, request.user, today_of(request)), "form": fresh}
    return changed(request, "contacts/person.html#follow-ups", context, to=contact.get_absolute_url())


def note(request: HttpRequest) -> HttpResponse:
    form = FollowUpForm(posted(request), owner=request.user, today=today_of(request))
    if not form.is_valid():
        return render(
            request, "contacts/follow_up.html", {"form": form}, status=422 if form.is_bound else 200
        )
    follow_up = form.add()
    day = seen_from(today_of(request), follow_up.day)
    said(request, _("Noted: %(what)s, %(day)s.") % {"what": follow_up.what, "day": day})
    return SeeOther(reverse("today"))


@require_POST
@transaction.atomic
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up = follow_up_of(request, pk)
    follow_up.complete()
    page = back(request, home_of(follow_up))
    undo = f"{reverse('contacts:reopen', args=[pk])}?{urlencode({'next': page})}"
    said(request, _("Done: %(what)s") % {"what": follow_up.what}, undo=undo)
    return row(request, follow_up, page)


@require_POST
@transaction.atomic
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up = follow_up_of(request, pk)
    follow_up.reopen()
    return row(request, follow_up, back(request, home_of(follow_up)))


@require_POST
@transaction.atomic
def snooze(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up = follow_up_of(request, pk)
    form = SnoozeForm(request.POST, today=today_of(request))
    page = back(request, home_of(follow_up))
    if not form.is_valid():
        context = {"form": form, "follow_up": follow_up, "next": page}
        return render(request, "contacts/snooze.html", context, status=422)
    follow_up.snooze(form.day(follow_up))
    day = seen_from(today_of(request), follow_up.day)
    said(request, _("Later: %(what)s, %(day)s.") % {"what": follow_up.what, "day": day})
    return row(request, follow_up, page)


def home_of(follow_up: FollowUp) -> str:
    return follow_up.contact.get_absolute_url() if follow_up.contact else reverse("today")


def row(request: HttpRequest, follow_up: FollowUp, page: str) -> HttpResponse:
    """The follow-up as it is now, on the page where it was changed."""
    context = {"item": as_row(follow_up, today_of(request), page), "is_fresh": True}
    return changed(request, "contacts/follow_up_row.html", context, to=page)
