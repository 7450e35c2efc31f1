"""How django-allauth works here: who may sign up, where one lands, whom a mail goes to."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from netvalue.accounts import arrivals, browser, invitations, visitor
from netvalue.accounts.models import User

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

CODE_LIFETIME = timedelta(minutes=15)


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
        "invalid_password_reset": _("This link has expired."),
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
        browser.keep(response, user)
        return response

    def get_reset_password_from_key_url(self, key: str) -> str:
        """The link in the mail: on our own address, whatever the request called us."""
        url: str = super().get_reset_password_from_key_url(key)
        return f"{settings.NETVALUE_URL}{urlsplit(url).path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Hands the mail over, in its reader's language. Without a mail server it is not even written:
        nothing here waits for a code then, and a token that lies about helps nobody.
        """
        if not settings.EMAIL_URL:
            return
        user: User | None = context.get("user") or User.objects.filter(email=email).first()
        own_words = translation.override(user.language if user else translation.get_language())
        with own_words, timezone.override(user.zone if user else None):
            context = {**context, "email": email, "site": settings.NETVALUE_URL}
            message = self.render_mail(template_prefix, email, context)
        queue = import_string(settings.ACCOUNT_MAIL)
        lifetime = {"valid_for": CODE_LIFETIME} if "code" in context else {}
        queue(to=email, user=user, subject=message.subject, text=message.body, **lifetime)

    def is_safe_url(self, url: str) -> bool:
        """Only our own paths: no host can be smuggled in."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Never: one URL has one representation, and it is a page."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return visitor.address(request)
