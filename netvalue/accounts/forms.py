"""What people type when they come in and when they say how they want things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import context
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from netvalue.accounts import invitations, zones
from netvalue.accounts.models import User

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

MOVES_REMINDERS = {"time_zone", "reminder_hour", "leap_day"}
PASSWORD_HELP = _("At least 8 characters. A short sentence is easy to remember and hard to guess.")


def plainly(form: forms.Form, **labels: Any) -> None:
    """Our words on a library's fields: a label says it once, no placeholder repeats it."""
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        if name in labels:
            field.label = labels[name]
        if name in {"password", "oldpassword"}:
            field.help_text = ""
        if name == "password1":
            field.help_text = PASSWORD_HELP


def likely_zone() -> str:
    """Where somebody probably lives, until their browser says it better."""
    return "Europe/Berlin" if get_language() == "de" else "UTC"


class ZoneField(forms.ChoiceField):
    """A place whose clock one lives by. The browser fills it in where it can (`nv-timezone`)."""

    def __init__(self, *, also: str = "", **kwargs: Any) -> None:
        choices = [*zones.choices(), (also, also)] if also else zones.choices
        super().__init__(choices=choices, label=_("Time zone"), **kwargs)


class SignUpForm(allauth.SignupForm):
    """A new account: an address, a password, and what one likes to be called."""

    name = forms.CharField(
        label=_("Your name"),
        help_text=_("What your friends call you."),
        max_length=150,
        required=False,
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    time_zone = ZoneField(help_text=_("So that your reminders come at your local hour."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plainly(self, email=_("E-mail address"), password1=_("Password"))
        self.fields["time_zone"].initial = likely_zone()
        self.invitation = invitations.of(context.request)
        if self.invitation and self.invitation.email:
            self.fields["email"].initial = self.invitation.email
            self.fields["email"].disabled = True

    def save(self, request: HttpRequest) -> User:
        """Makes the account and uses the invitation up, both or neither."""
        with transaction.atomic():
            if self.invitation and not self.invitation.use():
                raise IntegrityError
            user: User = super().save(request)
            return user

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        if self.account_already_exists:
            # As long as a new account takes: the time of the answer tells nobody who is here.
            make_password(self.cleaned_data["password1"])
        try:
            made: tuple[User | None, HttpResponse | None] = super().try_save(request)
        except IntegrityError:
            # The same form came twice at once: the other one made the account.
            messages.info(request, _("Your account is there already. Please sign in."))
            return None, redirect("account_login")
        return made


class SignInForm(allauth.LoginForm):
    """An address and a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plainly(self, login=_("E-mail address"), password=_("Password"))


class ForgottenPasswordForm(allauth.ResetPasswordForm):
    """Where the mail with a link for a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plainly(self, email=_("E-mail address"))

    def clean_email(self) -> str:
        if not settings.EMAIL_URL:
            raise ValidationError(_("No mail can be sent from here."))
        email: str = super().clean_email()
        return email


class NewPasswordForm(allauth.ResetPasswordKeyForm):
    """A password after one was forgotten."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        plainly(self, password1=_("New password"))


class ChangePasswordForm(allauth.ChangePasswordForm):
    """A new password from somebody who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        plainly(self, oldpassword=_("Current password"), password1=_("New password"))


class SetPasswordForm(allauth.SetPasswordForm):
    """A first password, for somebody who has only ever signed in by a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        plainly(self, password1=_("Password"))


class ReauthenticateForm(allauth.ReauthenticateForm):
    """The password once more, before something that matters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plainly(self, password=_("Password"))


class CodeForm(allauth.ConfirmEmailVerificationCodeForm):
    """The code from the mail that proves an address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plainly(self, code=_("Code"))


class ChangeAddressForm(allauth.AddEmailForm):
    """A new address. With a mail server it has to be proved first; without one it counts at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plainly(self, email=_("New e-mail address"))

    def clean_email(self) -> str:
        email: str = super().clean_email()
        if not settings.EMAIL_URL and User.objects.filter(email=email).exists():
            raise get_adapter().validation_error("email_taken")
        return email

    def save(self, request: HttpRequest) -> EmailAddress:
        if settings.EMAIL_URL:
            return super().save(request)
        with transaction.atomic():
            self.user.email = self.cleaned_data["email"]
            self.user.save(update_fields=["email"])
            EmailAddress.objects.filter(user=self.user).delete()
            address = EmailAddress.objects.create(user=self.user, email=self.user.email, primary=True)
        messages.success(request, _("From now on you sign in with %(email)s.") % {"email": address.email})
        return address


class SetUpForm(forms.ModelForm[User]):
    """The first account of a new place."""

    password = forms.CharField(
        label=_("Password"),
        help_text=PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    time_zone = ZoneField(help_text=_("So that your reminders come at your local hour."))

    class Meta:
        model = User
        fields = ("name", "email", "language", "time_zone")
        widgets = {
            "name": forms.TextInput({"autocomplete": "name"}),
            "email": forms.EmailInput({"autocomplete": "email"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].initial = get_language()
        self.fields["time_zone"].initial = likely_zone()

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        return email.lower()

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or self.cleaned_data
        person = User(email=typed.get("email", ""), name=typed.get("name", ""))
        try:
            validate_password(typed.get("password", ""), person)
        except ValidationError as error:
            if "password" in typed:
                self.add_error("password", error)
        return typed


class SettingsForm(forms.ModelForm[User]):
    """How a person wants it."""

    time_zone = ZoneField(help_text=_("Your day begins and your reminders come by this clock."))
    reminder_hour = forms.TypedChoiceField(
        label=_("Reminders come at"), coerce=int, choices=[(hour, f"{hour}:00") for hour in range(24)]
    )

    class Meta:
        model = User
        fields = (
            "name",
            "language",
            "theme",
            "time_zone",
            "reminder_hour",
            "digest",
            "mail_words",
            "leap_day",
            "single_keys",
        )
        widgets = {
            "name": forms.TextInput({"autocomplete": "name"}),
            "leap_day": forms.RadioSelect,
        }
        help_texts = {
            "leap_day": _("For one person you can choose otherwise, under “Edit” on their page."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = self.instance.time_zone
        if zone not in zones.names():
            self.fields["time_zone"] = ZoneField(also=zone)

    def save(self, commit: bool = True) -> User:  # noqa: FBT001, FBT002 (Django's signature)
        """Writes these fields and no others: a password changed meanwhile stays changed."""
        with transaction.atomic():
            # Somebody else's form may have been saved since this one was read.
            before = User.objects.select_for_update(no_key=True).get(pk=self.instance.pk)
            self.instance.save(update_fields=[*self.fields])
            if any(getattr(before, name) != getattr(self.instance, name) for name in MOVES_REMINDERS):
                import_string(settings.ACCOUNT_CHANGED)(self.instance)
        return self.instance
