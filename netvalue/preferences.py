"""What a visitor chooses at the foot of a page: language and appearance, kept in cookies and the profile."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import i18n
from django.views.decorators.http import require_POST

from netvalue.accounts import browser
from netvalue.accounts.models import User
from netvalue.htmx import SeeOther


# Public: a visitor reads in their own language before there is an account.
@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    response = i18n.set_language(request)
    language = request.POST.get("language", "")
    if language in User.Language.values:
        browser.speak(request, response, language)
    return response


# Public: light and dark are a matter of eyes, not of accounts.
@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    theme = request.POST.get("theme", "")
    if theme not in User.Theme.values:
        raise BadRequest("No such theme")
    if isinstance(request.user, User):
        request.user.theme = theme
        request.user.save(update_fields=["theme"])
    goal = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure())
    response = SeeOther(goal if safe else "/")
    browser.keep_theme(response, theme)
    return response
