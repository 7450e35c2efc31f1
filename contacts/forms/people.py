"""What may be written down about somebody, and how a mistake is said: at its field, with everything kept."""

from __future__ import annotations

import uuid
from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.dates import MONTHS
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.forms.fields import Line, Text
from contacts.forms.rows import ROW_FORMS, Rows
from contacts.models import Circle, Contact, Membership
from contacts.names import tidy
from contacts.words import day_and_month

if TYPE_CHECKING:
    from django.forms import BaseFormSet

    from contacts.forms.rows import RowForm
    from netvalue.accounts.models import User

FIRST_YEAR: Final = 1000
LEAP_YEAR: Final = 2000


class ContactForm(forms.ModelForm[Contact]):
    """Who somebody is and when they were born; circles by ticking or by a new name."""

    birth_day = forms.IntegerField(
        label=_("Day"), required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    birth_year = forms.IntegerField(
        label=_("Year"), required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    birth_month = forms.TypedChoiceField(
        label=_("Month"), required=False, coerce=int, empty_value=None, choices=[("", "—"), *MONTHS.items()]
    )
    in_circles = forms.ModelMultipleChoiceField(
        label=_("Circles"),
        required=False,
        queryset=Circle.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    new_circles = Line(
        label=_("New circles"), required=False, max_length=400,
        help_text=_("Family, choir, the old office … Separate several with commas."),
    )  # fmt: skip
    notes = Text(label=_("Notes"), required=False, max_length=20_000)
    closeness = forms.TypedChoiceField(
        label=_("Closeness"), required=False, coerce=int, empty_value=None,
        choices=[("", "—"), *((n, str(n)) for n in range(11))],
        help_text=_("From 0 (you hardly know each other) to 10 (you could call in the middle of the night)."),
    )  # fmt: skip
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    # Nearly everything may stay empty, so that is not said at every field.
    all_optional = True

    class Meta:
        model = Contact
        fields = [
            "kind", "prefix", "given", "additional", "family", "suffix", "nickname", "organisation", "role",
            "birth_day", "birth_month", "birth_year", "closeness", "how_met", "notes",
        ]  # fmt: skip
        field_classes = dict.fromkeys(
            [
                "prefix",
                "given",
                "additional",
                "family",
                "suffix",
                "nickname",
                "organisation",
                "role",
                "how_met",
            ],
            Line,
        )

    def __init__(self, *args: Any, owner: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.owner = owner
        self.today = today
        circles: forms.ModelMultipleChoiceField[Circle] = self.fields["in_circles"]  # type: ignore[assignment]
        circles.queryset = Circle.objects.of(owner)
        if self.instance.pk:
            self.initial["in_circles"] = self.instance.circles.all()

    def clean_birth_day(self) -> int | None:
        day: int | None = self.cleaned_data["birth_day"]
        if day is not None and not 1 <= day <= 31:
            raise ValidationError(_("A day is a number from 1 to 31."))
        return day

    def clean_birth_year(self) -> int | None:
        year: int | None = self.cleaned_data["birth_year"]
        if year is not None and year < FIRST_YEAR:
            raise ValidationError(_("Please write the year with four digits."))
        if year is not None and year > self.today.year:
            raise ValidationError(_("This year is still to come."))
        return year

    def clean_new_circles(self) -> list[str]:
        names = dict.fromkeys(filter(None, map(tidy, self.cleaned_data["new_circles"].split(","))))
        longest = Circle._meta.get_field("name").max_length or 0
        if any(len(name) > longest for name in names):
            raise ValidationError(
                _("The name of a circle has at most %(n)d characters."), params={"n": longest}
            )
        return list(names)

    def clean(self) -> None:
        data = self.cleaned_data
        names = ("given", "family", "nickname", "organisation")
        if not any(data.get(part) or part in self.errors for part in names):
            self.add_error("given", _("Please give a name: first name, last name, nickname or organisation."))
        if not any(part in self.errors for part in ("birth_day", "birth_month", "birth_year")):
            self._clean_birthday(data["birth_year"], data["birth_month"], data["birth_day"])

    def _clean_birthday(self, year: int | None, month: int | None, day: int | None) -> None:
        if day is None:
            return
        if month is None:
            self.add_error("birth_month", _("Please choose the month as well."))
        elif day > monthrange(year or LEAP_YEAR, month)[1]:
            written = day_and_month(month, day) + (f" {year}" if year else "")
            self.add_error("birth_day", gettext("%(date)s does not exist.") % {"date": written})
        elif year and date(year, month, day) > self.today:
            self.add_error("birth_year", _("This day is still to come."))


class Entry:
    """The page on which somebody is written down: the person and all ways to them."""

    def __init__(self, data: Any = None, *, owner: User, today: date, contact: Contact | None = None) -> None:
        self.form = ContactForm(data, instance=contact, owner=owner, today=today)
        self.rows = {name: Rows(name, data, contact) for name in ROW_FORMS}

    @property
    def status(self) -> int:
        return 422 if self.form.is_bound else 200

    @property
    def row_forms(self) -> list[BaseFormSet[RowForm]]:
        return [rows.forms for rows in self.rows.values()]

    @property
    def shows_more_ways(self) -> bool:
        """Addresses, messengers and links stay folded away until there is one."""
        return any(self.rows[name].says_something for name in ("messengers", "addresses", "links"))

    @property
    def shows_more_names(self) -> bool:
        """The rarer parts of a name stay folded away until one of them says something."""
        parts = [self.form[part] for part in ("nickname", "additional", "prefix", "suffix")]
        is_organisation = self.form["kind"].value() == Contact.Kind.ORGANISATION
        return is_organisation or any(part.value() or part.errors for part in parts)

    def is_valid(self) -> bool:
        # All are asked, so that every mistake is shown at once.
        return all([self.form.is_valid(), *[rows.is_valid() for rows in self.row_forms]])

    def add(self) -> Contact:
        """A new contact; the one made before if the same form was sent twice."""
        contact, token = self.form.instance, self.form.cleaned_data["token"]
        same = Contact.objects.of(contact.owner).filter(form_token=token).first()
        if same and same.name == contact.name:
            return same
        # Sent before but rewritten since, by the browser's way back: that is somebody else.
        contact.form_token = uuid.uuid4() if same else token
        try:
            return self.save()
        except IntegrityError:
            return Contact.objects.of(contact.owner).get(form_token=token)

    @transaction.atomic
    def save(self) -> Contact:
        contact = self.form.save(commit=False)
        contact.keep()
        for rows in self.rows.values():
            rows.save(contact)
        self._save_circles(contact)
        return contact

    def _save_circles(self, contact: Contact) -> None:
        names = self.form.cleaned_data["new_circles"]
        mine = Circle.objects.of(contact.owner)
        Circle.objects.bulk_create(
            [Circle(owner=contact.owner, name=name) for name in names], ignore_conflicts=True
        )
        circles = {*self.form.cleaned_data["in_circles"], *mine.named(names)}
        contact.memberships.exclude(circle__in=circles).delete()
        Membership.objects.bulk_create(
            [Membership(owner=contact.owner, contact=contact, circle=circle) for circle in circles],
            ignore_conflicts=True,
        )
