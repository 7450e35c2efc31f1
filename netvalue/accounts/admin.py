"""What those who run the site see of its people, if ADMIN=1."""

from __future__ import annotations

from allauth.account import admin as _addresses  # noqa: F401 (registers what is taken back below)
from allauth.account.models import EmailAddress
from allauth.usersessions import admin as _sessions  # noqa: F401 (the same)
from allauth.usersessions.models import UserSession
from django.contrib import admin

from netvalue.accounts.models import User

# Where somebody is signed in is their own business, and an address is changed by whoever reads its mail.
admin.site.unregister([EmailAddress, UserSession])


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Who is here; what belongs to them is nobody else's business."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login", "date_joined")
    readonly_fields = ("email", "last_login", "date_joined")

    def has_add_permission(self, request: object) -> bool:
        """People sign up, or are invited."""
        return False
