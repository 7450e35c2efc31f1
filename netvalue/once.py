"""The same form sent twice writes one row; with other words it writes another one, and nothing is lost.

A form carries a random token. What a row keeps as its `form_token` is that token together with what was
said, and the database lets an owner keep it once. Whoever comes second, even at the same moment, gets the
row of the first, out of the bin if it went there meanwhile:

    row = written_once(row, token, said_in(form), row.keep)
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import IntegrityError, transaction

from netvalue.undo import Removable

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.forms import BaseForm

    from netvalue.ownership import Owned

Row = TypeVar("Row", bound="Owned")


def said_in(form: BaseForm) -> list[tuple[str, str]]:
    """What was typed and chosen, in an order of its own."""
    return [(name, str(form[name].value())) for name in sorted(form.fields) if name != "token"]


@transaction.atomic(savepoint=False)
def written_once(row: Row, token: uuid.UUID, words: object, write: Callable[[], Any]) -> Row:
    """The new `row` as `write` stores it; the one stored before, if these words came with this token."""
    row.form_token = uuid.uuid5(token, repr(words))  # type: ignore[attr-defined]  # every row that a form writes has it
    try:
        with transaction.atomic():
            write()
    except IntegrityError:
        mine = type(row)._base_manager.filter(owner=row.owner_id, form_token=row.form_token)  # type: ignore[attr-defined]  # as above  # noqa: SLF001 -- also what is in the bin
        before = mine.select_for_update().first()
        if before is None:
            raise
        if isinstance(before, Removable):
            before.bring_back()
        return before
    return row
