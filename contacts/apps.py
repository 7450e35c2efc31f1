from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"
    label = "contacts"

    def ready(self) -> None:
        from contacts import acting  # noqa: PLC0415 -- models may be imported only now
        from contacts.reminder_kinds import (  # noqa: PLC0415
            Birthdays,
            Dates,
            FollowUps,
        )
        from contacts.reminding.promises import Promises  # noqa: PLC0415
        from contacts.reminding.remembrance import Remembrances  # noqa: PLC0415
        from contacts.reminding.rhythms import Rhythms  # noqa: PLC0415
        from contacts.reminding.week import Weeks  # noqa: PLC0415
        from netvalue.outbox import kinds  # noqa: PLC0415

        for kind in (Birthdays(), Dates(), Remembrances(), FollowUps(), Promises(), Rhythms(), Weeks()):
            kinds.register(kind)
        acting.register()
