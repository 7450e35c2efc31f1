"""What those who run the site see of its people, if ADMIN=1."""

from __future__ import annotations

from django.contrib import admin

from netvalue.accounts.models import User


@admin.register(User)
class UserAdmin(admin.ModelAdmin[User]):
    """Who is here; what belongs to them is nobody else's business."""

    list_display = ("email", "name", "is_active", "is_staff", "date_joined", "last_login")
    search_fields = ("email", "name")
    exclude = ("password", "user_permissions", "groups")
    readonly_fields = ("last_login", "date_joined")
