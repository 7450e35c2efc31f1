"""What the site says about itself to machines, and to a person when no mail leaves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.db.models import F

from netvalue.outbox import delivery
from netvalue.outbox.models import PumpState

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import Settings

SILENT = "No mail is leaving at the moment"


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
    assert SILENT in signed_in.get("/today/").content.decode()


@pytest.mark.django_db
def test_a_broker_that_is_away_makes_the_site_unready(client: Client, settings: Settings) -> None:
    delivery.pump()
    settings.REDIS_URL = "unix:///nowhere/valkey.sock?db=0"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)
