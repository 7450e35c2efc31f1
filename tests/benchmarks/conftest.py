"""The reference account, and requests straight through the WSGI door."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, override_settings

from contacts.models import Contact
from netvalue.accounts.models import User
from netvalue.outbox import heartbeat
from tests.benchmarks.reference import reference_account
from tests.factories import UserFactory

Send = Callable[..., tuple[int, bytes]]


@pytest.fixture
def somebody(db: None) -> User:
    return UserFactory.create()


@pytest.fixture
def ten_thousand_contacts(somebody: User) -> list[Contact]:
    return Contact.objects.bulk_create(
        Contact(
            owner=somebody,
            given=f"Given{n % 97}",
            family=f"Family{n:05}",
            organisation=f"House {n % 311}" if n % 3 else "",
            role="Architect" if n % 5 == 0 else "",
            birth_month=n % 12 + 1 if n % 2 else None,
            birth_day=n % 28 + 1 if n % 2 else None,
        )
        for n in range(10_000)
    )


@pytest.fixture
def account(somebody: User) -> User:
    """Somebody with very much of everything, where mail leaves as it should."""
    heartbeat.tick()
    reference_account(somebody)
    return somebody


@pytest.fixture
def send(somebody: User) -> Any:
    """Sends a request as the signed-in user, without the test client's own costs."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(somebody)
    client.get("/settings/")
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    secret = cookies[settings.CSRF_COOKIE_NAME]
    cookie_header = "; ".join(f"{name}={value}" for name, value in cookies.items())
    with override_settings(ROOT_URLCONF="tests.benchmarks.urls"):
        handler = WSGIHandler()

        def send(path: str, data: dict[str, str] | None = None) -> tuple[int, bytes]:
            body = urlencode({**data, "csrfmiddlewaretoken": secret}).encode() if data is not None else b""
            status: list[str] = []

            def start(line: str, *_: object) -> Callable[[bytes], object]:
                status.append(line)
                return content.write

            content = io.BytesIO()
            route, _, query = path.partition("?")
            response = handler(
                {
                    "REQUEST_METHOD": "POST" if data is not None else "GET",
                    "PATH_INFO": route,
                    "QUERY_STRING": query,
                    "SERVER_NAME": "localhost",
                    "SERVER_PORT": "8000",
                    "HTTP_HOST": "localhost:8000",
                    "HTTP_COOKIE": cookie_header,
                    "HTTP_ACCEPT_LANGUAGE": "en",
                    "REMOTE_ADDR": "127.0.0.1",
                    "CONTENT_TYPE": "application/x-www-form-urlencoded",
                    "CONTENT_LENGTH": str(len(body)),
                    "wsgi.input": io.BytesIO(body),
                    "wsgi.url_scheme": "http",
                    "wsgi.errors": io.StringIO(),
                },
                start,
            )
            content.writelines(response)
            response.close()
            return int(status[0].split()[0]), content.getvalue()

        yield send
