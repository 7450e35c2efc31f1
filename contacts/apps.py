from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"
    label = "contacts"

    def ready(self) -> None:
        from contacts.reminder_kinds import (  # noqa: PLC0415 -- models may be imported only now
            Birthdays,
            Dates,
            FollowUps,
        )
        from netvalue.outbox import kinds  # noqa: PLC0415

        kinds.register(Birthdays())
        kinds.register(Dates())
        kinds.register(FollowUps())
