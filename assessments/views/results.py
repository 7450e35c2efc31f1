"""What a finished check says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from assessments import comparison, next_steps, visitors
from assessments.views import again
from assessments.views.sharing import share
from assessments.views.taking import goes_on_at

if TYPE_CHECKING:
    import uuid

    from django import http
    from django.http import HttpResponse

    from assessments.comparison import Comparison
    from assessments.models import Assessment


# Public: who took the check without an account sees its result, too.
@login_not_required
@never_cache
def result(request: http.HttpRequest, uid: uuid.UUID) -> HttpResponse:
    check = visitors.find(request, uid)
    if not check.finished_at:
        return redirect(goes_on_at(check))
    context = {
        "check": check,
        "lines": check.lines(),
        "counts": check.counts(),
        "since": since(request, check),
        "steps": next_steps.of_check(check, next_steps.now_of(request)),
        "came": next_steps.that_came(check, next_steps.now_of(request)),
        "share": share(request, check),
        "again": again.section(request, check),
        "may_sign_up": get_adapter().is_open_for_signup(request),
    }
    return render(request, "assessments/result.html", context)


def since(request: http.HttpRequest, check: Assessment) -> Comparison | None:
    """What moved since the check before this one, if there is one whose questions are known."""
    earlier = visitors.checks(request).known().before(check).with_answers().first()
    return comparison.compare(earlier, check) if earlier else None
