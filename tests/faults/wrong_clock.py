"""One tick of a pump on a machine whose clock is wrong, on the database of the test."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta

import django
import time_machine

django.setup()

from django.conf import settings  # noqa: E402 -- after setup
from django.db import connection  # noqa: E402

from netvalue.outbox import delivery  # noqa: E402
from netvalue.outbox.relay import Relay, Tls  # noqa: E402

HOURS, PORT, DATABASE = sys.argv[1:4]

connection.settings_dict["NAME"] = DATABASE
settings.EMAIL_RELAY = Relay("127.0.0.1", int(PORT), Tls.NONE)
with time_machine.travel(datetime.now(UTC) + timedelta(hours=float(HOURS))):
    sys.stdout.write(f"{delivery.pump()} sent")
