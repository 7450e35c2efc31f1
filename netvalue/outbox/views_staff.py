"""The page about everybody's mail, for those who run this place. To anybody else it does not exist."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from netvalue.htmx import SeeOther, said
from netvalue.outbox import restoring, verifying
from netvalue.outbox.models import PumpState
from netvalue.outbox.overview import overview
from netvalue.outbox.tasks import wake

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from netvalue.htmx import HttpRequest

    View = Callable[[HttpRequest], HttpResponse]


def staff_only(view: View) -> View:
    @wraps(view)
    def for_staff(request: HttpRequest) -> HttpResponse:
        if not request.user.is_staff:
            raise Http404
        return view(request)

    return for_staff


@staff_only
@require_safe
def everybodys_mail(request: HttpRequest) -> HttpResponse:
    look = "look" in request.GET
    faults = verifying.looked_through() if look else None
    context = {"mail": overview(), "faults": faults, "too_much": look and faults is None}
    return render(request, "outbox/staff.html", context)


@staff_only
@require_POST
def try_now(request: HttpRequest) -> HttpResponse:
    """The pause that the last failure began is over."""
    PumpState.objects.update(paused_until=None)
    wake()
    said(request, _("The mail server is tried again now."))
    return SeeOther(reverse("outbox:everybodys_mail"))


@staff_only
@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """After a backup was put back: does what was due count as told?"""
    match request.POST.get("as"):
        case "told":
            told = restoring.count_as_told()
            words = ngettext(
                "%(number)s reminder counts as told.", "%(number)s reminders count as told.", told
            )
            said(request, words % {"number": told})
        case "due":
            restoring.send_after_all()
            said(request, _("What is due leaves now."))
        case _:
            return render(request, "outbox/staff.html", {"mail": overview(), "undecided": True}, status=422)
    wake()
    return SeeOther(reverse("outbox:everybodys_mail"))
