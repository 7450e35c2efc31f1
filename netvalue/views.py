"""The pages that belong to no app: the landing page, help, today, and two answers for machines."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render

if TYPE_CHECKING:
    from django import http

    from netvalue.htmx import HttpRequest


# Public: the first page anybody sees.
@login_not_required
def home(request: http.HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("today")
    return render(request, "home.html", {"uid": uuid.uuid4()})


def today(request: HttpRequest) -> HttpResponse:
    return render(request, "today.html")


# Public: how the site works is nobody's secret.
@login_not_required
def help_page(request: http.HttpRequest) -> HttpResponse:
    return render(request, "help.html")


# Public: says only that this process answers.
@login_not_required
def healthz(request: http.HttpRequest) -> HttpResponse:
    return HttpResponse("ok", content_type="text/plain")


# Public: yes or no for load balancers, without details.
@login_not_required
def readyz(request: http.HttpRequest) -> JsonResponse:
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    ready = {"database": True, "migrations": not pending}
    return JsonResponse(ready, status=200 if all(ready.values()) else 503)
