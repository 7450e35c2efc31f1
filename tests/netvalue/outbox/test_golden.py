"""Every kind of mail, word for word, in both languages: `golden/` holds what is received.

After a sentence or the layout changed, write them anew, and read aloud what the difference shows:

    WRITE_GOLDEN=1 pytest tests/netvalue/outbox/test_golden.py
"""

from __future__ import annotations

import difflib
import os
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from assessments.models import Assessment, Retake
from contacts.around import Around
from contacts.models import (
    Contact,
    ContactEmail,
    ContactPhone,
    Favour,
    FollowUp,
    ImportantDate,
    Interaction,
)
from netvalue.outbox import envelopes, letters
from netvalue.outbox.deeds import Deed
from netvalue.outbox.models import Acted, Choice, Email, Occurrence, Schedule
from tests.assessments.taking import SEVEN_TWO_ONE
from tests.factories import ContactFactory, FollowUpFactory, UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from time_machine import TimeMachineFixture

    from netvalue.accounts.models import User

GOLDEN = Path(__file__).parent / "golden"
A_DAY = timedelta(days=1)
MONDAY = TODAY - A_DAY


@dataclass(frozen=True, slots=True)
class Told:
    """Something that is due: of which kind, about which row, on which day, so many days ahead."""

    kind: str
    object_id: int
    on: date = TODAY
    lead: int = 0


def anna(user: User, **fields: Any) -> Contact:
    """Somebody of whom much is known."""
    born = {"birth_year": 1986, "birth_month": 5, "birth_day": 5}
    who = ContactFactory.create(**{"owner": user, "given": "Anna", "family": "Berg"} | born | fields)
    ContactPhone.objects.create(owner=user, contact=who, value="+49 30 1234567")
    ContactEmail.objects.create(owner=user, contact=who, value="anna@example.org")
    Interaction.objects.note(user, [who], uuid4(), when=Around(2026, 3, 3), kind="call", line="The new house")
    promise(who, "Plums")
    return Contact.objects.get(pk=who.pk)


def jorg(user: User, **fields: Any) -> Contact:
    """Somebody of whom nothing is known but the name."""
    return ContactFactory.create(**{"owner": user, "given": "Jörg", "family": "Öztürk"} | fields)


def promise(who: Contact, what: str, **fields: Any) -> Favour:
    said = {"direction": "given", "kind": "help", "state": "open", "what": what, "day": date(2026, 4, 1)}
    return Favour.objects.note(who, uuid4(), **said | fields)


def born(who: Contact, on: date = TODAY, lead: int = 0) -> Told:
    return Told("birthday", who.pk, on, lead)


def kept(who: Contact, on: date = TODAY, lead: int = 0) -> Told:
    day = ImportantDate.objects.create(
        owner=who.owner, contact=who, label="Wedding", on_month=on.month, on_day=on.day
    )
    return Told("date", day.pk, on, lead)


def noted(who: Contact | None, user: User, on: date = TODAY) -> Told:
    made: FollowUp = FollowUpFactory.create(owner=user, contact=who, due_on=on, what="The letter")
    return Told("followup", made.pk, on)


def died(user: User, on: date) -> Told:
    fields = {"deceased": True, "death_year": 2019, "death_month": on.month, "death_day": on.day}
    return Told("remembrance", anna(user, given="Erika", **fields).pk, on)


def checked(user: User, on: date = TODAY) -> Told:
    at = datetime(2026, 2, 5, 19, tzinfo=UTC)
    check = Assessment.objects.create(owner=user, perspective="person", language="en", begun_at=at)
    for question, value in zip(check.questions, SEVEN_TWO_ONE, strict=True):
        check.record(question, value, "a note nobody mails", at=at)
    check.finish(at=at)
    return Told("retake", Retake.objects.get_or_create(owner=user, perspective="person")[0].pk, on)


def whole_day(user: User) -> list[Told]:
    """As much as may come on one day."""
    a_week = TODAY + 7 * A_DAY
    who, other = anna(user), jorg(user, birth_month=a_week.month, birth_day=a_week.day, rhythm_days=30)
    return [
        born(other, a_week, 7),
        born(who),
        born(
            ContactFactory.create(owner=user, given="Lea", family="Ek", birth_month=5, birth_day=3),
            date(2026, 5, 3),
        ),
        kept(who, a_week, 7),
        noted(other, user, TODAY - 4 * A_DAY),
        noted(None, user),
        Told("rhythm", other.pk),
        Told("promise", promise(other, "The saw", due_on=TODAY).pk),
        died(user, TODAY),
        checked(user),
        Told("birthday", 999_999_999),
    ]


