"""The doors to one's account that are ours; signing in, out and up are django-allauth's (`adapter.py`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.utils import perform_login
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import activate
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from netvalue.accounts import browser, first, invitations
from netvalue.accounts import sessions as devices
from netvalue.accounts.forms import SettingsForm, SetUpForm
from netvalue.accounts.models import OneTimeLink, User

if TYPE_CHECKING:
    from django import http

    from netvalue.htmx import HttpRequest


# Public: nobody is there yet who could sign in; the link is the proof.
@login_not_required
@sensitive_post_parameters("password")
@never_cache
def setup(request: http.HttpRequest, token: str) -> HttpResponse:
    link = OneTimeLink.objects.find(OneTimeLink.Purpose.SETUP, token)
    if link is None or User.objects.exists():
        return gone(request, "setup")
    form = SetUpForm(request.POST or None)
    if not form.is_valid():
        return render(request, "accounts/setup.html", {"form": form}, status=422 if form.is_bound else 200)
    user = first.create(link, form.save(commit=False), form.cleaned_data["password"])
    if user is None:
        return gone(request, "setup")
    activate(user.language)
    return signed_in(request, user)


# Public: whoever runs the site printed this link for somebody who cannot sign in otherwise.
@login_not_required
@never_cache
def login_link(request: http.HttpRequest, token: str) -> HttpResponse:
    link = OneTimeLink.objects.find(OneTimeLink.Purpose.SIGN_IN, token)
    if link is None or link.user is None:
        return gone(request, "login_link")
    if request.method != "POST":
        return render(request, "accounts/login_link.html", {"person": link.user})
    if not link.use():
        return gone(request, "login_link")
    return signed_in(request, link.user)


# Public: an invitation is for somebody who has no account.
@login_not_required
@never_cache
@require_safe
def invitation(request: http.HttpRequest, token: str) -> HttpResponse:
    return redirect("account_signup") if invitations.accept(request, token) else gone(request, "invitation")


def gone(request: http.HttpRequest, door: str) -> HttpResponse:
    """One answer for every link that does not open: unknown, used, too old, somebody else was first."""
    return render(request, "accounts/link_gone.html", {"door": door}, status=404)


def signed_in(request: http.HttpRequest, user: User) -> HttpResponse:
    """Signs `user` in as after a password: new session id, arrivals, the page of today."""
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response


def settings(request: HttpRequest) -> HttpResponse:
    form = SettingsForm(request.POST or None, instance=request.user)
    if not form.is_valid():
        return render(request, "accounts/settings.html", {"form": form}, status=422 if form.is_bound else 200)
    form.save()
    activate(request.user.language)
    messages.success(request, _("Saved."))
    response = redirect("accounts:settings")
    browser.keep(response, request.user)
    return response


def sessions(request: HttpRequest) -> HttpResponse:
    """The list of devices; a POST signs out all but this one."""
    key = request.session.session_key
    if request.method == "POST":
        devices.end(UserSession.objects.filter(user=request.user).exclude(session_key=key))
        messages.success(request, _("Every other device is signed out."))
        return redirect("accounts:sessions")
    return render(request, "accounts/sessions.html", {"sessions": devices.of(request.user), "key": key})


@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    session = get_object_or_404(others, pk=pk)
    devices.end(others.filter(pk=session.pk))
    messages.success(request, _("This device is signed out."))
    return redirect("accounts:sessions")
