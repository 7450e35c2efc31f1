"""What time it is for reminders: Postgres' clock, the one that all machines share.

A web server or a worker whose own clock is wrong neither loses nor hurries a reminder. Tests bring a clock of
their own (`settings.BUSINESS_CLOCK`).
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string


def now() -> datetime:
    """When something is written down, for whoever asks what is still to come."""
    told = import_string(settings.BUSINESS_CLOCK)()
    assert isinstance(told, datetime)
    return told


def postgres_now() -> datetime:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        (told,) = cursor.fetchone()
    assert isinstance(told, datetime)
    return told
