"""One person: the page, writing down, putting away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts import quieting
from contacts.bin import way_back
from contacts.forms.follow_ups import FollowUpForm
from contacts.forms.giving import FavourForm
from contacts.forms.people import Entry
from contacts.forms.talks import TalkForm
from contacts.models import Contact, Quiet
from contacts.person import about
from contacts.views.asked import back, contact_of, posted
from contacts.words import today_of
from netvalue.htmx import HttpRequest, SeeOther, leading_to, said

if TYPE_CHECKING:
    from uuid import UUID


MOST_HIDDEN = 500


@require_safe
def person(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    form = FollowUpForm(owner=request.user, today=today_of(request), contact=contact)
    return person_page(request, contact, form)


def person_page(
    request: HttpRequest, contact: Contact, form: FollowUpForm, status: int = 200
) -> HttpResponse:
    context = about(contact, request.user, today_of(request))
    talk_form = TalkForm(owner=request.user, today=today_of(request))
    giving_form = FavourForm(contact=contact, today=today_of(request))
    context |= {"form": form, "talk_form": talk_form, "giving_form": giving_form}
    return render(request, "contacts/person.html", context, status=status)


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


@require_POST
@transaction.atomic
def hide(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    contact.hide()
    words = _("%(name)s is hidden. Under Settings you find everybody you have hidden.")
    said(request, words % {"name": contact.display}, undo=reverse("contacts:show", args=[uid]))
    return SeeOther(reverse("contacts:list"))


@require_POST
@transaction.atomic
def show(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    contact.show()
    said(request, _("%(name)s is shown again.") % {"name": contact.display})
    return SeeOther(contact.get_absolute_url())


@require_POST
@transaction.atomic
def quiet(request: HttpRequest, uid: UUID, kind: str) -> HttpResponse:
    """No more reminders about them, of one kind or of any."""
    contact = contact_of(request, uid)
    if not quieting.may_be_quiet(kind):
        raise Http404
    new = Quiet.objects.begin(contact, kind)
    page = back(request, contact.get_absolute_url())
    undo = leading_to(reverse("contacts:remind", args=[uid, kind]), page) if new else ""
    said(request, quieting.now_quiet(contact.display, kind), undo=undo)
    return SeeOther(page)


@require_POST
@transaction.atomic
def remind(request: HttpRequest, uid: UUID, kind: str) -> HttpResponse:
    """Reminders again, of what was stopped here or by a button in a mail."""
    contact = contact_of(request, uid)
    if not quieting.may_be_quiet(kind):
        raise Http404
    ended = Quiet.objects.of(request.user).end(contact, kind)
    page = back(request, contact.get_absolute_url())
    undo = leading_to(reverse("contacts:quiet", args=[uid, kind]), page) if ended else ""
    left = [quiet.kind for quiet in contact.quiets.all()]
    said(request, quieting.told_again(contact, kind, left), undo=undo)
    return SeeOther(page)


@require_safe
def hidden(request: HttpRequest) -> HttpResponse:
    people = Contact.objects.of(request.user).out_of_sight().order_by("sort_key", "id")
    return render(request, "contacts/hidden.html", {"people": people[:MOST_HIDDEN]})


@require_POST
@transaction.atomic
def delete(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = contact_of(request, uid)
    contact.remove()
    words = _("%(name)s is in the bin. You can bring them back for thirty days.")
    undo = way_back(contact, contact.get_absolute_url())
    said(request, words % {"name": contact.display}, undo=undo)
    return SeeOther(reverse("contacts:list"))
