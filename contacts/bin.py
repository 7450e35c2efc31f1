"""What can be removed and brought back: its kinds, by the word in an address, and the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.urls import reverse
from django.utils.http import urlencode

from contacts.models import Interaction, Photo

if TYPE_CHECKING:
    from netvalue.undo import Removable

# Each with its own query set, a RemovableQuerySet.
KINDS: Final[dict[str, Any]] = {
    "talks": Interaction,
    "photos": Photo,
}
NAMES: Final = {model: name for name, model in KINDS.items()}


def way_back(row: Removable, page: str) -> str:
    """Where a POST brings it back and leads to `page` again; for the button of a toast."""
    return f"{reverse('contacts:bring_back', args=[NAMES[type(row)], row.pk])}?{urlencode({'next': page})}"
