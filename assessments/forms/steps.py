"""On which day a step is taken, with whom, and in whose words."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import Line
from contacts.forms.follow_ups import OnADayForm
from contacts.models import Contact

if TYPE_CHECKING:
    from netvalue.accounts.models import User

NOBODY_THERE = _("This person is not among your contacts any more. Please choose somebody else, or nobody.")
MOST_FOUND, A_FEW = 8, 5


class PersonField(forms.ModelChoiceField[Contact]):
    """One of the owner's people, held so that nobody deletes them meanwhile."""

    widget = forms.RadioSelect

    def to_python(self, value: Any) -> Contact | None:
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(NOBODY_THERE) from None


class StepForm(OnADayForm):
    """A small step as a follow-up. Sent twice it is still one: a check has one step for a question."""

    person = PersonField(
        label=_("Who is it about?"), queryset=Contact.objects.none(), to_field_name="uid", required=False
    )

    field_order = ("person", "what", "due_on")

    def __init__(self, *args: Any, with_somebody: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["what"].label = _("How it will stand on your list")
        people: PersonField = self.fields["person"]  # type: ignore[assignment]
        people.queryset = Contact.objects.of(self.instance.owner).in_view().select_for_update()
        if not with_somebody:
            del self.fields["person"]

    def clean(self) -> None:
        self.instance.contact = self.cleaned_data.get("person")


class WhoForm(forms.Form):
    """Whom to look for among the contacts."""

    all_optional = True

    who = Line(label=_("Find somebody"), required=False, max_length=100)

    def people(self, owner: User, chosen: Contact | None) -> list[Contact]:
        """Whoever is found; without words a few of the closest. Nobody is shown as closer than another."""
        mine = Contact.objects.of(owner).in_view()
        words = self.cleaned_data["who"] if self.is_valid() else ""
        if words:
            found = list(mine.called(words).order_by("sort_key", "id")[:MOST_FOUND])
            found = found or list(mine.sounding_like(words)[:MOST_FOUND])
        else:
            found = sorted(mine.closest_first()[:A_FEW], key=attrgetter("sort_key"))
        return found if chosen is None or chosen in found else [chosen, *found]
