"""Where everything of one product lives: one directory, claimed by one supervisor at a time."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from netvalue.embedded.refusal import Code, Refusal
from netvalue.embedded.sysuser import WALK_THROUGH, others_may_reach

if TYPE_CHECKING:
    from collections.abc import Iterator

CHECKOUT = Path(__file__).resolve().parent.parent.parent
# A socket's address has 108 bytes on Linux and 104 on macOS; the longest name that we put there takes 18.
LONGEST_SOCKET_DIRECTORY = 82


@dataclass(frozen=True)
class Life:
    """A process, told from a later one with the same number by when it began."""

    pid: int
    began: float

    @classmethod
    def of(cls, pid: int) -> Life | None:
        try:
            return cls(pid, _birth(pid))
        except (psutil.NoSuchProcess, OSError):
            return None

    def process(self) -> psutil.Process | None:
        """The process if it still lives."""
        try:
            found = psutil.Process(self.pid)
            same = abs(_birth(self.pid) - self.began) < 0.5 and found.status() != psutil.STATUS_ZOMBIE
        except (psutil.NoSuchProcess, OSError):
            return None
        return found if same else None


def _birth(pid: int) -> float:
    """Counted from the machine's start where it tells, since its clock may be set; else by the clock."""
    told = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        return float(told.read_text().rpartition(")")[2].split()[19])
    return psutil.Process(pid).create_time()


@dataclass
class State:
    """What a supervisor writes down for the commands that look for it, and for the start after its death."""

    supervisor: Life | None = None
    url: str = ""
    sockets: str = ""
    ready: bool = False
    children: dict[str, Life] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        return self.supervisor is not None and self.supervisor.process() is not None


class Place:
    """The data directory and the names in it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.lock = data / "netvalue.lock"
        self.state_file = data / "state.json"
        self.keys = data / "secrets.json"
        self.logs = data / "logs"
        self.run = data / "run"
        self.postgres = data / "postgres"
        self.valkey = data / "valkey"
        self.programs = data / "programs"
        self.scratch = data / "scratch"
        self.static = data / "static"
        self.media = data / "media"
        self.mail_marker = data / "mail-marker"
        self.backups = data / "backups"

    @contextlib.contextmanager
    def claimed(self) -> Iterator[None]:
        """Ours alone until the end, which the kernel brings about even after kill -9."""
        self._make()
        try:
            lock = self.lock.open("a")
        except PermissionError:
            raise self._foreign() from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise self._taken() from None
            except OSError as error:
                raise self._unwritable(error) from None
            for directory in (self.logs, self.run):
                directory.mkdir(mode=0o700, exist_ok=True)
            yield

    def socket_directory(self) -> Path:
        """`run`, or a private directory with a simple name where no socket could be addressed in there."""
        too_long = len(os.fsencode(self.run)) > LONGEST_SOCKET_DIRECTORY
        if not too_long and "," not in str(self.run):  # Postgres' clients read a comma as "or that one"
            return self.run
        earlier = Path(self.state().sockets or self.run)
        if earlier != self.run and earlier.is_dir() and not earlier.is_symlink():
            return earlier
        return Path(tempfile.mkdtemp(prefix="netvalue-", dir="/tmp"))

    def state(self) -> State:
        try:
            stored = json.loads(self.state_file.read_text())
            supervisor = stored["supervisor"]
            return State(
                supervisor=Life(**supervisor) if supervisor else None,
                url=stored["url"],
                sockets=stored["sockets"],
                ready=stored["ready"],
                children={name: Life(**life) for name, life in stored["children"].items()},
                environment=stored["environment"],
            )
        except PermissionError:
            raise self._foreign() from None
        except (OSError, ValueError, KeyError, TypeError):
            return State()

    def write_state(self, state: State) -> None:
        part = self.state_file.with_suffix(".new")
        part.touch(mode=0o600)
        part.write_text(json.dumps(asdict(state)))
        part.rename(self.state_file)

    def _make(self) -> None:
        try:
            for directory in reversed([self.data, *self.data.parents]):
                if not directory.exists():
                    directory.mkdir(exist_ok=True)
                    directory.chmod(WALK_THROUGH if os.geteuid() == 0 else 0o700)
            with tempfile.TemporaryFile(dir=self.data):
                pass
        except OSError as error:
            raise self._unwritable(error) from None
        if self.data.stat().st_uid != os.geteuid():
            raise self._foreign()
        if not self.lock.exists() and {each.name for each in self.data.iterdir()} - {"lost+found"}:
            raise Refusal(
                f"{self.data} is not empty, and NetValue has not made it. Choose another with --data DIR.",
                Code.CONFIG,
            )
        self.data.chmod(WALK_THROUGH if os.geteuid() == 0 else 0o700)

    def _taken(self) -> Refusal:
        state = self.state()
        where = f" at {state.url}" if state.url else ", and is still starting"
        return Refusal(
            f"NetValue already runs on {self.data}{where}."
            if state.runs
            else f"Another command of NetValue works on {self.data}; try again when it has ended.",
            Code.RUNNING,
        )

    def _foreign(self) -> Refusal:
        return Refusal(
            f"{self.data} belongs to another user; it was probably started with sudo before. "
            "Choose another with --data DIR.",
            Code.FOREIGN,
        )

    def _unwritable(self, error: OSError) -> Refusal:
        with contextlib.suppress(OSError):
            if self.data.stat().st_uid != os.geteuid():
                return self._foreign()
        return Refusal(
            f"The data directory {self.data} cannot be written ({error.strerror}). "
            "Choose another with --data DIR.",
            Code.UNWRITABLE,
        )


def chosen(named: str | None) -> Place:
    """The place that was asked for; else `.local` in the checkout, if those who run there can get in."""
    if wanted := named or os.environ.get("NETVALUE_DATA"):
        return Place(Path(wanted).expanduser().absolute())
    if os.geteuid() == 0 and not others_may_reach(CHECKOUT / "any"):
        # Root's servers run as a user who may not walk into a private home, and no home is opened for them.
        mark = hashlib.sha256(os.fsencode(CHECKOUT)).hexdigest()[:8]
        return Place(Path("/var/lib/netvalue") / f"{CHECKOUT.name}-{mark}")
    return Place(CHECKOUT / ".local")
