"""How text is made comparable: lower case, no accents, no hyphens or apostrophes. The database does it, for
what is stored and for what is looked for alike (the function `contacts_fold` of migration 0001).
"""

from __future__ import annotations

from django.db import models


class Fold(models.Func):
    """`Müller-Lüdenscheidt` → `muller ludenscheidt`."""

    function = "contacts_fold"
    arity = 1
    output_field = models.TextField()
