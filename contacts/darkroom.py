"""Where picture files are opened: in a process of its own that may use only so much time and memory.

Whatever a file does to a decoder, the site goes on: the process knows no key and no database, and at most two
of them are at work for one process of the site.
"""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import contacts
from contacts.pictures import Picture, Refused, Why

AT_ONCE = 2
# Time on a busy machine; what the process may compute is less.
SECONDS = 20
# Characters of what it says when it fails.
MOST_SAID = 500
ROOT = Path(contacts.__path__[0]).parent
PASSED_ON = ("PATH", "LD_LIBRARY_PATH")

logger = logging.getLogger(__name__)
_rooms = threading.BoundedSemaphore(AT_ONCE)


def developed(data: bytes) -> Picture:
    """The pictures that a file becomes, or Refused."""
    if not _rooms.acquire(timeout=SECONDS):
        raise Refused(Why.TOO_MUCH)
    try:
        done = subprocess.run(
            [sys.executable, "-s", "-m", "contacts.developing"],
            cwd=ROOT,
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={name: os.environ[name] for name in PASSED_ON if name in os.environ},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        # It may be the file, or an installation that is not whole: whoever runs the site can see which.
        said = (error.stderr or b"").decode(errors="replace")[-MOST_SAID:]
        logger.warning("no picture was made of a file: %s\n%s", error, said)
        raise Refused(Why.TOO_MUCH) from error
    finally:
        _rooms.release()
    head, _, body = done.stdout.partition(b"\n")
    said = json.loads(head)
    if "why" in said:
        raise Refused(Why(said["why"]))
    large = said["large"]
    return Picture(body[:large], body[large:], said["width"], said["height"])
