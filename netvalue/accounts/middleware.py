"""What every page of a signed-in person has: their language, their day, and a line in their sessions."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.shortcuts import render, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
    from django.template.response import TemplateResponse

    GetResponse = Callable[[HttpRequest], HttpResponse]
    View = Callable[..., Any]

logger = logging.getLogger(__name__)

SEEN = "seen"
SEEN_EVERY = 300


class SignInFirst(LoginRequiredMiddleware):
    """Asks who it is; afterwards one is back on a page, never at the address of a form."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method in {"GET", "HEAD"}:
            return super().handle_no_permission(request, view_func)
        page = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
        ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
        goal = urlsplit(page)._replace(scheme="", netloc="").geturl() if ours else ""
        return redirect_to_login(goal or resolve_url(settings.LOGIN_REDIRECT_URL))


class SessionsSeen:
    """Notes when and from where a session was last used, once in five minutes: most pages write nothing.

    Whoever signs out leaves nothing behind in the browser.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # It is stored as it comes, at sign-in too; what no browser sends could not be.
        browser = request.META.get("HTTP_USER_AGENT", "")
        request.META["HTTP_USER_AGENT"] = "".join(filter(str.isprintable, browser))
        if request.user.is_authenticated and time.time() - request.session.get(SEEN, 0) > SEEN_EVERY:
            request.session[SEEN] = int(time.time())
            UserSession.objects.create_from_request(request)
        was_there = request.user.is_authenticated
        response = self.get_response(request)
        if was_there and not request.user.is_authenticated:
            response["Clear-Site-Data"] = '"cache", "storage"'
        return response


class PersonsOwnDay:
    """Speaks a signed-in person's language and counts in their time zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        user = request.user
        # Not undone here: LocaleMiddleware still names it in the answer, and sets the next request's itself.
        translation.activate(user.language)
        request.LANGUAGE_CODE = user.language
        with timezone.override(user.zone):
            return self.get_response(request)


class NobodyUncounted:
    """Lets nobody in while attempts cannot be counted, and says so."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, RedisError):
            return None
        logger.error("the cache cannot be reached: %s", exception)
        return render(request, "accounts/uncounted.html", status=503)


class InvalidFormsAre422:
    """Answers 422 when a library's view shows a form again because of its errors; ours say so themselves."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        form = (response.context_data or {}).get("form")
        if request.method == "POST" and response.status_code == 200 and getattr(form, "errors", None):
            response.status_code = 422
        return response
