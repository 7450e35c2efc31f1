"""A Valkey of our own: a Unix socket in a private directory, a password, a queue that survives a restart."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from netvalue.embedded.program import Program

if TYPE_CHECKING:
    from pathlib import Path

    from netvalue.embedded.sysuser import Account

SOCKET = "valkey.sock"


@dataclass(frozen=True)
class Valkey:
    """One server: its files, its socket's directory, the program, and the account that runs it."""

    data: Path
    sockets: Path
    executable: Path
    account: Account
    password: str
    durable: bool = True

    @property
    def url(self) -> str:
        return url(self.sockets, self.password)

    def prepare(self) -> None:
        self.data.mkdir(mode=0o700, exist_ok=True)
        config = self.data / "valkey.conf"
        config.touch(mode=0o600)
        config.write_text("".join(f"{line}\n" for line in self._settings()))
        self.account.own(self.data, config)

    def program(self) -> Program:
        return Program(
            "valkey",
            (self.executable, self.data / "valkey.conf"),
            {"PATH": "/usr/bin:/bin", "LC_ALL": "C"},
            self.account,
            self.data,
        )

    def trouble(self) -> str:
        """Why it does not answer yet; nothing if it does."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(5)
                line.connect(str(self.sockets / SOCKET))
                line.sendall(f"AUTH {self.password}\r\nPING\r\n".encode())
                answer = b""
                while answer.count(b"\r\n") < 2 and (part := line.recv(200)):
                    answer += part
        except OSError as error:
            return error.strerror or "no answer in time"
        return "" if b"+PONG" in answer else answer.decode(errors="replace").strip()

    def _settings(self) -> list[str]:
        return [
            "port 0",
            f"unixsocket {_quoted(str(self.sockets / SOCKET))}",
            "unixsocketperm 700",
            f"dir {_quoted(str(self.data))}",
            f"requirepass {self.password}",
            f"appendonly {'yes' if self.durable else 'no'}",
            "appendfsync everysec",
            'save ""',
            "maxmemory 256mb",
            "maxmemory-policy noeviction",
            "databases 4",
            "daemonize no",
            "enable-debug-command no",
            "enable-module-command no",
        ]


def url(sockets: Path, password: str) -> str:
    return f"unix://:{password}@{quote(str(sockets / SOCKET))}?db=0"


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
