"""How long what was removed or let go can be brought back."""

from __future__ import annotations

from datetime import timedelta

UNDO_FOR = timedelta(days=30)
