"""What can be read in the log of a Postfix; the lines are as Postfix writes them."""

from __future__ import annotations

import gzip
import os
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from netvalue.outbox.doubts import Doubt, Word
from netvalue.outbox.postfix_log import PostfixLog

if TYPE_CHECKING:
    from pathlib import Path

AT = datetime(2026, 11, 20, 8, 0, 0, tzinfo=UTC)
MAIL = "<aaaa@netvalue.example.org>"
BEFORE = "2026-11-20T07:00:00.1+00:00 mx postfix/qmgr[7]: AAAA: removed"
AFTER = "2026-11-20T08:20:00.2+00:00 mx postfix/anvil[9]: statistics: max connection rate 1/60s"
CLIENT = "2026-11-20T08:00:00.3+00:00 mx postfix/smtpd[5]: 4F2A: client=app[10.0.0.2]"
NAMED = f"2026-11-20T08:00:00.4+00:00 mx postfix/cleanup[6]: 4F2A: message-id={MAIL}"
PACKED = gzip.compress(b"\n".join(b"%x" % n for n in range(5000)))
QUEUED = "2026-11-20T08:00:00.5+00:00 mx postfix/qmgr[7]: 4F2A: from=<a@b.org>, size=9 (queue active)"


def ask(path: Path, *, zone: ZoneInfo | None = None, at: datetime = AT) -> Word:
    log = PostfixLog(path, zone) if zone else PostfixLog(path)
    return log.ask([Doubt(MAIL, at)])[MAIL].word


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ([BEFORE, CLIENT, NAMED, QUEUED, AFTER], Word.ACCEPTED),
        # Nothing has to come after it, nor before.
        ([CLIENT, NAMED, QUEUED], Word.ACCEPTED),
        ([BEFORE, CLIENT, NAMED, QUEUED.replace("postfix/qmgr", "postfix-out/qmgr"), AFTER], Word.ACCEPTED),
        (
            [BEFORE, NAMED, NAMED.replace(f"message-id={MAIL}", "hold: header Subject: x from app"), AFTER],
            Word.ACCEPTED,
        ),
        ([BEFORE, AFTER], Word.ABSENT),
        # The name is written down before the rest has come: it proves nothing.
        ([BEFORE, CLIENT, NAMED, AFTER], Word.UNSAID),
        (
            [
                BEFORE,
                CLIENT,
                NAMED,
                CLIENT.replace("4F2A: client=", "lost connection after DATA (712 bytes) from "),
                AFTER,
            ],
            Word.ABSENT,
        ),
        # After the dot it may be in the queue, whoever hung up.
        (
            [
                BEFORE,
                CLIENT,
                NAMED,
                CLIENT.replace("4F2A: client=", "lost connection after END-OF-MESSAGE from "),
                AFTER,
            ],
            Word.UNSAID,
        ),
        (
            [
                BEFORE,
                CLIENT,
                NAMED,
                NAMED.replace(f"message-id={MAIL}", "milter-reject: END-OF-MESSAGE from app: 5.7.1 spam"),
                AFTER,
            ],
            Word.ABSENT,
        ),
        # Somebody else's queue id, and somebody else's name.
        ([BEFORE, NAMED, QUEUED.replace("4F2A", "4F2B"), AFTER], Word.UNSAID),
        ([BEFORE, NAMED.replace("<aaaa@", "<baaaa@"), QUEUED, AFTER], Word.ABSENT),
        # A log that begins too late or has fallen asleep knows nothing.
        ([AFTER], Word.UNSAID),
        ([BEFORE], Word.UNSAID),
        (["", "not a line at all", BEFORE, "2026-99-99T00:00:00 x", AFTER], Word.ABSENT),
    ],
)
def test_what_a_log_proves(tmp_path: Path, lines: list[str], word: Word) -> None:
    path = tmp_path / "mail.log"
    path.write_text("\n".join(lines) + "\n")
    assert ask(path) is word


