"""All checks somebody has taken, as a person and as an organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.shortcuts import render

from assessments.models import Assessment

if TYPE_CHECKING:
    from django.http import HttpResponse

    from netvalue.htmx import HttpRequest

ON_A_PAGE = 20


def history(request: HttpRequest) -> HttpResponse:
    mine = Assessment.objects.of(request.user)
    taken = mine.finished().per_perspective()
    perspective = request.GET.get("as", "")
    if perspective not in taken:
        perspective = next(iter(taken), Assessment.Perspective.PERSON)
    finished_ones = mine.finished().as_a(perspective).newest_first().with_answers()
    context: dict[str, Any] = {
        "unfinished": mine.unfinished().newest_first().with_answers()[:3],
        "taken": taken,
        "perspective": perspective,
        "page": Paginator(finished_ones, ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "assessments/history.html", context)
