"""Where the web server listens, and what people type to get there."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING

from netvalue.embedded.refusal import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST_PORT = 8000
TRIES = 20
# Bound to nowhere a packet could go; asking the kernel for its own end of the way sends nothing.
ELSEWHERE = {socket.AF_INET: "192.0.2.1", socket.AF_INET6: "2001:db8::1"}


@dataclass
class Address:
    """An address that is ours; the sockets keep it so until the web server, and every later one, listens."""

    host: str
    port: int
    held: list[socket.socket] = field(default_factory=list)

    @property
    def local_url(self) -> str:
        return f"http://{_bracketed(self._one_of_this_machine())}:{self.port}"

    @property
    def url(self) -> str:
        """What people type. `localhost` and not its number: passkeys refuse numbers."""
        if self.is_private:
            return f"http://localhost:{self.port}"
        return f"http://{_bracketed(self._seen_from_outside())}:{self.port}"

    @property
    def is_private(self) -> bool:
        return _is_loopback(self.host)

    @property
    def names(self) -> list[str]:
        """The names under which others on the network may ask for this machine."""
        if self.is_private:
            return []
        name = socket.gethostname()
        return [_bracketed(self._seen_from_outside()), name, f"{name}.local"]

    def _one_of_this_machine(self) -> str:
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 (asked for by --host)

    def _seen_from_outside(self) -> str:
        if self.host not in ("0.0.0.0", "::"):  # noqa: S104 (asked for by --host)
            return self.host
        family = _family(self.host)
        with socket.socket(family, socket.SOCK_DGRAM) as line:
            try:
                line.connect((ELSEWHERE[family], 9))
                return str(line.getsockname()[0])
            except OSError:  # no network at all
                return socket.gethostname()


def take(host: str, wanted: int | None) -> Address:
    """The wanted port, or else the first free one from 8000 on."""
    for port in [wanted] if wanted else range(FIRST_PORT, FIRST_PORT + TRIES):
        try:
            return Address(host, port, list(_hold(host, port)))
        except OSError as error:
            _explain(error, host, port)
    if wanted:
        raise Refusal(f"Port {wanted} is in use; choose another with --port N.", Code.PORT_BUSY)
    raise Refusal(
        f"The ports {FIRST_PORT} to {FIRST_PORT + TRIES - 1} are all in use; choose one with --port N.",
        Code.PORT_BUSY,
    )


def _hold(host: str, port: int) -> Iterator[socket.socket]:
    held = []
    try:
        for each in _claimed_hosts(host):
            with contextlib.suppress(_NoSuchFamily):
                held.append(_hold_one(each, port))
    except OSError:
        for line in held:
            line.close()
        raise
    yield from held


class _NoSuchFamily(Exception):  # noqa: N818 (an answer)
    """This machine has no IPv6."""


def _claimed_hosts(host: str) -> list[str]:
    # A browser that is told "localhost" asks [::1] first; a stranger there would get its cookies.
    return [host, "::1"] if _family(host) == socket.AF_INET and host != "::1" else [host]


def _hold_one(host: str, port: int) -> socket.socket:
    """Bound, not listening: nobody else gets it, but the web server may, as it shares ports by design."""
    family = _family(host)
    try:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            _only_its_family(probe)
            probe.bind((host, port))
    except OSError as error:
        if family == socket.AF_INET6 and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
            raise _NoSuchFamily from None
        raise
    line = socket.socket(family)
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    _only_its_family(line)
    with contextlib.suppress(OSError):  # the ends of a former server's connections: nobody listens, so go on
        line.bind((host, port))
    return line


def _only_its_family(line: socket.socket) -> None:
    if line.family == socket.AF_INET6:
        line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)


def _explain(error: OSError, host: str, port: int) -> None:
    if error.errno in (errno.EACCES, errno.EPERM):
        raise Refusal(
            f"Port {port} is reserved for root; choose one from 1024 on with --port N.",
            Code.FOREIGN,
        )
    if error.errno != errno.EADDRINUSE:
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else str(error)
        raise Refusal(f"--host {host} is no address of this machine ({reason}).", Code.CONFIG)


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
