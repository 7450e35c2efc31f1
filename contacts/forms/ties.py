"""What somebody is to others: written down, corrected, and asked about page by page."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.forms.choosing import PeopleField, PeopleForm
from contacts.models import Contact
from contacts.models.ties import STRENGTHS, As

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from django.forms.boundfield import BoundField

    from contacts.rounds import Page
    from contacts.ties import Known


def role_field() -> forms.ChoiceField:
    """The strengths first: they are said of most."""
    roles = [*STRENGTHS, *(role for role in As if role not in STRENGTHS)]
    return forms.ChoiceField(
        label=_("What are they to each other?"), initial=As.KNOWS, widget=forms.RadioSelect,
        choices=[(role.value, role.label) for role in roles],
        error_messages={"required": _("Please choose what they are to each other.")},
    )  # fmt: skip


class RoleForm(forms.Form):
    """Something else than was written down."""

    role = role_field()

    def said(self) -> As:
        return As(self.cleaned_data["role"])


class TieForm(PeopleForm, RoleForm):
    """Whom somebody knows, several people at once."""

    people = PeopleField(
        label=_("Whom?"), error_messages={"required": _("Please choose at least one person.")}
    )

    def __init__(self, *args: Any, contact: Contact, **kwargs: Any) -> None:
        # Whoever is hidden is not chosen, not even by a form that names them.
        others = Contact.objects.of(contact.owner).may_be_named().exclude(pk=contact.pk)
        super().__init__(*args, among=others, **kwargs)


class BeginForm(forms.Form):
    """A round begins; sent twice, it is one round."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class PageForm(forms.Form):
    """Which of these somebody knows. Each field says, too, what the page showed before it was touched.

    What was not touched is not said: a page that lay open takes nothing back that was said elsewhere.
    """

    KNOWN: Final = [
        (As.KNOWS.value, pgettext_lazy("in a round", "knows")),
        (As.CLOSE.value, pgettext_lazy("in a round", "close")),
    ]
    STRANGER: Final = ("", _("a stranger, or you do not know"))

    def __init__(self, *args: Any, page: Page[Contact], known: Mapping[int, Known], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page, self.known = page, known
        for who in page.others:
            theirs = known[who.pk]
            # Whoever is something to somebody is no stranger.
            words = self.KNOWN if theirs.besides else [*self.KNOWN, self.STRANGER]
            self.fields[f"tie-{who.uid}"] = forms.ChoiceField(
                label=who.display, required=False, initial=theirs.said or "", choices=words,
                widget=forms.RadioSelect,
            )  # fmt: skip
            self.fields[f"was-{who.uid}"] = forms.ChoiceField(
                required=False, initial=theirs.said or "", choices=self.KNOWN, widget=forms.HiddenInput
            )

    @property
    def rows(self) -> Iterator[tuple[Contact, list[str], BoundField, BoundField]]:
        for who in self.page.others:
            yield who, self.known[who.pk].besides, self[f"tie-{who.uid}"], self[f"was-{who.uid}"]

    def said(self) -> dict[Contact, As | None]:
        """Of whom something was said that the page did not show before."""
        return {
            who: As(now) if now else None
            for who in self.page.others
            if f"tie-{who.uid}" in self.data
            and (now := self.cleaned_data[f"tie-{who.uid}"]) != self.cleaned_data[f"was-{who.uid}"]
        }
