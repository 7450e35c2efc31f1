"""What the log of a Postfix says: a mail was accepted once its queue manager has it.

The name of a mail stands in the log as soon as its head has been read, also if the rest never came. So the
name alone proves nothing: only the queue does. The log is searched by time, never read from its beginning.
"""

from __future__ import annotations

import gzip
import os
import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from netvalue.outbox.doubts import Doubt, Finding, Word

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# How much the clock of the log and that of the database may differ.
MARGIN = timedelta(minutes=5)
LINE = re.compile(
    rb"(?P<at>\d{4}-\d\d-\d\dT\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d) \S+ "
    rb"\S*/(?P<daemon>\w+)\[(?P<pid>\d+)\]: (?P<rest>.*)"
)
STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\S+|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
QUEUE_ID = re.compile(rb"(?P<id>\w+): (?P<said>.*)")
HERE = Path("/etc/localtime")


@cache
def zone_of_this_machine() -> tzinfo:
    """Django sets its own zone for the process; the log is written by others."""
    try:
        with HERE.open("rb") as file:
            return ZoneInfo.from_file(file)
    except (OSError, ValueError):
        return UTC


@dataclass(frozen=True, slots=True)
class PostfixLog:
    """A log file and its rotated forerunners beside it: mail.log, mail.log.1, mail.log.2.gz."""

    path: Path
    # Of times in the old form; the machine's own if it is not said.
    zone: tzinfo | None = None
    name: str = "postfix-log"
    copy_to: str = ""

    def ask(self, doubts: Sequence[Doubt]) -> Mapping[str, Finding]:
        story = _Story({doubt.message_id.encode() for doubt in doubts})
        since = min(doubt.data_at for doubt in doubts) - MARGIN
        first = last = None
        for file in self._files(since):
            for line in self._lines(file, since):
                story.read(line)
                if at := self._time(line):
                    first, last = first or at, at
        if first is None or last is None:
            raise FileNotFoundError(f"there is no line in {self.path}")
        return {
            doubt.message_id: story.finding(
                doubt.message_id,
                was_awake=first <= doubt.data_at and max(doubt.data_at, doubt.last_data_at) <= last,
            )
            for doubt in doubts
        }

    def _files(self, since: datetime) -> list[Path]:
        """Those in which something after this moment can stand, oldest first."""
        found = {file: file.stat().st_mtime for file in self.path.parent.glob(self.path.name + "*")}
        if self.path not in found:
            raise FileNotFoundError(f"there is no {self.path}")
        newest_first = sorted(found, key=lambda file: (file == self.path, found[file]), reverse=True)
        # The one that ended before is read as well: its last line shows that nothing is missing between.
        needed = 1 + sum(found[file] >= since.timestamp() for file in newest_first)
        return newest_first[:needed][::-1]

    def _lines(self, file: Path, since: datetime) -> Iterator[bytes]:
        if file.suffix == ".gz":
            try:
                with gzip.open(file) as packed:
                    yield from packed
            except (EOFError, zlib.error) as error:
                raise OSError(f"{file} is cut off or damaged: {error}") from error
            return
        with file.open("rb") as log:
            log.seek(self._beginning(log.fileno(), since))
            yield from log

    def _beginning(self, log: int, since: datetime) -> int:
        """Where to begin reading: at or before the last line that is older, found by halving."""
        low, high = 0, os.fstat(log).st_size
        while high - low > 65_536:
            middle = (low + high) // 2
            at = self._first_time(os.pread(log, 65_536, middle))
            if at is not None and at < since:
                low = middle
            else:
                high = middle
        return low

    def _first_time(self, block: bytes) -> datetime | None:
        times = (self._time(line) for line in block.split(b"\n")[1:])
        return next((at for at in times if at), None)

    def _time(self, line: bytes) -> datetime | None:
        stamp = STAMP.match(line)
        try:
            return self._moment(stamp[0].decode()) if stamp else None
        except ValueError:
            return None

    def _moment(self, stamp: str) -> datetime:
        zone = self.zone or zone_of_this_machine()
        if stamp[:4].isdecimal():
            at = datetime.fromisoformat(stamp)
            return at if at.tzinfo else at.replace(tzinfo=zone)
        # The old form tells no year: it is the last one in which that moment has been.
        now = datetime.now(UTC)
        for year in (now.year + 1, now.year, now.year - 1):
            at = datetime.strptime(f"{year} {stamp}", "%Y %b %d %H:%M:%S").replace(tzinfo=zone)
            if at <= now + timedelta(days=1):
                return at
        raise ValueError(stamp)


class _Story:
    """What happened to the mails with these names."""

    def __init__(self, names: set[bytes]) -> None:
        self.names = names
        # Queue ids under which they came, those in the queue, and those that went nowhere.
        self.came: dict[bytes, bytes] = {}
        self.queued: set[bytes] = set()
        self.dropped: set[bytes] = set()
        # What each process that talks with senders is just taking.
        self.taking: dict[bytes, bytes] = {}

    def read(self, line: bytes) -> None:
        if b"]: " not in line or not (match := LINE.match(line)):
            return
        rest = match["rest"]
        if match["daemon"] == b"smtpd" and b" after DATA" in rest:
            self.dropped.add(self.taking.pop(match["pid"], b""))
        elif with_id := QUEUE_ID.match(rest):
            self._happened(match["daemon"], match["pid"], with_id["id"], with_id["said"])

    def _happened(self, daemon: bytes, pid: bytes, queue_id: bytes, said: bytes) -> None:
        if daemon == b"smtpd" and said.startswith(b"client="):
            self.taking[pid] = queue_id
        elif daemon == b"cleanup" and said.startswith(b"message-id="):
            name = said.removeprefix(b"message-id=").strip()
            if name in self.names:
                self.came[queue_id] = name
        elif daemon == b"cleanup" and said.startswith((b"milter-reject: END-OF-MESSAGE", b"reject: ")):
            self.dropped.add(queue_id)
        elif said.startswith(b"hold: ") or (daemon == b"qmgr" and said.startswith((b"from=", b"removed"))):
            self.queued.add(queue_id)

    def finding(self, name: str, *, was_awake: bool) -> Finding:
        under = [queue_id for queue_id, came in self.came.items() if came == name.encode()]
        queued = [queue_id.decode() for queue_id in under if queue_id in self.queued]
        if queued:
            return Finding(Word.ACCEPTED, f"in the mail server's log: queued as {', '.join(queued)}")
        if any(queue_id not in self.dropped for queue_id in under):
            return Finding(Word.UNSAID, "in the mail server's log without a word about the queue")
        if not was_awake:
            return Finding(Word.UNSAID, "the mail server's log does not reach around that moment")
        return Finding(Word.ABSENT, "not in the mail server's log")
