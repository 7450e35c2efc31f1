"""What may be written down about somebody, and how a mistake is said: at its field, with everything kept."""

from __future__ import annotations

import uuid
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from contacts.forms.dates import Day, Month, Year, check_parts, number, picker
from contacts.forms.fields import Line, Text
from contacts.forms.rows import ROW_FORMS, Rows
from contacts.models import Circle, Contact, Membership
from contacts.models.people import BIRTHDAY_LEADS, FUNCTIONS, INTIMATE, LEAP_DAYS, LONGEST_RHYTHM
from contacts.names import tidy
from contacts.words import RHYTHMS, every
from netvalue.once import said_in, written_once
from netvalue.outbox.leads import AHEAD

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.forms import BaseFormSet
    from django.forms.boundfield import BoundField

    from contacts.forms.rows import RowForm
    from netvalue.accounts.models import User


# The groups of the page that stay folded until one of their fields says something.
FOLDS: Final = {
    "names": ("nickname", "additional", "prefix", "suffix"),
    "story": ("how_met", "introducer", "known_since"),
    "work": ("field_of_work", "is_business"),
    "bond": ("closeness", "would_miss", "is_confidant", "remembers_me", *FUNCTIONS),
    "rhythm": ("rhythm", "rhythm_own", "paused", "paused_until"),
    "ahead": ("birthday_leads",),
    "death": ("deceased", "death_day", "death_month", "death_year"),
}
MOST_NAMESAKES: Final = 8
OWN: Final = "own"


