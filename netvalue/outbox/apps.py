from __future__ import annotations

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "netvalue.outbox"
    label = "outbox"

    def ready(self) -> None:
        from netvalue.outbox import kinds  # noqa: PLC0415 -- models may be imported only now
        from netvalue.outbox.again import Again  # noqa: PLC0415
        from netvalue.outbox.trial import TestReminder  # noqa: PLC0415

        kinds.register(TestReminder())
        kinds.register(Again(), listed=False)
