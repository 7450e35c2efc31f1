"""Every door of the site."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from netvalue import palette, preferences, views

handler400 = views.unreadable

urlpatterns = [
    path("", views.home, name="home"),
    path("today/", views.today, name="today"),
    path("go/", palette.go, name="go"),
    path("help/", views.help_page, name="help"),
    path("language/", preferences.set_language, name="set_language"),
    path("appearance/", preferences.set_theme, name="set_theme"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("check/", include("assessments.urls")),
    path("contacts/", include("contacts.urls")),
    path("", include("netvalue.outbox.urls")),
    path("", include("netvalue.accounts.urls")),
    path("accounts/", include("allauth.urls")),
]

if settings.ADMIN:
    # Its own sign-in knows no limits; ours does.
    admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]  # Django says so itself
    urlpatterns.append(path("admin/", admin.site.urls))
