"""The servers that are ours to run: Postgres and Valkey, unless a variable names others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from netvalue.embedded import sysuser
from netvalue.embedded.binaries import postgres_programs, valkey_program
from netvalue.embedded.environment import given
from netvalue.embedded.postgres import Postgres
from netvalue.embedded.refusal import Code, Refusal
from netvalue.embedded.valkey import Valkey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from netvalue.embedded.place import Place
    from netvalue.embedded.sysuser import Account

# Generous: a busy machine may take minutes for what takes seconds, and a recovery after a power cut more.
PATIENCE = 300


@dataclass(frozen=True)
class Servers:
    """Postgres, unless DATABASE_URL is set; Valkey, unless REDIS_URL is."""

    account: Account
    sockets: Path
    postgres: Postgres | None = None
    valkey: Valkey | None = None

    def __iter__(self) -> Iterator[Postgres | Valkey]:
        return (server for server in (self.postgres, self.valkey) if server)

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DATABASE_URL": self.postgres.url if self.postgres else given("DATABASE_URL"),
            "REDIS_URL": self.valkey.url if self.valkey else given("REDIS_URL"),
        }

    def prepare(self) -> None:
        for server in self:
            server.prepare()


def of(place: Place, password: str) -> Servers:
    """The servers of a claimed place; programs and sockets lie where their account gets at them."""
    account = account_of(place)
    sockets = place.socket_directory()
    account.own(sockets)
    postgres = None if given("DATABASE_URL") else postgres_of(place, account, sockets)
    valkey = None
    if not given("REDIS_URL"):
        valkey = Valkey(place.valkey, sockets, valkey_program(account, place.programs), account, password)
    return Servers(account, sockets, postgres, valkey)


def account_of(place: Place) -> Account:
    account = sysuser.for_servers()
    if not account.is_us and not sysuser.others_may_reach(place.data):
        raise Refusal(
            f"Started as root, Postgres runs as user {account.name}, who may not walk to {place.data}. "
            "Choose a directory outside of private ones, such as --data /var/lib/netvalue.",
            Code.FOREIGN,
        )
    return account


def postgres_of(place: Place, account: Account, sockets: Path) -> Postgres:
    return Postgres(place.postgres, sockets, postgres_programs(account, place.programs), account)
