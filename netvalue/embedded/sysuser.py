"""Who runs what. Postgres refuses to run as root, so root hands the servers to a system user of ours."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict

from netvalue.embedded.refusal import Code, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

NAME = "netvalue"
# The mode of root's own directories: the system user must get through, and reads nothing on the way.
WALK_THROUGH = 0o711


class Privileges(TypedDict, total=False):
    """What `subprocess` needs to start a program as somebody else."""

    user: int
    group: int
    extra_groups: Sequence[int]


@dataclass(frozen=True)
class Account:
    """A user of this machine."""

    name: str
    uid: int
    gid: int

    @property
    def is_us(self) -> bool:
        return self.uid == os.geteuid()

    def privileges(self) -> Privileges:
        return {} if self.is_us else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, *paths: Path) -> None:
        """Hand over the paths, and what is in them, where they belong to somebody else."""
        for path in paths:
            if path.lstat().st_uid != self.uid:
                for each in (path, *path.rglob("*")):
                    os.chown(each, self.uid, self.gid, follow_symlinks=False)


@contextmanager
def acting_as(account: Account) -> Iterator[None]:
    """What is made meanwhile is the account's: a port that it may share with itself, above all."""
    us = os.geteuid()
    if account.uid != us:
        os.seteuid(account.uid)
    try:
        yield
    finally:
        os.seteuid(us)


def ourselves() -> Account:
    uid = os.geteuid()
    try:
        return _account(pwd.getpwuid(uid))
    except KeyError:
        raise Refusal(
            f"User id {uid} has no name on this machine (/etc/passwd), and Postgres refuses such users.",
            Code.FOREIGN,
        ) from None


def for_servers(*, otherwise: str = "") -> Account:
    """Ourselves, or, for root, the system user `netvalue` (made if need be; `otherwise` if that fails)."""
    if os.geteuid() != 0:
        return ourselves()
    trouble = "" if _exists(NAME) else _make(NAME)
    for name in (NAME, otherwise):
        if name and _exists(name):
            return _account(pwd.getpwnam(name))
    raise Refusal(
        f"Started as root, and the system user {NAME} that Postgres needs could not be made ({trouble}). "
        "Start as an ordinary user instead.",
        Code.FOREIGN,
    )


def others_may_reach(path: Path) -> bool:
    """Whether every user of this machine may walk to this path (root's home is usually private)."""
    return all(each.stat().st_mode & 0o001 for each in path.resolve().parents)


def _exists(name: str) -> bool:
    return any(entry.pw_name == name for entry in pwd.getpwall())


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make(name: str) -> str:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return "there is no useradd"
    made = subprocess.run(
        [program, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", name],
        capture_output=True,
        text=True,
        check=False,
    )
    return made.stderr.strip()
