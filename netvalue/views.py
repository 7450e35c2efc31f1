"""The pages that belong to no app: the landing page, help, today, and two answers for machines."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from redis import Redis
from redis.exceptions import RedisError

from netvalue.outbox import heartbeat

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
    ready = dict.fromkeys(("database", "migrations", "broker", "pump"), False)
    ready["broker"] = _broker_answers()
    with suppress(DatabaseError):
        executor = MigrationExecutor(connection)
        ready["database"] = True
        ready["migrations"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
        ready["pump"] = ready["migrations"] and heartbeat.ticked_within(heartbeat.SILENCE)
    return JsonResponse(ready, status=200 if all(ready.values()) else 503)


def _broker_answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as broker:
            return bool(broker.ping())
    except RedisError:
        return False
