"""When things run. A message carries no arguments: it only says "wake up" (the truth is in Postgres)."""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "netvalue.settings")

app = Celery("netvalue")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Two beats are harmless: a tick looks what is due, and the database lets nothing be told or deleted twice.
HOUR = 3600.0
app.conf.beat_schedule = {
    "outbox": {"task": "outbox.tick", "schedule": 20.0, "options": {"expires": 25}},
    "checks": {"task": "assessments.tasks.forget_unclaimed_checks", "schedule": HOUR},
    "guide": {"task": "assessments.tasks.forget_removed_guide_answers", "schedule": HOUR},
    "bin": {"task": "contacts.tasks.forget_removed", "schedule": HOUR},
    "bulk": {
        "task": "contacts.tasks.go_on_with_bulk_changes", "schedule": 20.0, "options": {"expires": 25},
    },
    "sessions": {"task": "netvalue.accounts.tasks.forget_what_has_run_out", "schedule": HOUR},
}  # fmt: skip
