"""When to be reminded of the next check.

The choice is asked for on a check's result, so its address is that check's, found like all of one's own; it
holds for all checks of that perspective.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from assessments.models import Assessment, Retake
from assessments.retaking import next_check
from contacts.views.asked import posted
from netvalue.htmx import changed, said

if TYPE_CHECKING:
    from uuid import UUID

    from django import http
    from django.http import HttpResponse

    from assessments.retaking import Next
    from netvalue.htmx import HttpRequest


@transaction.atomic
def again(request: HttpRequest, uid: UUID) -> HttpResponse:
    check = get_object_or_404(Assessment.objects.of(request.user).finished(), uid=uid)
    asked = next_check(request.user, check.perspective, posted(request))
    if not asked.form.is_valid():
        return page(request, check, asked)
    Retake.objects.held(request.user, check.perspective).choose(asked.form.choice)
    Assessment.objects.plan_the_next(request.user, check.perspective)
    fresh = next_check(request.user, check.perspective)
    said(request, fresh.says)
    context = {"check": check, "again": fresh, "is_fresh": True}
    result = reverse("assessments:result", args=[uid])
    return changed(request, "assessments/result_again.html", context, to=f"{result}#again")


def page(request: HttpRequest, check: Assessment, asked: Next) -> HttpResponse:
    """The choice by itself, with what is wrong about it."""
    if asked.form.is_bound:
        asked.form.take_focus()
    context = {"check": check, "again": asked}
    return render(request, "assessments/again.html", context, status=422 if asked.form.is_bound else 200)


def section(request: http.HttpRequest, check: Assessment) -> Next | None:
    """For the result page. Without an account there is nobody to be reminded."""
    if not request.user.is_authenticated:
        return None
    return next_check(request.user, check.perspective)
