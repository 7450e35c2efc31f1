"""What the page on which somebody is written down sends when only some of its fields are filled in."""

from __future__ import annotations

import uuid
from typing import Any

from contacts.forms.rows import ROW_FORMS


def no_rows() -> dict[str, str]:
    return {f"{rows}-{part}_FORMS": "0" for rows in ROW_FORMS for part in ("TOTAL", "INITIAL")}


def form(**fields: Any) -> dict[str, Any]:
    """One empty row of each kind, as the page has them at first."""
    empty: dict[str, Any] = {}
    for name, row in ROW_FORMS.items():
        empty |= {f"{name}-TOTAL_FORMS": "1", f"{name}-INITIAL_FORMS": "0"}
        empty[f"{name}-0-kind"] = str(row.base_fields["kind"].initial)
        empty |= {f"{name}-0-{part}": "" for part in ("label", *row.model.parts)}
    return {"token": str(uuid.uuid4()), "kind": "person", **empty, **fields}
