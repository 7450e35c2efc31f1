"""All checks somebody has taken, as a person and as an organisation apart, and what they say together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.shortcuts import render

from assessments import timeline
from assessments.models import Assessment

if TYPE_CHECKING:
    from django.http import HttpResponse

    from assessments.models import AssessmentQuerySet
    from netvalue.htmx import HttpRequest

# As many as strips side by side can be told apart on a phone.
ON_A_PAGE = 24


def history(request: HttpRequest) -> HttpResponse:
    mine = Assessment.objects.of(request.user)
    taken = mine.finished().per_perspective()
    perspective = request.GET.get("as", "")
    if perspective not in taken:
        perspective = next(iter(taken), Assessment.Perspective.PERSON)
    context: dict[str, Any] = {
        "unfinished": mine.unfinished().newest_first().with_answers()[:3],
        "taken": taken,
        "perspective": perspective,
        **window(request, mine.finished().as_a(perspective).last_finished_first()),
    }
    return render(request, "assessments/history.html", context)


def window(request: HttpRequest, finished: AssessmentQuerySet) -> dict[str, Any]:
    """A page of checks with their trend, and one check more, for what moved since."""
    page = Paginator(finished, ON_A_PAGE).get_page(request.GET.get("page"))
    begin = max(page.start_index() - 1, 0)
    checks = list(finished.with_answers()[begin : page.end_index() + 1])
    shown = page.end_index() - begin
    return {
        "page": page,
        "entries": timeline.entries(checks, shown),
        "trend": timeline.trend_of(checks[:shown][::-1]),
    }
