"""Columns that the database alone writes."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F


class KeptByTheDatabase(models.TextField[str, str]):
    """Text that triggers write. Whoever saves a row that was read earlier leaves it as it is by now."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"default": "", "db_default": "", "editable": False, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:  # noqa: FBT001 -- as Django calls it
        return "" if add else F(self.attname)
