"""A name that nothing else of its owner has; whoever takes it in the same moment is found, too."""

from __future__ import annotations

from django import forms
from django.db import IntegrityError, transaction


class NamingForm(forms.Form):
    """Asks for a name. What a kept one means, each form says in `write`."""

    all_optional = True

    def write(self) -> None:
        # Django's forms have a metaclass of their own: an abstract method would be one too many.
        raise NotImplementedError

    def keep(self) -> bool:
        """Whether it is done. Whoever took the name a moment ago is found by asking again."""
        if self.is_valid() and not self._is_written():
            self.full_clean()
            return self.is_valid() and self._is_written()
        return self.is_valid()

    def _is_written(self) -> bool:
        try:
            with transaction.atomic():
                self.write()
        except IntegrityError:
            return False
        return True
