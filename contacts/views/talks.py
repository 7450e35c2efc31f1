"""Conversations: writing down, correcting, removing, bringing back, reading."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from contacts.bin import way_back
from contacts.forms.bulk import as_uid
from contacts.forms.talks import TalkForm
from contacts.models import Contact, Interaction
from contacts.talks import KINDS, as_row
from contacts.views.asked import asks_for_more, back, contact_of, posted
from contacts.words import roughly, today_of
from netvalue.htmx import HttpRequest, SeeOther, leading_to, said

if TYPE_CHECKING:
    from typing import Any
    from uuid import UUID

TALKS_ON_A_PAGE = 25


def talk_of(request: HttpRequest, uid: UUID) -> Interaction:
    """One of their conversations. Whoever changes it holds it and its people, so that two tabs come one after
    the other.
    """
    talks = Interaction.objects.of(request.user).outside_the_bin()
    noted = get_object_or_404(talks, uid=uid)
    if request.method != "POST":
        return noted
    noted.hold([*filter(None, map(as_uid, request.POST.getlist("people")))])
    return get_object_or_404(talks, uid=uid)


@transaction.atomic
def talk(request: HttpRequest) -> HttpResponse:
    return written(request, back(request, reverse("today")))


@transaction.atomic
def talk_with(request: HttpRequest, uid: UUID) -> HttpResponse:
    # The form holds everybody who took part, in one order.
    contact = get_object_or_404(Contact.objects.of(request.user), uid=uid)
    return written(request, back(request, contact.get_absolute_url()), people=[contact.uid])


def written(request: HttpRequest, page: str, **initial: Any) -> HttpResponse:
    form = TalkForm(posted(request), owner=request.user, today=today_of(request), initial=initial)
    if asks_for_more(request) or not form.is_valid():
        return talk_page(request, form, page)
    noted = form.add()
    words = {"kind": noted, "day": roughly(noted.when, today_of(request))}
    undo = leading_to(reverse("contacts:remove_talk", args=[noted.uid]), page)
    said(request, _("Written down: %(kind)s, %(day)s.") % words, undo=undo)
    return SeeOther(page)


def talk_page(
    request: HttpRequest, form: TalkForm, page: str, noted: Interaction | None = None
) -> HttpResponse:
    more = asks_for_more(request)
    chosen = form.chosen()
    context = {
        "form": form,
        "page": page,
        "talk": noted,
        "kinds": KINDS,
        "chosen": chosen,
        "found": form.found(chosen),
        "is_wrong": form.is_bound and not more,
    }
    return render(request, "contacts/talk.html", context, status=422 if context["is_wrong"] else 200)


@transaction.atomic
def conversation(request: HttpRequest, uid: UUID) -> HttpResponse:
    noted = talk_of(request, uid)
    page = back(request, home_of(noted))
    form = TalkForm(
        posted(request), owner=request.user, today=today_of(request), initial=TalkForm.initial_of(noted)
    )
    if asks_for_more(request) or not form.is_valid():
        return talk_page(request, form, page, noted)
    form.correct(noted)
    said(request, _("Changed."))
    return SeeOther(page)


@require_POST
@transaction.atomic
def remove(request: HttpRequest, uid: UUID) -> HttpResponse:
    noted = talk_of(request, uid)
    noted.remove()
    page = back(request, home_of(noted))
    words = {"kind": noted, "day": roughly(noted.when, today_of(request))}
    said(request, _("Removed: %(kind)s, %(day)s.") % words, undo=way_back(noted, page))
    return SeeOther(page)


@require_safe
def all_talks(request: HttpRequest, uid: UUID) -> HttpResponse:
    contact, today = contact_of(request, uid), today_of(request)
    theirs = Interaction.objects.of(request.user).between(contact).kept().newest_first().with_people()
    page = Paginator(theirs, TALKS_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [as_row(talk, contact, today) for talk in page]
    context = {"contact": contact, "talks": rows, "pages": page, "page": request.get_full_path()}
    return render(request, "contacts/talks.html", context)


def home_of(noted: Interaction) -> str:
    """The page of somebody who took part."""
    who = Contact.objects.kept().filter(parts__interaction=noted).order_by("hidden", "sort_key", "id").first()
    return who.get_absolute_url() if who else reverse("contacts:list")
