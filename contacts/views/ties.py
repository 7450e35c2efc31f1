"""Who knows whom: writing down, correcting, removing, reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.bin import way_back
from contacts.forms.ties import RoleForm, TieForm
from contacts.models import Contact, Tie
from contacts.ties import under_their_words
from contacts.views.asked import asks_for_more, back, posted
from netvalue.htmx import HttpRequest, SeeOther, said

if TYPE_CHECKING:
    from uuid import UUID

TIES_ON_A_PAGE = 50


def person_of(request: HttpRequest, uid: UUID) -> Contact:
    """Read and not held: both ends of a tie are held together."""
    return get_object_or_404(Contact.objects.of(request.user).select_related("owner"), uid=uid)


def tie_of(request: HttpRequest, contact: Contact, pk: int) -> Tie:
    """One of theirs; removed ones, too, so that a second tab finds what the first left."""
    ties = Tie.objects.of(request.user).about(contact).between_shown().select_related("one", "other")
    return get_object_or_404(ties, pk=pk)


@require_safe
def all_ties(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = person_of(request, uid)
    theirs = Tie.objects.of(request.user).kept().about(contact).between_shown().seen_from(contact.pk)
    page = Paginator(theirs, TIES_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"contact": contact, "ties": under_their_words(contact, page), "pages": page}
    return render(request, "contacts/ties.html", context)


def add(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact = person_of(request, uid)
    page = back(request, contact.get_absolute_url())
    form = TieForm(posted(request), contact=contact)
    if asks_for_more(request) or not form.is_valid():
        return tie_page(request, contact, form, page)
    others = list(form.cleaned_data["people"])
    Tie.objects.of(request.user).say(contact, others, form.said())
    words = {"who": contact.display, "role": form.said().label, "others": ", ".join(map(str, others))}
    said(request, _("Noted. %(who)s: %(role)s %(others)s.") % words)
    return SeeOther(page)


def tie_page(
    request: HttpRequest, contact: Contact, form: RoleForm, page: str, tie: Tie | None = None
) -> HttpResponse:
    is_wrong = form.is_bound and not asks_for_more(request)
    context = {"contact": contact, "form": form, "page": page, "tie": tie, "is_wrong": is_wrong}
    if tie:
        context["them"] = tie.one if tie.other_id == contact.pk else tie.other
    if isinstance(form, TieForm):
        chosen = form.chosen()
        context |= {"chosen": chosen, "found": form.found(chosen)}
    return render(request, "contacts/tie.html", context, status=422 if is_wrong else 200)


def tie(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    contact = person_of(request, uid)
    noted = tie_of(request, contact, pk)
    page = back(request, contact.get_absolute_url())
    form = RoleForm(posted(request), initial={"role": noted.role_of(contact)})
    if not form.is_valid():
        return tie_page(request, contact, form, page, noted)
    noted.change(contact, form.said())
    said(request, _("Changed."))
    return SeeOther(page)


@require_POST
@transaction.atomic
def remove(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    contact = person_of(request, uid)
    noted = tie_of(request, contact, pk)
    noted.remove()
    page = back(request, contact.get_absolute_url())
    said(request, _("Removed: %(what)s") % {"what": noted}, undo=way_back(noted, page))
    return SeeOther(page)
