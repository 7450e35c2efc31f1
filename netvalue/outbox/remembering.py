"""What is remembered outside of Postgres: how far the pump had come, so that a database put back is noticed.

A restored backup has forgotten which mails left. Each tick is counted in Postgres, and before a mail may
leave the count is written to Valkey and to a file beside it, too. A database that counts less than what is
remembered about it went back in time. Nothing else hangs on this memory: without it the guard is blind, and
mail leaves as ever.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

logger = logging.getLogger(__name__)

# What stands in the file after a backup was put back by hand, of whichever database: more than any counts.
ANY = "any"
DAYS_90 = 90 * 86_400
# A broker that does not answer is not asked at every tick.
LEFT_ALONE = 60.0
ANSWERS_WITHIN = 0.5
# Whatever is more, what was remembered or what is now; and never back.
HIGHEST = """
local before = tonumber(redis.call('GET', KEYS[1]) or '0')
local now = tonumber(ARGV[1])
if now > before then redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2]) end
return before
"""
NOW_AND_THEN = 5.0
left_alone_until = 0.0
due_at = 0.0


def is_due(*, busy: bool) -> bool:
    """Whether to remember this tick. Before a mail may leave, and at the tick after that, it is; else now and
    then: of ticks that did nothing there is nothing to forget."""
    global due_at  # noqa: PLW0603 -- one process, one pump
    if not busy and time.monotonic() < due_at:
        return False
    due_at = 0.0 if busy else time.monotonic() + NOW_AND_THEN
    return True


def highest(lineage: UUID, count: int) -> int:
    """The highest count seen for this database so far, before this one; this one is remembered."""
    return max(_in_valkey(lineage, count), _in_a_file(settings.MAIL_MARKER, lineage, count))


def begin(lineage: UUID) -> None:
    """Somebody decided: what the file beside us says of others is over. Valkey knows nothing of a new one."""
    with suppress(OSError):
        _write(settings.MAIL_MARKER, lineage, 0)


def _in_valkey(lineage: UUID, count: int) -> int:
    global left_alone_until  # noqa: PLW0603 -- one process, one broker
    if time.monotonic() < left_alone_until:
        return 0
    try:
        return int(_valkey(settings.REDIS_URL).eval(HIGHEST, 1, _key(lineage), count, DAYS_90))
    except RedisError:
        left_alone_until = time.monotonic() + LEFT_ALONE
        return 0


def _key(lineage: UUID) -> str:
    return f"netvalue:pump:{lineage}"


@cache
def _valkey(url: str) -> Redis:
    return Redis.from_url(url, socket_connect_timeout=ANSWERS_WITHIN, socket_timeout=ANSWERS_WITHIN)


def _in_a_file(path: Path, lineage: UUID, count: int) -> int:
    before = 0
    with suppress(OSError, ValueError):
        whose, _, number = path.read_text().partition(" ")
        before = int(number) if whose in {str(lineage), ANY} else 0
    if count > before:
        with suppress(OSError):
            _write(path, lineage, count)
    return before


def _write(path: Path, lineage: UUID, count: int) -> None:
    """Whole or not at all, also when several do it at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f"{path.name}.{time.monotonic_ns()}")
    new.write_text(f"{lineage} {count}")
    new.replace(path)
