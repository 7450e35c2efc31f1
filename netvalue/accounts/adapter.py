"""How django-allauth works here: who may sign up, where one lands, whom a mail goes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from netvalue.accounts import arrivals, invitations, visitor

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from netvalue.accounts.models import User


class Adapter(DefaultAccountAdapter):
    """Our answers to the questions allauth asks."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is switched off."),
        "cannot_remove_primary_email": _("This is the address you sign in with; it cannot be removed."),
        "duplicate_email": _("This is already your address."),
        "email_password_mismatch": _("This address and this password do not belong together."),
        "email_taken": _("There is already an account with this address."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_code": _("This is not the code from the mail."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("This address and this password do not belong together."),
        "invalid_password_reset": _("This link has run out."),
        "rate_limited": _("That was a lot at once. Please wait a few minutes and try again."),
        "same_as_current": _("This is already your address."),
        "too_many_login_attempts": _("Too many attempts. Please wait a few minutes and try again."),
        "unverified_primary_email": _("Your address has to be confirmed first."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return settings.SIGN_UP == "open" or (
            settings.SIGN_UP == "invite" and invitations.of(request) is not None
        )

    def save_user(self, request: HttpRequest, user: User, form: Form, commit: bool = True) -> User:  # noqa: FBT001, FBT002 (allauth's signature)
        user.name = form.cleaned_data["name"]
        user.time_zone = form.cleaned_data["time_zone"]
        user.language = translation.get_language() or settings.LANGUAGE_CODE
        saved: User = super().save_user(request, user, form, commit=commit)
        return saved

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        arrivals.welcome(request, user)
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def is_safe_url(self, url: str) -> bool:
        """Only our own paths: no host can be smuggled in."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: one URL has one representation, and it is a page."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return visitor.address(request)
