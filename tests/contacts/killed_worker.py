"""A worker that dies in the middle of a chunk, in a process of its own, on the test's database.

It has changed people and written how far it is, and is killed before any of that is committed.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING, Any

import django

django.setup()

from django.db import connection  # noqa: E402 -- after setup

from contacts.models import BulkChange, bulk  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

DATABASE, CHUNK, WHOLE = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
written = 0


def doomed(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 -- Django's
    """Lives through so many whole chunks."""
    global written  # noqa: PLW0603 -- a script
    result = execute(sql, params, many, context)
    if sql.startswith('UPDATE "contacts_contact"'):
        written += 1
        if written > WHOLE:
            os.kill(os.getpid(), signal.SIGKILL)
    return result


connection.settings_dict["NAME"] = DATABASE
bulk.CHUNK = CHUNK  # smaller chunks, sooner in the middle
with connection.execute_wrapper(doomed):
    BulkChange.objects.all().work()
