"""What to come back to: noting, doing, putting off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from contacts.agenda import as_row
from contacts.bin import way_back
from contacts.forms.follow_ups import CorrectionForm, FollowUpForm, SnoozeForm
from contacts.models import FollowUp
from contacts.person import about
from contacts.views.asked import asks_for_more, back, contact_of, posted
from contacts.views.people import person_page
from contacts.words import seen_from, today_of
from netvalue.htmx import HttpRequest, SeeOther, changed, leading_to, said

if TYPE_CHECKING:
    from uuid import UUID


def follow_up_of(request: HttpRequest, pk: int) -> FollowUp:
    """One of their follow-ups; whoever changes it holds it, like a contact."""
    follow_ups = FollowUp.objects.of(request.user).outside_the_bin()
    held, read = follow_ups.select_for_update(of=("self",)), follow_ups.select_related("contact")
    return get_object_or_404(held if request.method == "POST" else read, pk=pk)


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
    context = {**about(contact, request.user, today_of(request)), "form": fresh, "is_noting": True}
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


@transaction.atomic
def change(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up = follow_up_of(request, pk)
    page = back(request, home_of(follow_up))
    form = CorrectionForm(posted(request), follow_up=follow_up, today=today_of(request))
    more = asks_for_more(request)
    if not more and form.is_valid():
        form.correct()
        said(request, _("Changed."))
        return SeeOther(page)
    chosen = form.chosen()
    context = {"form": form, "follow_up": follow_up, "page": page, "chosen": chosen}
    context |= {"found": form.found(chosen), "is_wrong": form.is_bound and not more}
    return render(
        request, "contacts/change_follow_up.html", context, status=422 if context["is_wrong"] else 200
    )


@require_POST
@transaction.atomic
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up = follow_up_of(request, pk)
    follow_up.remove()
    page = back(request, home_of(follow_up))
    if not follow_up.is_open and not follow_up.done_at:
        words = _("Removed: %(what)s") % {"what": follow_up.what}
        said(request, words, undo=way_back(follow_up, page))
    return SeeOther(page)


@require_POST
@transaction.atomic
def complete(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up = follow_up_of(request, pk)
    follow_up.complete()
    page = back(request, home_of(follow_up))
    undo = leading_to(reverse("contacts:reopen", args=[pk]), page)
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
        context = {"form": form, "what": follow_up.what, "next": page}
        return render(request, "contacts/snooze.html", context, status=422)
    follow_up.snooze(form.day(follow_up.due_on))
    day = seen_from(today_of(request), follow_up.day)
    said(request, _("Later: %(what)s, %(day)s.") % {"what": follow_up.what, "day": day})
    return row(request, follow_up, page)


def home_of(follow_up: FollowUp) -> str:
    return follow_up.contact.get_absolute_url() if follow_up.contact else reverse("today")


def row(request: HttpRequest, follow_up: FollowUp, page: str) -> HttpResponse:
    """The follow-up as it is now, on the page where it was changed."""
    context = {"item": as_row(follow_up, today_of(request), page), "is_fresh": True}
    return changed(request, "contacts/follow_up_row.html", context, to=page)
