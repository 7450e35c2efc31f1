"""What every answer tells the browser, and what we listen to: few methods, and no cookie with a NUL in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponseNotAllowed
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Handler = Callable[[HttpRequest], HttpResponse]

METHODS = ["GET", "HEAD", "POST", "OPTIONS"]


def security_headers(get_response: Handler) -> Handler:
    """Middleware: the policies of `SECURE_CSP` and its companions, unless a view set its own."""
    policy = "; ".join(
        f"{directive} {' '.join(sources)}" for directive, sources in settings.SECURE_CSP.items()
    )

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Asking for the session cookie instead of the user keeps public pages free of queries.
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            or settings.SESSION_COOKIE_NAME in response.cookies
        ):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def allowed_methods(get_response: Handler) -> Handler:
    """Middleware: TRACE, CONNECT and invented methods reach no view."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        return get_response(request)

    return middleware


def whole_cookies(get_response: Handler) -> Handler:
    """Middleware: a cookie may spell a NUL in octal digits; the database takes none, so it was never ours."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if "\0" not in value}
        return get_response(request)

    return middleware


def no_empty_pages(get_response: Handler) -> Handler:
    """Middleware: Django answers a wrong method with nothing at all; whoever reloads deserves a sentence."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and not response.content:
            response.content = render(request, "405.html").content
        return response

    return middleware
