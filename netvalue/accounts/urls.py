"""Signing in, and the settings of the person who did."""

from __future__ import annotations

from django.urls import path

from netvalue.accounts import views

app_name = "accounts"

urlpatterns = [
    path("setup/<str:token>/", views.setup, name="setup"),
    path("link/<str:token>/", views.login_link, name="login_link"),
    path("invitation/<str:token>/", views.invitation, name="invitation"),
    path("settings/", views.settings, name="settings"),
    # In the place of the library's own list, which asks the database about each session by itself.
    path("accounts/sessions/", views.sessions, name="sessions"),
    path("settings/sessions/<int:pk>/end/", views.end_session, name="end_session"),
]
