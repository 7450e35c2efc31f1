"""Who signs in: an e-mail address, and what their days look like (zone, language, hour, leap day).

And the links that open one door once: the first account, a sign-in, an invitation.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self
from zoneinfo import available_timezones

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from netvalue.accounts import zones

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo


class UserManager(BaseUserManager["User"]):
    """Makes people and finds them by their address, whatever its capitals."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A person who may sign in; without a password only by a link."""
        user = self.model(email=email.lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


def validate_time_zone(name: str) -> None:
    # What "localtime" is, each machine says otherwise, and the database does not know it.
    if name not in available_timezones() - {"localtime"}:
        raise ValidationError(_("“%(name)s” is not a time zone we know."), params={"name": name})


class User(AbstractBaseUser, PermissionsMixin):
    """A person who uses NetValue. A day is theirs: their zone decides when it begins."""

    class Language(models.TextChoices):
        ENGLISH = "en", _("English")
        GERMAN = "de", _("German")

    class LeapDay(models.TextChoices):
        """When a birthday of 29 February is kept in other years."""

        FEBRUARY = "feb28", _("28 February")
        MARCH = "mar1", _("1 March")

    class Theme(models.TextChoices):
        SYSTEM = "system", _("As my device does")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("your name"), max_length=150, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=64, default="UTC", validators=[validate_time_zone]
    )
    language = models.CharField(_("language"), max_length=2, choices=Language, default=Language.ENGLISH)
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    reminder_hour = models.PositiveSmallIntegerField(_("hour of reminders"), default=9)
    digest = models.BooleanField(_("one mail a day instead of one for each reminder"), default=True)
    # A mail may lie open on a desk; notes were written for nobody else.
    mail_words = models.BooleanField(
        _("the words of my notes may stand in my mails"), default=False, db_default=False
    )
    leap_day = models.CharField(
        _("29 February in other years"), max_length=5, choices=LeapDay, default=LeapDay.FEBRUARY
    )
    # WCAG 2.1.4: keys without Ctrl can be switched off.
    single_keys = models.BooleanField(
        _("the keys / and ? lead to the search and to help"), default=True, db_default=True
    )
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="accounts_user_email_is_lower_case"
            ),
            models.CheckConstraint(
                condition=models.Q(reminder_hour__lte=23), name="accounts_user_reminder_hour"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def zone(self) -> ZoneInfo:
        return zones.named(self.time_zone)


class OneTimeLinkQuerySet(models.QuerySet["OneTimeLink"]):
    """Links by what they are for."""

    def alive(self) -> Self:
        return self.filter(used_at=None, expires_at__gt=timezone.now())

    def issue(self, purpose: OneTimeLink.Purpose, *, user: User | None = None, email: str = "") -> str:
        """A new link's token. It is told once: the database knows only its hash."""
        token = secrets.token_urlsafe(32)
        self.create(
            purpose=purpose,
            digest=digest(token),
            user=user,
            email=email.lower(),
            seal=seal(user) if user else "",
            expires_at=timezone.now() + OneTimeLink.LIFETIMES[purpose],
        )
        return token

    def find(self, purpose: OneTimeLink.Purpose, token: str) -> OneTimeLink | None:
        """The link of this token while it opens its door. An unknown, a used and an old one look the same."""
        link = self.alive().select_related("user").filter(purpose=purpose, digest=digest(token)).first()
        return link if link and link.fits() else None


class OneTimeLink(models.Model):
    """A link that works once and not for long."""

    class Purpose(models.TextChoices):
        SETUP = "setup"
        SIGN_IN = "sign-in"
        INVITATION = "invitation"

    LIFETIMES: ClassVar = {
        Purpose.SETUP: timedelta(hours=1),
        Purpose.SIGN_IN: timedelta(minutes=15),
        Purpose.INVITATION: timedelta(days=7),
    }

    purpose = models.CharField(max_length=10, choices=Purpose)
    digest = models.CharField(max_length=64, unique=True)
    # Whom a sign-in link signs in, and what held when it was made: a newer password or sign-in ends it.
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    seal = models.CharField(max_length=64, blank=True)
    # Whom an invitation is for; anybody, if empty.
    email = models.EmailField(blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    objects = OneTimeLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(purpose="sign-in", user__isnull=False)
                | (~models.Q(purpose="sign-in") & models.Q(user__isnull=True)),
                name="accounts_link_signs_in_somebody",
            )
        ]

    def __str__(self) -> str:
        return self.purpose

    def fits(self) -> bool:
        return self.user is None or (
            self.user.is_active and constant_time_compare(self.seal, seal(self.user))
        )

    def use(self) -> bool:
        """Uses the link up. Of two at the same moment one gets True."""
        return OneTimeLink.objects.alive().filter(pk=self.pk).update(used_at=timezone.now()) == 1


def digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def seal(user: User) -> str:
    return salted_hmac("netvalue.accounts.sign-in", f"{user.password}|{user.last_login}").hexdigest()
