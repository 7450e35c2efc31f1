from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.test import Client


def test_the_process_says_that_it_answers(client: Client) -> None:
    assert client.get("/healthz").content == b"ok"