def wants_words(user: User) -> list[Told]:
    user.mail_words = True
    user.save()
    return [noted(anna(user), user)]


def people(user: User) -> list[Told]:
    return [born(anna(user)), born(jorg(user, birth_month=5, birth_day=5))]


def week(user: User) -> list[Told]:
    """Something of each that a look ahead names, on its last day, too, and a day of somebody who died."""
    who, dead = anna(user), anna(user, given="Erika", deceased=True)
    other = jorg(user, rhythm_days=30)
    kept(other, MONDAY + 2 * A_DAY)
    kept(dead, MONDAY + 3 * A_DAY)
    noted(None, user, MONDAY)
    noted(who, user, MONDAY + 6 * A_DAY)
    due = {"occurrence_on": MONDAY + 4 * A_DAY, "next_on": MONDAY + 4 * A_DAY, "next_at": NINE}
    Schedule.objects.create(owner=user, kind="rhythm", object_id=other.pk, **due)
    Choice.objects.create(owner=user, kind="week", on=True)
    return [Told("week", user.pk, MONDAY)]


def once_more(user: User, of: Told) -> list[Told]:
    """What was put off until today."""
    acted = Acted.objects.create(
        owner=user, kind=of.kind, object_id=of.object_id, occurrence_on=of.on, lead=of.lead,
        deed=Deed.LATER, day=TODAY, press=uuid4(), at=NINE - 3 * A_DAY,
    )  # fmt: skip
    return [Told("again", acted.pk)]


def crowd(user: User, **fields: Any) -> list[Contact]:
    """More people than a mail names, the closest first."""
    return [
        ContactFactory.create(owner=user, given=given, family="Ek", closeness=9 - n, **fields)
        for n, given in enumerate(("Ada", "Bo", "Cleo", "Dan", "Eva", "Finn", "Gro", "Hal"))
    ]


def held(user: User) -> list[Told]:
    """On the day after one of which nobody knows whether it arrived."""
    yesterday = TODAY - A_DAY
    email = envelopes.new(owner=user, recipient=user.email, day=yesterday, kind=Email.DIGEST)
    email.state, email.data_at = Email.State.UNKNOWN, NINE - A_DAY
    email.save()
    return [born(anna(user))]


# By the name of its files: what is told. The first of each kind is written for the digest, too.
CASES: dict[str, Callable[[User], Sequence[Told]]] = {
    "birthday-today": lambda user: [born(anna(user))],
    "birthday-tomorrow": lambda user: [born(anna(user, birth_day=6), TODAY + A_DAY, 1)],
    "birthday-in-7-days": lambda user: [born(anna(user, birth_day=12), TODAY + 7 * A_DAY, 7)],
    "birthday-in-30-days": lambda user: [
        born(anna(user, birth_month=6, birth_day=4), TODAY + 30 * A_DAY, 30)
    ],
    "birthday-late": lambda user: [born(anna(user, birth_day=3), TODAY - 2 * A_DAY)],
    "birthday-without-year": lambda user: [born(jorg(user, birth_month=5, birth_day=5))],
    "birthday-without-year-late": lambda user: [
        born(jorg(user, birth_month=5, birth_day=3), TODAY - 2 * A_DAY)
    ],
    "birthday-leap-day": lambda user: [
        born(anna(user, birth_year=1988, birth_month=2, birth_day=29), date(2026, 2, 28))
    ],
    "birthday-several": people,
    "date-today": lambda user: [kept(anna(user))],
    "date-in-7-days": lambda user: [kept(jorg(user), TODAY + 7 * A_DAY, 7)],
    "date-late": lambda user: [kept(jorg(user), TODAY - A_DAY)],
    "date-of-the-dead": lambda user: [kept(anna(user, deceased=True))],
    "followup-today": lambda user: [noted(anna(user), user)],
    "followup-late": lambda user: [noted(jorg(user), user, TODAY - 3 * A_DAY)],
    "followup-about-nobody": lambda user: [noted(None, user)],
    "followup-with-a-note": wants_words,
    "promise-due": lambda user: [Told("promise", promise(anna(user), "The saw", due_on=TODAY).pk)],
    "promise-without-a-day": lambda user: [Told("promise", promise(jorg(user), "The saw").pk)],
    "promise-loan": lambda user: [
        Told("promise", promise(jorg(user), "Saw", kind="loan", direction="received", due_on=TODAY).pk)
    ],
    "remembrance-today": lambda user: [died(user, TODAY)],
    "remembrance-late": lambda user: [died(user, TODAY - 2 * A_DAY)],
    "promise-many": lambda user: [Told("promise", promise(who, "The saw").pk) for who in crowd(user)],
    "retake": lambda user: [checked(user)],
    "retake-late": lambda user: [checked(user, TODAY - 2 * A_DAY)],
    "rhythm": lambda user: [Told("rhythm", anna(user, rhythm_days=30).pk)],
    "rhythm-many": lambda user: [Told("rhythm", who.pk) for who in crowd(user, rhythm_days=30)],
    "test": lambda _user: [Told("test", 1)],
    "week": week,
    "week-late": week,
    "again": lambda user: once_more(user, born(anna(user, birth_day=3), TODAY - 2 * A_DAY)),
    "again-followup": lambda user: once_more(user, noted(jorg(user), user, TODAY - 4 * A_DAY)),
    "after-one-in-doubt": held,
    "whole-day": whole_day,
}
# Only these are of several things, so they never leave alone.
TOGETHER = {"birthday-several", "promise-many", "rhythm-many", "whole-day"}
ON_ANOTHER_DAY = {
    "birthday-leap-day": datetime(2026, 2, 28, 8, tzinfo=UTC),
    "week": NINE - A_DAY,
}
FIRST_OF_A_KIND = {name.partition("-")[0]: name for name in reversed(CASES)}
MAILS = [
    (name, sort)
    for name in CASES
    for sort in ("single", "digest")
    if (sort == "digest" and name in {*FIRST_OF_A_KIND.values(), *TOGETHER})
    or (sort == "single" and name not in TOGETHER)
]


