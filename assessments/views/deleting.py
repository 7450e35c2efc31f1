"""Deleting a check: what goes with it is said first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from assessments import visitors
from netvalue.htmx import SeeOther, said

if TYPE_CHECKING:
    import uuid

    from django import http
    from django.http import HttpResponse


# Public: who took the check without an account may delete it, too.
@login_not_required
@never_cache
def delete(request: http.HttpRequest, uid: uuid.UUID) -> HttpResponse:
    check = visitors.find(request, uid)
    overview = reverse("assessments:history" if request.user.is_authenticated else "assessments:start")
    if request.method == "POST":
        visitors.discard(request, check)
        said(request, _("The check was deleted.") if check.finished_at else _("The check was discarded."))
        return SeeOther(overview)
    given = list(check.answers.all()) if check.is_kept else []
    context = {
        "check": check,
        "answers": sum(it.value is not None for it in given),
        "notes": sum(bool(it.note) for it in given),
        "steps": check.is_kept and check.steps.taken().exists(),
        "back": reverse("assessments:result", args=[uid]) if check.finished_at else overview,
    }
    return render(request, "assessments/delete.html", context)
