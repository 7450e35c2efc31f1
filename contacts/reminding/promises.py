"""What one promised or borrowed, as long as it waits: told once, on its day or after a while.

A mail names a few, those with a day to keep first as on Today, and sums up the others.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from contacts import mail_facts
from contacts.giving import Kind as Sort
from contacts.mail_facts import NOTHING
from contacts.models import Contact, Favour
from contacts.reminders import PROMISE
from contacts.reminding.summing import in_each_mail
from contacts.words import day_and_month, full
from netvalue.outbox.kinds import Kind, Line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from contacts.mail_facts import About
    from netvalue.outbox.models import Occurrence


class Promises(Kind):
    """Once; as long as it waits, for a month."""

    name = PROMISE
    label = _("Your open promises")
    hint = _("once, on their day or after a while")

    def useless_from(self, occurrence_on: date, lead: int, due_on: date) -> date:
        return due_on + timedelta(days=31)

    def wanted(self, occurrences: Sequence[Occurrence]) -> set[int]:
        people = Contact.objects.in_view().living()
        found = Favour.objects.kept().open().mine().filter(contact__in=people)
        favours = found.in_bulk({occurrence.object_id for occurrence in occurrences})
        newest: dict[int, int] = {}
        for occurrence in sorted(occurrences, key=lambda o: o.occurrence_on):
            favour = favours.get(occurrence.object_id)
            # A day that was moved on is told then.
            if favour and favour.comes_up_on and favour.comes_up_on <= occurrence.occurrence_on:
                newest[occurrence.object_id] = occurrence.pk
        return set(newest.values())

    def lines(self, asked: Sequence[tuple[Occurrence, date]]) -> Mapping[int, Line]:
        ids = {occurrence.object_id for occurrence, _day in asked}
        people = Contact.objects.may_be_named()
        theirs = Favour.objects.kept().filter(pk__in=ids, contact__in=people)
        favours = {(it.owner_id, it.pk): it for it in theirs.select_related("contact")}
        told = [
            (occurrence, favour, day)
            for occurrence, day in asked
            if (favour := favours.get((occurrence.owner_id, occurrence.object_id)))
        ]
        mails = in_each_mail(told, _due_first)
        known = mail_facts.about(
            (it.owner, favour.contact, mail.day) for mail in mails for it, favour in mail.named
        )
        lines: dict[int, Line] = {}
        for mail in mails:
            lines |= {
                it.pk: promise_line(
                    favour,
                    mail.day,
                    known[favour.contact_id, mail.day],
                    favour.what if it.owner.mail_words else "",
                )
                for it, favour in mail.named
            }
            lines |= {it.pk: others_line(len(mail.rest)) for it in mail.rest}
        return lines


def _due_first(_occurrence: Occurrence, favour: Favour) -> tuple[int, ...]:
    """As on Today: those with a day to keep, then the oldest."""
    return favour.due_on is None, (favour.due_on or favour.day).toordinal(), favour.pk


def promise_line(favour: Favour, day: date, known: About = NOTHING, words: str = "") -> Line:
    """What is said on `day` of something that waits; its words only to who wants them in mails."""
    who = favour.contact
    return Line(
        who=who.display,
        what=_says(favour, day),
        subject=gettext("A reminder about %(who)s") % {"who": who.display},
        path=who.get_absolute_url(),
        listed=[words] if words else [],
        facts=known.facts_but_promises,
        reach=known.reach,
    )


def others_line(n: int) -> Line:
    """All the others in one."""
    more = ngettext("%(n)d more", "%(n)d more", n) % {"n": n}
    return Line(
        who=more,
        what=gettext("promised or borrowed, and still open"),
        subject=gettext("Reminders"),
        path=reverse("contacts:giving"),
        shared=PROMISE,
        sums_up=True,
    )


def _says(favour: Favour, day: date) -> str:
    is_loan, due = favour.kind == Sort.LOAN, favour.due_on
    if due is None:
        said = (
            gettext("what you borrowed on %(date)s is still with you")
            if is_loan
            else gettext("you promised something on %(date)s, and it is open")
        )
    elif due == day:
        said = (
            gettext("what you borrowed is to be back today")
            if is_loan
            else gettext("you promised something for today")
        )
    else:
        said = (
            gettext("what you borrowed was to be back on %(date)s")
            if is_loan
            else gettext("you promised something for %(date)s")
        )
    return said % {"date": dated(due or favour.day, day)}


def dated(on: date, day: date) -> str:
    """A day, with its year if it is another one."""
    return day_and_month(on.month, on.day) if on.year == day.year else full(on)
