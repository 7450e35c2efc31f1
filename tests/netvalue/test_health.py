"""What the site says about itself to machines, and to a person when no mail leaves."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F

from netvalue.outbox import delivery
from netvalue.outbox.models import PumpState

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

SILENT = "No mails are leaving at the moment"


def test_the_process_says_that_it_answers(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"


@pytest.mark.django_db
def test_the_site_is_ready_once_the_pump_has_ticked(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": True, "migrations": True, "broker": True, "pump": False}
    delivery.pump()
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_a_pump_that_fell_silent_is_seen_by_machines_and_people(client: Client, signed_in: Client) -> None:
    delivery.pump()
    assert SILENT not in signed_in.get("/today/").content.decode()
    PumpState.objects.update(ticked_at=F("ticked_at") - timedelta(minutes=2))
    assert client.get("/readyz").json()["pump"] is False
    html = signed_in.get("/today/").content.decode()
    assert SILENT in html
    assert '<a href="/mail/">Read them under “Mail for you”</a>' in html
    assert "Read them under" not in signed_in.get("/mail/").content.decode()


@pytest.mark.django_db
def test_a_broker_that_is_away_makes_the_site_unready(client: Client, settings: Settings) -> None:
    delivery.pump()
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)


BROKEN = """
import django; django.setup()
from django.conf import settings
from django.test import Client
settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
client = Client(raise_request_exception=False, SERVER_NAME="localhost")
client.cookies["netvalue_session"] = "a" * 32
print(client.get("/help/").status_code)
"""


def test_an_error_leaves_its_trace_in_the_log() -> None:
    """In a process of its own, as the product runs, with a database that is not there."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "netvalue.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nowhere",
        "DATABASE_POOL": "0",
        "DEBUG": "0",
    }
    done = subprocess.run(
        [sys.executable, "-c", BROKEN], env=environment, capture_output=True, text=True, check=False
    )
    assert "Internal Server Error: /help/" in done.stderr
    assert "OperationalError" in done.stderr
