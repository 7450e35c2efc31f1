"""Reminders, mail for you, and the links inside mails."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver

app_name = "outbox"

urlpatterns: list[URLPattern | URLResolver] = []
