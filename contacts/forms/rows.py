"""The rows for somebody's numbers, addresses, links and messengers: five kinds, written down alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from contacts import hrefs
from contacts.forms.fields import Line
from contacts.models import (
    ContactAddress,
    ContactEmail,
    ContactLink,
    ContactMessenger,
    ContactPhone,
)
from contacts.models.rows import OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.forms.boundfield import BoundField
    from django.utils.functional import _StrPromise

    from contacts.models import Contact, ContactRow

MOST_ROWS: Final = 20
PLAIN: Final = {"autocomplete": "off"}


def link_that_can_be_opened(link: str) -> None:
    if not hrefs.visit(link):
        raise ValidationError(_("This is not a web address. One begins like this: https://example.org."))


class RowForm(forms.Form):
    """A kind, a word of one's own where the kind is “other”, and what is written down, as it was written."""

    model: ClassVar[type[ContactRow]]
    title: ClassVar[_StrPromise]
    another: ClassVar[_StrPromise]
    # So many lines that the next one is better kept folded.
    is_long: ClassVar[bool] = False

    label = Line(
        label=_("In your own word"), required=False, max_length=40,
        widget=forms.TextInput(attrs={**PLAIN, "placeholder": _("In your own word")}),
    )  # fmt: skip

    @property
    def parts(self) -> list[BoundField]:
        return [self[part] for part in self.model.parts]

    def clean(self) -> None:
        if self.cleaned_data.get("kind") != OTHER and "label" not in self.errors:
            self.cleaned_data["label"] = ""

    @property
    def is_spare(self) -> bool:
        """The line that waits for what may come."""
        return self.empty_permitted and not (self.is_bound and self.has_changed())

    @property
    def is_filled(self) -> bool:
        return any(self.cleaned_data.get(part) for part in self.model.parts)


class PhoneForm(RowForm):
    """A number with digits to dial."""

    model, title, another = ContactPhone, _("Phone"), _("Another number")

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ContactPhone.Kind,
        initial=ContactPhone.Kind.MOBILE,
        widget=forms.Select(attrs=PLAIN),
    )
    value = Line(
        label=_("Number"), required=False, max_length=60,
        validators=[RegexValidator(r"[0-9].*[0-9]", _("This number has no digits to dial."))],
        widget=forms.TextInput(attrs={"type": "tel", **PLAIN}),
    )  # fmt: skip


class EmailForm(RowForm):
    """An address, if it can be one."""

    model, title, another = ContactEmail, _("E-mail"), _("Another e-mail address")

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ContactEmail.Kind,
        initial=ContactEmail.Kind.HOME,
        widget=forms.Select(attrs=PLAIN),
    )
    value = forms.EmailField(
        label=_("Address"), required=False, max_length=254, widget=forms.EmailInput(attrs=PLAIN)
    )


class MessengerForm(RowForm):
    """A name or a number in one of the services."""

    model, title, another = ContactMessenger, _("Messengers"), _("Another messenger")

    kind = forms.ChoiceField(
        label=_("Service"), choices=ContactMessenger.Kind, initial=ContactMessenger.Kind.SIGNAL,
        widget=forms.Select(attrs=PLAIN),
    )  # fmt: skip
    value = Line(
        label=_("Name or number"), required=False, max_length=200, widget=forms.TextInput(attrs=PLAIN)
    )


class LinkForm(RowForm):
    """A page that a browser can open, and no other kind of address."""

    model, title, another = ContactLink, _("Links"), _("Another link")

    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=ContactLink.Kind,
        initial=ContactLink.Kind.HOME,
        widget=forms.Select(attrs=PLAIN),
    )
    value = Line(
        label=_("Link"), required=False, max_length=2000, validators=[link_that_can_be_opened],
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://", **PLAIN}),
    )  # fmt: skip


class AddressForm(RowForm):
    """As much of an address as is known."""

    model, title, another = ContactAddress, _("Addresses"), _("Another address")
    is_long = True

    kind = forms.ChoiceField(
        label=_("Kind"), choices=ContactAddress.Kind, initial=ContactAddress.Kind.HOME,
        widget=forms.Select(attrs=PLAIN),
    )  # fmt: skip
    street = Line(
        label=_("Street and number"), required=False, max_length=200, widget=forms.TextInput(attrs=PLAIN)
    )
    extra = Line(
        label=_("Second line (c/o, floor)"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=PLAIN),
    )
    postcode = Line(label=_("Postcode"), required=False, max_length=20, widget=forms.TextInput(attrs=PLAIN))
    city = Line(label=_("Town"), required=False, max_length=120, widget=forms.TextInput(attrs=PLAIN))
    region = Line(label=_("Region"), required=False, max_length=120, widget=forms.TextInput(attrs=PLAIN))
    country = Line(label=_("Country"), required=False, max_length=120, widget=forms.TextInput(attrs=PLAIN))


ROW_FORMS: Mapping[str, type[RowForm]] = {
    "phones": PhoneForm,
    "emails": EmailForm,
    "messengers": MessengerForm,
    "addresses": AddressForm,
    "links": LinkForm,
}


class Rows:
    """All rows of one kind on the page."""

    def __init__(self, name: str, data: Any, contact: Contact | None) -> None:
        self.name = name
        self.form = ROW_FORMS[name]
        self.forms = forms.formset_factory(
            self.form, max_num=MOST_ROWS, validate_max=True, absolute_max=MOST_ROWS * 2
        )(data, prefix=name, initial=self.written(contact))

    def written(self, contact: Contact | None) -> list[dict[str, Any]]:
        if contact is None:
            return []
        return list(getattr(contact, self.name).values("kind", "label", *self.form.model.parts))

    @property
    def says_something(self) -> bool:
        """Whether there is anything to see in it: a row, or a mistake."""
        return bool(self.forms.initial) or (self.forms.is_bound and self.forms.has_changed())

    def save(self, contact: Contact) -> None:
        """As the page has them now; what nobody touched is left alone."""
        if not self.forms.has_changed():
            return
        rows = getattr(contact, self.name)
        rows.all().delete()
        filled = [row.cleaned_data for row in self.forms if row.is_filled]
        rows.bulk_create(
            rows.model(owner=contact.owner, contact=contact, order=order, **row)
            for order, row in enumerate(filled)
        )
