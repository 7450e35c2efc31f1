"""All checks somebody has taken, as a person and as an organisation apart, and what they say together."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, render

from assessments import comparison, timeline
from assessments.models import Assessment
from assessments.retaking import next_check

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.http import HttpResponse

    from assessments.models import AssessmentQuerySet
    from netvalue.htmx import HttpRequest

# As many as strips side by side can be told apart on a phone.
ON_A_PAGE = 24
# So many of the newest can be chosen beside a comparison; older ones on their page of the history.
TO_CHOOSE = 100


def history(request: HttpRequest) -> HttpResponse:
    mine = Assessment.objects.of(request.user)
    taken = mine.finished().per_perspective()
    perspective = perspective_of(request, taken)
    context: dict[str, Any] = {
        "unfinished": mine.unfinished().newest_first().with_answers()[:3],
        "taken": taken,
        "perspective": perspective,
        "again": next_check(request.user, perspective),
        **window(request, mine.finished().as_a(perspective).last_finished_first()),
    }
    return render(request, "assessments/history.html", context)


def perspective_of(request: HttpRequest, taken: Collection[str]) -> str:
    """The one asked for, else the first in which there are checks."""
    asked = request.GET.get("as", "")
    if asked in taken:
        return asked
    return next(iter(taken), Assessment.Perspective.PERSON)


def window(request: HttpRequest, finished: AssessmentQuerySet) -> dict[str, Any]:
    """A page of checks with their trend, and one check more, for what moved since."""
    page = Paginator(finished, ON_A_PAGE).get_page(request.GET.get("page"))
    begin = max(page.start_index() - 1, 0)
    checks = list(finished.with_answers()[begin : page.end_index() + 1])
    shown = page.end_index() - begin
    return {
        "page": page,
        "choices": timeline.choices(checks[:shown]),
        "entries": timeline.entries(checks, shown),
        "trend": timeline.trend_of(checks[:shown][::-1]),
    }


def compare(request: HttpRequest) -> HttpResponse:
    """Two checks side by side, in whichever order they were chosen."""
    mine = Assessment.objects.of(request.user)
    one, other = (chosen(mine, request.GET.get(name, "")) for name in ("then", "now"))
    refused = comparison.refused(one, other) if one and other else ""
    found = comparison.in_order(one, other) if one and other and not refused else None
    either = one or other
    perspective = either.perspective if either else perspective_of(request, mine.finished().per_perspective())
    series = mine.finished().as_a(perspective).last_finished_first()[:TO_CHOOSE]
    context = {
        "comparison": found,
        "between": comparison.between(found) if found else None,
        "refused": refused,
        "perspective": perspective,
        "choices": timeline.choices(series, *filter(None, [one, other])),
        "then": found.then if found else one,
        "now": found.now if found else other,
    }
    return render(request, "assessments/compare.html", context, status=422 if refused else 200)


def chosen(mine: AssessmentQuerySet, uid: str) -> Assessment | None:
    """The check that stands in the address, if one does. Anybody else's does not exist."""
    if not uid:
        return None
    try:
        return get_object_or_404(mine.with_answers(), uid=uuid.UUID(uid))
    except ValueError:
        raise Http404 from None