def mail(user: User, told: Sequence[Told], sort: str, now: datetime) -> bytes:
    kind = Email.DIGEST if sort == "digest" else told[0].kind
    email = envelopes.new(owner=user, recipient=user.email, day=now.date(), kind=kind, first_try_at=now)
    email.save()
    for one in told:
        should_have_come = now - max(0, (now.date() - one.on).days + one.lead) * A_DAY
        Occurrence.objects.create(
            owner=user, kind=one.kind, object_id=one.object_id, occurrence_on=one.on, lead=one.lead,
            due_at=should_have_come, expires_at=now + A_DAY, look_at=now, email=email,
        )  # fmt: skip
    inside = Occurrence.objects.filter(email=email).select_related("owner").order_by("pk")
    return letters.message(email, letters.write(email, list(inside), now))


def as_read(raw: bytes) -> str:
    """The mail without what is another in every run, and without how it looks."""
    received = message_from_bytes(raw, policy=policy.default)
    headers = [f"{name}: {value}" for name, value in received.items()]
    text, html = (str(part.get_content()).replace("\r\n", "\n").rstrip() for part in received.iter_parts())
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    html = re.sub(r' (?:class|style|role|align|width)="[^"]*"', "", html)
    whole = "\n".join([*headers, "", text, "", "---- and as HTML ----", "", html, ""])
    for pattern, instead in (
        (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
        (r"[a-z2-7]{32}", "NAME"),
        (r'boundary="[^"]+"', 'boundary="BOUNDARY"'),
        (r"/(unsubscribe|act)/[^/\s\"<>]+", r"/\1/TOKEN"),
        (r"[ \t]+\n", "\n"),
    ):
        whole = re.sub(pattern, instead, whole)
    return whole


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("name", "sort"), MAILS)
def test_a_mail_reads_as_it_was_last_read_aloud(
    name: str, sort: str, language: str, time_machine: TimeMachineFixture
) -> None:
    now = ON_ANOTHER_DAY.get(name, NINE)
    time_machine.move_to(now, tick=False)
    user = UserFactory.create(email="ida@example.org", language=language, leap_day="feb28")
    found = as_read(mail(user, CASES[name](user), sort, now))
    file = GOLDEN / f"{name}.{sort}.{language}.eml"
    if os.environ.get("WRITE_GOLDEN") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(found, "utf-8")
    known = file.read_text("utf-8") if file.exists() else ""
    told = difflib.unified_diff(known.splitlines(), found.splitlines(), file.name, "now", lineterm="")
    assert found == known, "\n" + "\n".join(told)


def test_no_golden_mail_is_left_over() -> None:
    wanted = {f"{name}.{sort}.{language}.eml" for name, sort in MAILS for language in ("en", "de")}
    assert {file.name for file in GOLDEN.iterdir()} == wanted
