"""Queries that a page asks all the time about somebody or something else. To put such a query together takes
longer than to run it, and the outcome is the same text each time:

    @Prepared
    def names() -> Any:
        return Contact.objects.filter(owner=ANYBODY).values_list("name")

    names.about(user.pk)
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from django.db import connection

if TYPE_CHECKING:
    from collections.abc import Callable

# Stands where the statement has the key of the row asked about. It fits every kind of key, and no such query
# says it otherwise.
ANYBODY: Final = 31_999


class Prepared:
    """A query about ANYBODY, put together when it is asked for the first time."""

    def __init__(self, query: Callable[[], Any]) -> None:
        self.query = query

    @cached_property
    def statement(self) -> tuple[str, tuple[Any, ...]]:
        text, parameters = self.query().query.sql_with_params()
        assert ANYBODY in parameters, "this asks about nobody"
        return text, parameters

    def about(self, key: int) -> list[tuple[Any, ...]]:
        """Its rows, as the database gives them: what is JSON there is text."""
        text, parameters = self.statement
        with connection.cursor() as cursor:
            cursor.execute(text, [key if it == ANYBODY else it for it in parameters])
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows
