from __future__ import annotations

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"
    label = "assessments"

    def ready(self) -> None:
        from assessments import visitors  # noqa: PLC0415 (models are loaded only now)
        from assessments.reminder_kinds import Retakes  # noqa: PLC0415
        from netvalue.accounts import arrivals  # noqa: PLC0415
        from netvalue.outbox import acts, kinds  # noqa: PLC0415
        from netvalue.outbox.deeds import Deed  # noqa: PLC0415

        arrivals.on_arrival(visitors.claim)
        kinds.register(Retakes())
        acts.register(Retakes.name, acts.Acts(Deed.DONE, Deed.LATER))
