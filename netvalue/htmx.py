"""What we add for htmx: a typed request, the one answer to a change, and redirects that leave the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import http
from django.contrib import messages
from django.http.response import HttpResponseRedirectBase
from django.shortcuts import render
from django.utils.http import urlencode

if TYPE_CHECKING:
    from collections.abc import Callable

    from django_htmx.middleware import HtmxDetails

    from netvalue.accounts.models import User


class HttpRequest(http.HttpRequest):
    """A request as our views see it."""

    user: User
    htmx: HtmxDetails


class SeeOther(http.HttpResponseRedirect):
    """After a POST: go and GET that page."""

    status_code = 303


def changed(request: HttpRequest, template: str, context: dict[str, Any], *, to: str) -> http.HttpResponse:
    """Ends a POST that worked: the page `to` without htmx, with it the partial and the toasts."""
    if not request.htmx:
        return SeeOther(to)
    response = render(request, template, context)
    response.write(render(request, "ui/toasts_oob.html").content)
    return response


def said(request: http.HttpRequest, text: str, *, undo: str = "") -> None:
    """Says a word in a toast, with a button that takes it back if `undo` is the URL that does."""
    messages.success(request, text, extra_tags=undo)


def leading_to(url: str, page: str) -> str:
    """The address of an undo, or of another POST, that leads to `page` when it is done."""
    return f"{url}?{urlencode({'next': page})}"


def redirects(
    get_response: Callable[[http.HttpRequest], http.HttpResponse],
) -> Callable[[http.HttpRequest], http.HttpResponse]:
    """Middleware: fetch would follow a redirect into the fragment, so htmx is told to leave the page."""

    def middleware(request: http.HttpRequest) -> http.HttpResponse:
        response = get_response(request)
        if request.headers.get("HX-Request") and isinstance(response, HttpResponseRedirectBase):
            response.status_code = 204
            response["HX-Redirect"] = response.url
            del response["Location"]
        return response

    return middleware
