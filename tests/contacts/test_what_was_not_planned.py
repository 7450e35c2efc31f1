"""Whoever comes from an earlier version has everything planned that is planned today."""

from __future__ import annotations

import importlib
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.apps import apps

from contacts.models import Contact, Favour, ImportantDate
from netvalue.outbox.models import Schedule
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)
MIGRATION = importlib.import_module("contacts.migrations.0018_what_was_not_planned")


def planned() -> set[tuple[object, ...]]:
    return set(
        Schedule.objects.values_list(
            "owner", "kind", "object_id", "lead", "occurrence_on", "next_on", "next_at"
        )
    )


@time_machine.travel(NOW, tick=False)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_it_plans_what_the_verbs_plan_and_leaves_alone_what_is_planned(user: User, zone: str) -> None:
    user.time_zone = zone
    user.save()
    long_ago = datetime(2025, 1, 1, tzinfo=UTC)
    for fields in (
        {"rhythm_days": 30}, {"rhythm_days": 700}, {"birth_month": 2, "birth_day": 29},
        {"rhythm_days": 7, "paused": True},
        {"rhythm_days": 7, "paused": True, "paused_until": date(2026, 5, 1)},
        {"rhythm_days": 7, "deceased": True, "birth_month": 4, "birth_day": 1},
    ):  # fmt: skip
        who = ContactFactory.create(owner=user, **fields)
        Contact.objects.filter(pk=who.pk).update(created_at=long_ago)
        who.refresh_from_db()
        who.keep()
    put_away = ContactFactory.create(owner=user, birth_month=4, birth_day=1)
    put_away.keep()
    put_away.archive()
    ImportantDate(owner=user, contact=put_away, label="Day", on_month=3, on_day=3, leads=[0, 30]).keep()
    FollowUpFactory.build(owner=user, contact=put_away, due_on=date(2026, 4, 4)).keep()
    loans_and_promises: tuple[dict[str, Any], ...] = (
        {}, {"due_on": date(2026, 9, 9)}, {"state": "closed"}, {"kind": "loan"},
    )  # fmt: skip
    for n, more in enumerate(loans_and_promises):
        told: dict[str, Any] = {"direction": "given", "kind": "help", "state": "open", **more}
        Favour(owner=user, contact=put_away, what=f"{n}", day=date(2026, 2, 1), **told).keep()
    before = planned()
    assert {row[1] for row in before} == {"birthday", "date", "followup", "promise", "rhythm"}
    MIGRATION.plan(apps, None)
    assert planned() == before
    Schedule.objects.all().delete()
    MIGRATION.plan(apps, None)
    assert planned() == before
