"""The outbox's relay, morning and pump, for checks that come up again."""

from __future__ import annotations

from tests.netvalue.outbox.conftest import morning, pump, relay, sink

__all__ = ["morning", "pump", "relay", "sink"]
