"""A row is held after the people it is about, and they in one order: so nobody waits in a ring."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from contacts.models.finding import ContactQuerySet


def hold_with_people(row: QuerySet[Any], people: Callable[[], ContactQuerySet], links: QuerySet[Any]) -> None:
    """Until all is written. Who came to it by one of its `links` while one waited is not held yet: all is let
    go then, and held anew in order.
    """
    while True:
        before = transaction.savepoint()
        held = people().hold()
        row.select_for_update().first()
        if held.issuperset(links.values_list("contact", flat=True)):
            transaction.savepoint_commit(before)
            return
        transaction.savepoint_rollback(before)