def test_times_of_the_old_form_are_in_the_zone_of_the_machine(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    path.write_text(
        "Nov 20 08:55:00 mx postfix/qmgr[7]: AAAA: removed\n"
        f"Nov 20 09:00:01 mx postfix/cleanup[6]: 4F2A: message-id={MAIL}\n"
        "Nov 20 09:00:02 mx postfix/qmgr[7]: 4F2A: removed\n"
    )
    at = datetime(datetime.now(UTC).year - 1, 11, 20, 8, tzinfo=UTC)
    log = PostfixLog(path, ZoneInfo("Europe/Berlin"))
    assert log.ask([Doubt(MAIL, at)])[MAIL].word is Word.ACCEPTED


def test_a_rotated_log_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "mail.log").write_text(AFTER + "\n")
    (tmp_path / "mail.log.1").write_text(f"{NAMED}\n{QUEUED}\n")
    packed = tmp_path / "mail.log.2.gz"
    packed.write_bytes(gzip.compress(BEFORE.encode() + b"\n"))
    for name, at in (
        ("mail.log", AT + timedelta(minutes=20)),
        ("mail.log.1", AT + timedelta(minutes=1)),
        ("mail.log.2.gz", AT - timedelta(hours=1)),
    ):
        os.utime(tmp_path / name, (at.timestamp(), at.timestamp()))
    assert ask(tmp_path / "mail.log") is Word.ACCEPTED
    assert ask(tmp_path / "mail.log", at=AT - timedelta(minutes=30)) is Word.ACCEPTED
    (tmp_path / "mail.log.1").write_text(NAMED.replace("<aaaa@", "<b@") + "\n")
    os.utime(tmp_path / "mail.log.1", (AT.timestamp() + 60, AT.timestamp() + 60))
    assert ask(tmp_path / "mail.log") is Word.ABSENT


@pytest.mark.parametrize("packed", [PACKED[:-4], PACKED[:20] + b"\xff" * 99, PACKED[::-1]])
def test_a_packed_log_that_is_cut_off_or_damaged_cannot_be_read(tmp_path: Path, packed: bytes) -> None:
    """As logrotate leaves it for a moment, or a full disk for ever."""
    (tmp_path / "mail.log").write_text(AFTER + "\n")
    (tmp_path / "mail.log.1.gz").write_bytes(packed)
    with pytest.raises(OSError, match=r"mail\.log\.1\.gz|gzipped"):
        ask(tmp_path / "mail.log")


def test_times_without_an_offset_are_those_of_its_zone(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    lines = (line.replace("+00:00", "") for line in (BEFORE, CLIENT, NAMED, QUEUED, AFTER))
    path.write_text("\n".join(lines) + "\n")
    assert PostfixLog(path, ZoneInfo("UTC")).ask([Doubt(MAIL, AT)])[MAIL].word is Word.ACCEPTED


def test_a_large_log_is_searched_by_time_and_not_read_from_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    old = datetime(2026, 11, 1, tzinfo=UTC)
    with path.open("w") as log:
        for n in range(200_000):
            at = (old + timedelta(seconds=n * 5)).isoformat()
            log.write(f"{at} mx postfix/smtp[12]: {n:X}: to=<x@example.org>, status=sent\n")
        log.write(f"{BEFORE}\n{CLIENT}\n{NAMED}\n{QUEUED}\n{AFTER}\n")
    log_of_it = PostfixLog(path)
    with path.open("rb") as opened:
        begins = log_of_it._beginning(opened.fileno(), AT - timedelta(minutes=5))
    assert path.stat().st_size - begins < 200_000
    assert ask(path) is Word.ACCEPTED


def test_a_log_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"there is no .*mail\.log"):
        ask(tmp_path / "mail.log")
    (tmp_path / "mail.log").touch()
    with pytest.raises(OSError, match="no line"):
        ask(tmp_path / "mail.log")


def test_of_a_mail_that_went_again_it_has_to_reach_around_all_its_times(tmp_path: Path) -> None:
    path = tmp_path / "mail.log"
    log = PostfixLog(path)

    def word(*lines: str, again: timedelta) -> Word:
        path.write_text("\n".join(lines))
        return log.ask([Doubt(MAIL, AT, last_data_at=AT + again)])[MAIL].word

    assert word(BEFORE, AFTER, again=timedelta(minutes=10)) is Word.ABSENT
    assert word(BEFORE, AFTER, again=timedelta(hours=1)) is Word.UNSAID
    assert word(AFTER, again=timedelta(minutes=25)) is Word.UNSAID
    assert word(BEFORE, CLIENT, NAMED, QUEUED, AFTER, again=timedelta(hours=8)) is Word.ACCEPTED
