"""What one process of a run does: the product's own pump, worker or beat, or one deed of a user."""

from __future__ import annotations

import importlib
import json
import random
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import time_machine
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from netvalue.celery import app
from netvalue.outbox import probes, relay
from tests.faults import mutants, scale

if TYPE_CHECKING:
    from collections.abc import Callable


def live(order: dict[str, Any]) -> None:
    random.seed()
    connection.settings_dict["NAME"] = order["database"]
    settings.EMAIL_RELAY = relay.parse(order["relay"])
    settings.EMAIL_PROBE = probes.parse(order["probe"])
    settings.PASSWORD_HASHERS = ["tests.hashers.QuickArgon2"]
    settings.MAIL_MARKER = Path(order["log"]).with_name("mail-marker")
    for name, value in order["settings"].items():
        setattr(settings, name, value)
    scale.apply(order["scale"])
    if order["mutant"]:
        mutants.apply(order["mutant"], Path(order["mark"]))
    if order["now"]:
        # Whoever acts on a page lives in the run's time.
        time_machine.travel(datetime.fromtimestamp(order["now"], UTC), tick=True).start()
    result = find(order["do"])(**order["arguments"])
    if order["answer"]:
        answer = Path(order["answer"])
        part = answer.with_suffix(".part")
        part.write_text(json.dumps(result))
        part.rename(answer)


def find(name: str) -> Callable[..., Any]:
    module, _, function = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), function)
    return found


# --- The product's processes -------------------------------------------------------------------------


def pump(every: float) -> None:
    """`manage.py reminders_pump --every`, the loop that needs no broker."""
    call_command("reminders_pump", every=every)


def tick() -> None:
    """`manage.py reminders_pump`: one tick, then the process ends."""
    call_command("reminders_pump")


def worker(name: str) -> None:
    quiet = ["--loglevel", "WARNING", "--without-gossip", "--without-mingle"]
    app.worker_main(["worker", "-n", f"{name}@faults", "--concurrency", "2", "--pool", "prefork", *quiet])


def beat(schedule: str, every: float) -> None:
    app.conf.beat_schedule = {
        "outbox": {"task": "outbox.tick", "schedule": every, "options": {"expires": 25}}
    }
    app.conf.beat_max_loop_interval = every
    app.start(["beat", "--schedule", schedule, "--pidfile=", "--loglevel", "WARNING"])


def verify() -> None:
    """`manage.py verify_reminders`; what it finds is in the log of the process, and its end is an error."""
    call_command("verify_reminders", stdout=sys.stdout)
