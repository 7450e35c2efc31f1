"""What a finished check says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache

from assessments import comparison, next_steps, visitors
from assessments.views import again
from assessments.views.sharing import share
from assessments.views.taking import goes_on_at

if TYPE_CHECKING:
    import uuid

    from django import http
    from django.http import HttpResponse


# Public: who took the check without an account sees its result, too.
@login_not_required
@never_cache
def result(request: http.HttpRequest, uid: uuid.UUID) -> HttpResponse:
    check = visitors.find(request, uid)
    if not check.finished_at:
        return redirect(goes_on_at(check))
    before = visitors.checks(request).known().before(check).with_answers().first()
    today = timezone.localdate()
    context = {
        "check": check,
        "lines": check.lines(),
        "counts": check.counts(),
        "since": comparison.compare(before, check) if before else None,
        "steps": next_steps.of_check(check, today),
        "came": next_steps.that_came(check, before, today),
        "share": share(request, check),
        "again": again.section(request, check),
        "may_sign_up": get_adapter().is_open_for_signup(request),
    }
    return render(request, "assessments/result.html", context)
