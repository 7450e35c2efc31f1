"""The rig: servers of its own for the session, a stage for each test."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from netvalue.embedded.postgres import APP
from tests.faults.clock import Clock
from tests.faults.services import TEMPLATE, Services
from tests.faults.stage import Stage
from tests.faults.workers import Nursery, Order

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def services() -> Iterator[Services]:
    services = Services()
    try:
        services.start()
        yield services
    finally:
        services.stop()


@pytest.fixture(scope="session")
def nursery(services: Services) -> Iterator[Nursery]:
    nursery = Nursery(services.environment, services.place, services.guard)
    clock = Clock()
    # What the migrations stamp is older than every run.
    clock.start(datetime(2020, 1, 1, tzinfo=UTC), 1)
    with services.admin() as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE} OWNER {APP}".encode())
    log = services.place / "migrate.log"
    migrated = nursery.start(
        Order(
            "tests.faults.seeding:migrate",
            TEMPLATE,
            "smtp://127.0.0.1:9?tls=none",
            str(log),
            {"clock": clock.sql()},
        )
    ).wait()
    assert migrated == 0, log.read_text()
    yield nursery
    nursery.close()


@pytest.fixture
def stage(services: Services, nursery: Nursery, request: pytest.FixtureRequest) -> Iterator[Stage]:
    number = len(list(services.place.glob("stage*")))
    stage = Stage(services, nursery, services.place / f"stage{number}", f"stage{number}")
    yield stage
    stage.close()
