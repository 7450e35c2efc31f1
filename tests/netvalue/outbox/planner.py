"""One of several planners, in a process of its own, on the test's database. Says how much it planned."""

from __future__ import annotations

import sys
from datetime import datetime

import django

django.setup()

from django.db import connection  # noqa: E402 -- after setup

from netvalue.outbox import planning  # noqa: E402

DATABASE, NOW = sys.argv[1:3]

connection.settings_dict["NAME"] = DATABASE
print(planning.plan(datetime.fromisoformat(NOW)))  # noqa: T201 -- the test reads it
