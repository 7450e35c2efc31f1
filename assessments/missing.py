"""What is said where a check is not here, or comes from a newer version: why, and what to do.

What was typed is given back. A check comes from a newer version after going back to an older one, or with a
backup: it is listed with its date, it can be deleted, and nothing else is done with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from assessments.forms.taking import AnswerForm
from assessments.models import Assessment, UnknownEditionError
from assessments.visitors import NotHereError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class MissingChecks:
    """Middleware: every page about such a check says so, whichever it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, UnknownEditionError):
            context = {"check": exception.check, "typed": AnswerForm(request.POST)}
            return render(request, "assessments/unknown.html", context, status=409)
        if isinstance(exception, (NotHereError, Assessment.DoesNotExist)):
            context = {"typed": AnswerForm(request.POST)}
            return render(request, "assessments/not_here.html", context, status=404)
        return None