class YesOrNo(forms.TypedChoiceField):
    """Yes, no, or nothing said."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", "—"), ("True", _("yes")), ("False", _("no"))]
        super().__init__(
            coerce=lambda said: said == "True", empty_value=None, required=False, choices=choices, **kwargs
        )


class ContactForm(forms.ModelForm[Contact]):
    """Who somebody is, and what is between the two; circles by ticking or by a new name."""

    birth_day, birth_month, birth_year = Day(), Month(), Year()
    leap_day = forms.ChoiceField(
        label=_("In years without a 29 February"), required=False, widget=forms.RadioSelect,
        help_text=_("For the birthday and everything else that falls on 29 February."),
    )  # fmt: skip
    birthday_leads = forms.TypedMultipleChoiceField(
        label=_("When to remind you"), required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        choices=[(lead, AHEAD[lead]) for lead in BIRTHDAY_LEADS],
        help_text=_("Nothing ticked is as for all birthdays."),
    )  # fmt: skip
    death_day, death_month, death_year = Day(), Month(), Year()
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
    introducer = Line(
        label=_("Introduced by"), required=False, max_length=200,
        help_text=_("The name of somebody among your contacts."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    introduced_by = forms.ModelChoiceField(
        label=_("Who is meant?"), required=False, queryset=Contact.objects.none(), widget=forms.RadioSelect
    )
    known_since = Year(label=_("Known since"), help_text=_("The year is enough."))
    closeness = forms.TypedChoiceField(
        label=_("Closeness"), required=False, coerce=int, empty_value=None,
        choices=[("", "—"), *((n, str(n)) for n in range(11))],
        help_text=_("From 0 (you hardly know each other) to 10 (you could call in the middle of the night)."),
    )  # fmt: skip
    would_miss = YesOrNo(label=_("Would you miss this person if you lost touch?"))
    is_confidant = YesOrNo(label=_("Do you confide in this person?"))
    remembers_me = YesOrNo(label=_("Would this person remember you?"))
    rhythm = forms.ChoiceField(label=_("How often do you want to be in touch?"), required=False)
    rhythm_own = forms.IntegerField(
        label=_("How many days apart?"), required=False, min_value=1, max_value=LONGEST_RHYTHM,
        error_messages=dict.fromkeys(
            ("min_value", "max_value"), _("Please choose 1 to 1095 days, which is three years.")
        ),
        widget=number(),
    )  # fmt: skip
    paused_until = forms.DateField(
        label=_("Until"), required=False, help_text=_("Leave it empty to pause until you say otherwise."),
        widget=picker(),
    )  # fmt: skip
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    # Nearly everything may stay empty, so that is not said at every field.
    all_optional = True

    class Meta:
        model = Contact
        fields = [
            "kind", "prefix", "given", "additional", "family", "suffix", "nickname", "organisation", "role",
            "birth_day", "birth_month", "birth_year", "leap_day", "birthday_leads", "notes", "how_met",
            "introduced_by", "known_since", "field_of_work", "is_business", "closeness",
            "would_miss", "is_confidant", "remembers_me", *FUNCTIONS, "paused", "paused_until",
            "deceased", "death_day", "death_month", "death_year", "remembered",
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
                "field_of_work",
            ],
            Line,
        )
        labels = {
            "is_business": _("This contact is purely business"),
            "paused": _("Pause for a while"),
            "deceased": _("This person has died"),
            "remembered": _("Remind me of this day every year"),
        }
        help_texts = {
            "is_business": _("Closeness and other personal things are not asked then, and are not kept."),
        }

    def __init__(self, *args: Any, owner: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.owner = owner
        self.today = today
        self.fields["in_circles"].queryset = Circle.objects.of(owner)  # type: ignore[attr-defined]  # a model's
        self.fields["introduced_by"].queryset = Contact.objects.of(owner)  # type: ignore[attr-defined]  # too
        rhythms = [(str(days), every(days)) for days in RHYTHMS]
        self.fields["rhythm"].choices = [("", "—"), *rhythms, (OWN, _("in a rhythm of my own"))]  # type: ignore[attr-defined]  # so does this
        usual = gettext("as in your settings: %(day)s") % {"day": owner.get_leap_day_display()}
        self.fields["leap_day"].choices = [("", usual), *LEAP_DAYS]  # type: ignore[attr-defined]  # and this
        if self.instance.pk:
            self.initial = {**self.initial, **self._written()}
        self.namesakes: list[Contact] = []

    def _written(self) -> dict[str, Any]:
        """What the fields show that are no columns."""
        days, introducer = self.instance.rhythm_days, self.instance.introduced_by
        return {
            "in_circles": Circle.objects.around(self.instance),
            "introducer": introducer.display if introducer and introducer.may_be_named else "",
            "rhythm": (str(days) if days in RHYTHMS else OWN) if days else "",
            "rhythm_own": days if days not in RHYTHMS else None,
        }

    @property
    def has_leap_day(self) -> bool:
        """Whether anything of theirs falls on 29 February, as it was written down or as it is typed."""
        days = [
            (str(parts[f"{which}_month"]), str(parts[f"{which}_day"]).strip())
            for parts in (self.initial, self.data)
            for which in ("birth", "death")
            if f"{which}_day" in parts and f"{which}_month" in parts
        ]
        if ("2", "29") in days or self.instance.pk is None:
            return ("2", "29") in days
        return self.instance.dates.kept().on(2, 29).exists()

    def clean_new_circles(self) -> list[str]:
        names = dict.fromkeys(filter(None, map(tidy, self.cleaned_data["new_circles"].split(","))))
        longest = Circle._meta.get_field("name").max_length or 0
        if any(len(name) > longest for name in names):
            raise ValidationError(
                _("The name of a circle has at most %(n)d characters."), params={"n": longest}
            )
        return list(names)

    def clean_birthday_leads(self) -> list[int] | None:
        return self.cleaned_data["birthday_leads"] or None

    def clean_known_since(self) -> int | None:
        year: int | None = self.cleaned_data["known_since"]
        if year is not None and year > self.today.year:
            raise ValidationError(_("This year is still to come."))
        return year

    def clean(self) -> None:
        data = self.cleaned_data
        names = ("given", "family", "nickname", "organisation")
        if "given" in self.fields and not any(data.get(part) or part in self.errors for part in names):
            self.add_error("given", _("Please give a name: first name, last name, nickname or organisation."))
        if "birth_day" in self.fields:
            check_parts(self, "birth", self.today)
        if "deceased" in self.fields:
            self._clean_death()
        if "rhythm" in self.fields:
            self._clean_rhythm()
        self._clean_introducer()
        if data.get("is_business"):
            self._keep_nothing_personal()

    def _keep_nothing_personal(self) -> None:
        self.cleaned_data.update(dict.fromkeys(INTIMATE))
        if self.instance.pk and self.instance.events.kept().exists():
            words = _("What happened in this person’s life is on their page. Remove it there first.")
            self.add_error("is_business", words)

    def _clean_death(self) -> None:
        if not self.cleaned_data.get("deceased"):
            self.cleaned_data.update(death_day=None, death_month=None, death_year=None, remembered=False)
            return
        check_parts(self, "death", self.today)
        if self.cleaned_data.get("remembered") and self.cleaned_data.get("death_day") is None:
            self.add_error("remembered", _("For that, please write at least the day and the month."))

    def _clean_rhythm(self) -> None:
        data = self.cleaned_data
        if data.get("rhythm") == OWN:
            if data.get("rhythm_own") is None and "rhythm_own" not in self.errors:
                self.add_error("rhythm_own", _("Please write a number of days."))
            self.instance.rhythm_days = data.get("rhythm_own")
        else:
            self.instance.rhythm_days = int(data.get("rhythm") or 0) or None
        if not data.get("paused"):
            data["paused_until"] = None
        elif (
            (until := data.get("paused_until"))
            and until <= self.today
            and "paused_until" in self.changed_data
        ):
            self.add_error("paused_until", _("Please choose a day that is still to come."))

    def _clean_introducer(self) -> None:
        """Whoever is called so; if that are several, one of them is to be chosen."""
        data, before = self.cleaned_data, self.initial.get("introducer") or ""
        words, chosen = data.get("introducer"), data.get("introduced_by")
        if "introducer" not in self.fields:
            return
        if words == before:
            data["introduced_by"] = self.instance.introduced_by
        elif not words:
            data["introduced_by"] = None
        elif {"introducer", "introduced_by"}.isdisjoint(self.errors):
            others = Contact.objects.of(self.instance.owner).in_view().exclude(pk=self.instance.pk)
            found = list(others.called(words)[:MOST_NAMESAKES])
            exactly = [contact for contact in found if contact.display == words]
            found = exactly if len(exactly) == 1 else found
            data["introduced_by"] = found[0] if len(found) == 1 else chosen if chosen in found else None
            self._say_who_is_meant(found)

    def _say_who_is_meant(self, found: list[Contact]) -> None:
        if not found:
            self.add_error("introducer", _("Nobody among your contacts is called that."))
        elif self.cleaned_data["introduced_by"] is None:
            self.namesakes = found
            self.add_error("introducer", _("Several contacts are called that. Please choose one."))

    def save_circles(self) -> None:
        """Who belongs where, as ticked and as newly named."""
        contact, names = self.instance, self.cleaned_data["new_circles"]
        mine = Circle.objects.of(contact.owner)
        Circle.objects.bulk_create(
            [Circle(owner=contact.owner, name=name) for name in names], ignore_conflicts=True
        )
        circles = {*self.cleaned_data["in_circles"], *mine.named(names)}
        contact.memberships.filter(circle__in=mine).exclude(circle__in=circles).delete()
        Membership.objects.bulk_create(
            [Membership(owner=contact.owner, contact=contact, circle=circle) for circle in circles],
            ignore_conflicts=True,
        )


class ValueForm(ContactForm):
    """One value of somebody, by itself: the same field with the same rules, and nothing else touched."""

    def __init__(self, *args: Any, only: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - set(only):
            del self.fields[name]
        self.order_fields(only)

    def keep(self) -> None:
        self.save(commit=False).keep()
        if "in_circles" in self.fields:
            self.save_circles()


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
    def functions(self) -> list[BoundField]:
        return [self.form[name] for name in FUNCTIONS]

    @property
    def unfolded(self) -> set[str]:
        """The groups of fields of which one says something."""
        said = {name for name, fields in FOLDS.items() if any(says(self.form[field]) for field in fields)}
        return said | ({"names"} if self.form["kind"].value() == Contact.Kind.ORGANISATION else set())

    def is_valid(self) -> bool:
        # All are asked, so that every mistake is shown at once.
        return all([self.form.is_valid(), *[rows.is_valid() for rows in self.row_forms]])

    def add(self) -> Contact:
        """A new contact; the one made before if the same form was sent twice."""
        token = self.form.cleaned_data["token"]
        words = [said_in(form) for form in (self.form, *chain.from_iterable(self.row_forms))]
        return written_once(self.form.instance, token, words, self.save)

    @transaction.atomic
    def save(self) -> Contact:
        contact = self.form.save(commit=False)
        if contact.pk and contact.leap_day != self.form.initial["leap_day"]:
            contact.keep_leap_day()
        contact.keep()
        for rows in self.rows.values():
            rows.save(contact)
        self.form.save_circles()
        return contact


def says(field: BoundField) -> bool:
    value = field.value()
    # Nought is an answer.
    return bool(field.errors) or not (value is None or value is False or value in ("", []))
