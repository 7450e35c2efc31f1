from __future__ import annotations

import os
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from netvalue.embedded.address import Address, take
from netvalue.embedded.refusal import Code, Refusal
from netvalue.embedded.sysuser import Account, acting_as

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def stranger(host: str, port: int = 0) -> Iterator[int]:
    """Somebody who listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        line.bind((host, port))
        line.listen()
        yield int(line.getsockname()[1])


def release(address: Address) -> None:
    for line in address.held:
        line.close()


# Where a stranger listens; ::1 counts, because a browser asks there first when it is told localhost.
@pytest.mark.parametrize("where", ["127.0.0.1", "0.0.0.0", "::1"])
def test_a_busy_port_that_was_asked_for_is_refused(where: str) -> None:
    with stranger(where) as port, pytest.raises(Refusal, match=rf"Port {port} is in use") as refused:
        take("127.0.0.1", port)
    assert refused.value.code == Code.PORT_BUSY


def test_without_a_wish_the_next_free_port_is_taken() -> None:
    first = take("127.0.0.1", None)
    try:
        second = take("127.0.0.1", None)
        release(second)
        assert second.port > first.port
    finally:
        release(first)


def test_a_port_that_was_taken_is_refused_to_others_before_the_web_server_listens() -> None:
    ours = take("127.0.0.1", None)
    try:
        with pytest.raises(OSError, match="in use"), stranger("127.0.0.1", ours.port):
            pass
    finally:
        release(ours)


def test_the_web_server_may_listen_on_the_port_that_was_taken() -> None:
    ours = take("127.0.0.1", None)
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", ours.port))
        server.listen()
        with socket.create_connection(("127.0.0.1", ours.port), 5):
            release(ours)


def test_root_takes_a_port_for_the_account_that_will_listen(as_root: None) -> None:
    nobody = Account("nobody", 65534, 65534)
    with acting_as(nobody):
        ours = take("127.0.0.1", None)
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        with pytest.raises(OSError, match="in use"):
            server.bind(("127.0.0.1", ours.port))
    with acting_as(nobody), socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", ours.port))
    release(ours)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refusal, match=r"192\.0\.2\.1 is no address of this machine") as refused:
        take("192.0.2.1", 8000)
    assert refused.value.code == Code.CONFIG


@pytest.mark.skipif(os.geteuid() == 0, reason="root may take any port")
def test_a_port_of_root_is_explained() -> None:
    with pytest.raises(Refusal, match="reserved for root") as refused:
        take("127.0.0.1", 81)
    assert refused.value.code == Code.FOREIGN


@pytest.mark.parametrize(
    ("host", "url", "local", "private"),
    [
        ("127.0.0.1", "http://localhost:8000", "http://127.0.0.1:8000", True),
        ("localhost", "http://localhost:8000", "http://localhost:8000", True),
        ("::1", "http://localhost:8000", "http://[::1]:8000", True),
        ("192.0.2.7", "http://192.0.2.7:8000", "http://192.0.2.7:8000", False),
        ("2001:db8::7", "http://[2001:db8::7]:8000", "http://[2001:db8::7]:8000", False),
    ],
)
def test_what_people_type(host: str, url: str, local: str, private: bool) -> None:  # noqa: FBT001 (a column)
    address = Address(host, 8000)
    assert (address.url, address.local_url, address.is_private) == (url, local, private)


def test_for_the_local_network_it_names_this_machine_and_not_all_of_them() -> None:
    address = Address("0.0.0.0", 8000)
    assert "0.0.0.0" not in address.url
    assert socket.gethostname() in address.names
    assert address.local_url == "http://127.0.0.1:8000"
