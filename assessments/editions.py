"""What is said where a check asks questions that this version does not know: its answers stay as they are.

So it is after going back to an older version, or when the backup of a newer one was restored. The check is
listed with its date, it can be deleted, and nothing else is done with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render

from assessments.forms.taking import AnswerForm
from assessments.models import UnknownEditionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class UnknownEditions:
    """Middleware: every page about such a check says so, whichever it is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, UnknownEditionError):
            return None
        context = {"check": exception.check, "typed": AnswerForm(request.POST)}
        return render(request, "assessments/unknown.html", context, status=409)
