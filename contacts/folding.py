"""How text is made comparable. The database does it, for what is stored and for what is looked for alike: by
functions of the migrations 0001 (`contacts_fold`) and 0008 (the others).
"""

from __future__ import annotations

from django.db import models


class Fold(models.Func):
    """`Müller-Lüdenscheidt` → `muller ludenscheidt`: lower case, no accents, no hyphens or apostrophes."""

    function = "contacts_fold"
    arity = 1
    output_field = models.TextField()


class Plain(models.Func):
    """Folded, and every sign that stands between words is a space."""

    function = "contacts_plain"
    arity = 1
    output_field = models.TextField()


class Spellings(models.Func):
    """Plain, then once more the words that others spell otherwise: ` muller mueller`, ` mueller muller`."""

    function = "contacts_spellings"
    arity = 1
    output_field = models.TextField()


class Numbers(models.Func):
    """The digits of each line that has enough of them to be a number: `+49 (0)171 23-45` → ` 491712345`."""

    function = "contacts_numbers"
    arity = 1
    output_field = models.TextField()
