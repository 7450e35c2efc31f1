from __future__ import annotations

from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"
    label = "contacts"

    def ready(self) -> None:
        from contacts.reminder_kinds import Birthdays, FollowUps  # noqa: PLC0415 -- models may be imported only now
        from netvalue.outbox import kinds  # noqa: PLC0415

        kinds.register(Birthdays())
        kinds.register(FollowUps())
