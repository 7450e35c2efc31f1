"""When things run. A message carries no arguments: it only says "wake up" (the truth is in Postgres)."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvalue.settings")

app = Celery("netvalue")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
