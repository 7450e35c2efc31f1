"""How many days ahead of a day one is reminded of it, in words: the same ones on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.utils.functional import _StrPromise

# Those that somebody may choose, anywhere.
AHEAD: Final[Mapping[int, _StrPromise]] = {
    0: _("on the day"),
    1: _("a day before"),
    7: _("a week before"),
    14: _("two weeks before"),
    30: _("30 days before"),
}
