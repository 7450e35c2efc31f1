"""The pages that belong to no app: the landing page, help, today, and two answers for machines."""

from __future__ import annotations

import uuid
from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from redis import Redis
from redis.exceptions import RedisError

from assessments import next_steps, retaking
from assessments.models import Assessment
from assessments.views.taking import goes_on_at
from contacts.agenda import as_row
from contacts.ahead import birthdays_ahead
from contacts.in_touch import today_in_touch
from contacts.models import Contact, FollowUp
from contacts.promises import open_promises
from contacts.words import today_of, with_weekday
from netvalue.outbox import addresses, heartbeat
from netvalue.uploads import FileTooBig

if TYPE_CHECKING:
    from django import http

    from netvalue.htmx import HttpRequest

MOST_DUE = 50


# Public: the first page anybody sees.
@login_not_required
def home(request: http.HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("today")
    return render(request, "home.html", {"uid": uuid.uuid4()})


def today(request: HttpRequest) -> HttpResponse:
    user, day = request.user, today_of(request)
    due = FollowUp.objects.of(user).due(day).select_related("contact")[:MOST_DUE]
    checks = Assessment.objects.of(user)
    unfinished = checks.unfinished().known().newest_first().with_answers().first()
    latest = checks.latest_per_perspective()
    context = {
        "day": with_weekday(day),
        "refusing": addresses.dead([user.email]),
        "due": [as_row(item, day, request.path) for item in due],
        "step": next_steps.for_today(user, latest, day),
        **today_in_touch(user, day),
        "birthdays": birthdays_ahead(user, day),
        "promises": open_promises(user, day),
        "unfinished": unfinished and goes_on_at(unfinished),
        "last": latest,
        "is_empty": not (due or latest or unfinished or Contact.objects.of(user).exists()),
        "again": retaking.due(user, latest, day),
    }
    return render(request, "today.html", context)


# Public: how the site works is nobody's secret.
@login_not_required
def help_page(request: http.HttpRequest) -> HttpResponse:
    return render(request, "help.html")


# Public: who sent it may be anybody. Django's own asks the body for a token, and that body cannot be read.
@login_not_required
def unreadable(request: http.HttpRequest, exception: Exception) -> HttpResponse:
    context = {
        "too_large": isinstance(exception, RequestDataTooBig),
        "is_file": isinstance(exception, FileTooBig),
    }
    return render(request, "400.html", context, status=400)


# Public: who sent the form may be anybody.
@login_not_required
def out_of_date(request: http.HttpRequest, reason: str = "") -> HttpResponse:
    """The token of a form is no longer the browser's, as after signing in in another tab.

    What was typed can be sent once more if a page of ours sent it: the browser names that page's origin.
    """
    fields = [(name, texts) for name, texts in request.POST.lists() if name != "csrfmiddlewaretoken"]
    sent = [(name, text) for name, texts in fields for text in texts]
    ours = request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"
    secret = any("password" in name for name, _ in sent)
    again = sent if ours and not secret and not request.FILES else []
    return render(request, "403_csrf.html", {"again": again}, status=403)


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
        ready["pump"] = ready["migrations"] and heartbeat.ticks()
    return JsonResponse(ready, status=200 if all(ready.values()) else 503)


def _broker_answers() -> bool:
    try:
        with Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2) as broker:
            return bool(broker.ping())
    except RedisError:
        return False
