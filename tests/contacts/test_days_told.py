"""How far ahead a birthday is told, what is told late, days of remembrance, and the week ahead."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import translation

from contacts.birthdays import LeapDay, remembrance
from contacts.models import Contact, Favour, ImportantDate, Quiet
from contacts.reminders import next_monday, week_chosen
from contacts.reminding import week
from contacts.reminding.remembrance import remembrance_line
from netvalue.outbox import delivery, letters, planning
from netvalue.outbox.deeds import Deed
from netvalue.outbox.models import Acted, Choice, Email, Occurrence, OptOut, Schedule
from tests.contacts.writing import form
from tests.factories import ContactFactory, FollowUpFactory, UserFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

# A Monday; noon in Berlin.
NOW = datetime(2026, 3, 2, 11, tzinfo=UTC)


def add(client: Client, **fields: Any) -> Contact:
    response = client.post(reverse("contacts:add"), form(**fields))
    assert response.status_code == 303, response.text
    return Contact.objects.latest("pk")


def mail_at(now: datetime) -> str:
    """The text of the mail that leaves then, if one does."""
    with time_machine.travel(now, tick=False):
        planning.plan(now)
        parcels = delivery.claim(uuid4(), now)
        Email.objects.filter(pk__in=[parcel.email.pk for parcel in parcels]).update(
            state=Email.State.SENT, sent_at=now, data_at=now, lease_token=None, lease_until=None
        )
        return "\n".join(letters.write(it.email, it.occurrences, now).text for it in parcels)


def days_told(first: date, many: int, words: str) -> list[date]:
    """Every day of so many on which a mail says that."""
    days = [first + timedelta(days=n) for n in range(many)]
    return [day for day in days if words in mail_at(datetime(day.year, day.month, day.day, 11, tzinfo=UTC))]


# ---- days ahead, for each person


@pytest.mark.parametrize(
    ("ticked", "stored", "told", "says"),
    [
        ([], None, [(4, 13), (4, 20)], ""),
        ([30], [30], [(3, 21)], "Reminder: 30 days before"),
        ([0, 1], [1, 0], [(4, 19), (4, 20)], "Reminder: a day before, on the day"),
        ([30, 7, 1, 0], [30, 7, 1, 0], [(3, 21), (4, 13), (4, 19), (4, 20)], "Reminder: 30 days before"),
    ],
)  # fmt: skip
def test_a_birthday_is_told_as_far_ahead_as_was_ticked(
    signed_in: Client, ticked: list[int], stored: list[int] | None, told: list[tuple[int, int]], says: str
) -> None:
    with time_machine.travel(NOW, tick=False):
        ada = add(signed_in, given="Ada", birth_day=20, birth_month=4, birthday_leads=ticked)
        assert (ada.birthday_leads and sorted(ada.birthday_leads)) == (stored and sorted(stored))
        page = signed_in.get(ada.get_absolute_url()).text
        assert says in page
        assert ("Reminder:" in page) == bool(ticked)
        edit = signed_in.get(reverse("contacts:edit", args=[ada.uid])).text
        assert edit.count('name="birthday_leads"') == 4
    assert days_told(date(2026, 3, 3), 55, "Ada") == [date(2026, month, day) for month, day in told]


def test_other_days_ahead_hold_at_once_and_back_again(signed_in: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        ada = add(signed_in, given="Ada", birth_day=20, birth_month=4)
        for ticked, leads in (([1], {1}), ([30, 0], {30, 0}), ([], {7, 0})):
            fields = form(given="Ada", birth_day=20, birth_month=4, birthday_leads=ticked)
            signed_in.post(reverse("contacts:edit", args=[ada.uid]), fields)
            planned = Schedule.objects.filter(kind="birthday", object_id=ada.pk)
            assert set(planned.values_list("lead", flat=True)) == leads


@pytest.mark.parametrize("wrong", ["2", "-1", "x", "\x00", "14", "7 ", "99999999999999999999"])
def test_days_that_are_not_offered_are_refused_and_all_is_kept(signed_in: Client, wrong: str) -> None:
    answer = signed_in.post(reverse("contacts:add"), form(given="Ada", notes="long", birthday_leads=[wrong]))
    assert answer.status_code in {422, 400, 303}
    if answer.status_code == 303:
        assert Contact.objects.get().birthday_leads == [7]
    elif answer.status_code == 422:
        assert "long" in answer.text
    with pytest.raises(IntegrityError), transaction.atomic():
        ContactFactory.create(birthday_leads=[])


# ---- what was missed (the table of catching up)


@pytest.mark.parametrize(
    ("back_on", "said", "not_said", "open_after"),
    [
        # Both were missed and the day is still to come: one line.
        (date(2026, 4, 19), "turns 40 tomorrow", "in 7 days", 0),
        (date(2026, 4, 20), "turns 40 today", "tomorrow", 0),
        # The day has passed: told late for three days. What was to announce it is too late, and seen as that.
        (date(2026, 4, 21), "turned 40 on Monday, 20 April", "today", 1),
        (date(2026, 4, 23), "turned 40 on Monday, 20 April", "today", 1),
        (date(2026, 4, 24), "", "turned 40", 2),
    ],
)
def test_a_birthday_after_an_outage(
    user: User, back_on: date, said: str, not_said: str, open_after: int
) -> None:
    with time_machine.travel(NOW, tick=False):
        ContactFactory.create(
            owner=user, given="Ada", birth_year=1986, birth_month=4, birth_day=20, birthday_leads=[7, 1, 0]
        ).keep()
    now = datetime(back_on.year, back_on.month, back_on.day, 11, tzinfo=UTC)
    text = mail_at(now)
    assert text.count("Ada") <= 2
    assert said in text
    assert not_said not in text
    told = Occurrence.objects.filter(email__state="sent").count()
    late = Occurrence.objects.too_late().count()
    assert not Occurrence.objects.filter(ended="cancelled").exists()
    if not text:
        # Nothing to say: the envelope is looked at all the same, and both ends are written down.
        assert told == 0
    else:
        assert told + late == Occurrence.objects.count()
        assert late == (0 if open_after == 0 else 2)


def test_leads_that_are_told_together_are_one_single_mail(user: User) -> None:
    user.digest = False
    user.save()
    with time_machine.travel(NOW, tick=False):
        ContactFactory.create(owner=user, birth_month=4, birth_day=20, birthday_leads=[7, 1]).keep()
    assert mail_at(datetime(2026, 4, 19, 11, tzinfo=UTC)).count("has a birthday tomorrow") == 1
    assert Email.objects.exclude(state="cancelled").count() == 1


# ---- who died


@pytest.mark.parametrize(
    ("year", "today", "expected"),
    [
        (2019, date(2026, 3, 2), date(2026, 11, 22)),
        (2026, date(2026, 11, 22), date(2027, 11, 22)),
        (None, date(2026, 11, 22), date(2026, 11, 22)),
    ],
)
def test_a_day_of_remembrance_begins_the_year_after(year: int | None, today: date, expected: date) -> None:
    assert remembrance(year, 11, 22).on_or_after(today, LeapDay.FEBRUARY) == expected


def test_a_day_of_remembrance_is_told_to_who_asked_for_it(signed_in: Client, user: User) -> None:
    died = {"deceased": "on", "death_day": 20, "death_month": 4, "death_year": 2020}
    with time_machine.travel(NOW, tick=False):
        asked = add(
            signed_in, given="Ada", birth_day=21, birth_month=4, birth_year=1920, remembered="on", **died
        )
        add(signed_in, given="Bert", **died)
        assert "Reminder every year" in signed_in.get(asked.get_absolute_url()).text
    assert set(Schedule.objects.values_list("kind", "object_id")) == {("remembrance", asked.pk)}
    text = mail_at(datetime(2026, 4, 20, 11, tzinfo=UTC))
    assert "Ada: today is the anniversary of their death" in text
    assert not {"!", "Bert", "Happy", "happy", "turn", "birthday", "106"} & set(
        text.replace(":", " ").split()
    )
    subject = letters.write(Email.objects.get(), list(Occurrence.objects.all()), NOW).subject
    assert subject == "Ada: a day you noted is today" or "death" not in subject
    assert mail_at(datetime(2026, 4, 21, 11, tzinfo=UTC)) == ""
    assert Schedule.objects.get().occurrence_on == date(2027, 4, 20)
    with time_machine.travel(NOW, tick=False):
        again = form(given="Ada", birth_day=21, birth_month=4, birth_year=1920)
        signed_in.post(reverse("contacts:edit", args=[asked.uid]), again)
    assert set(Schedule.objects.values_list("kind", flat=True)) == {"birthday"}
    assert not Contact.objects.get(pk=asked.pk).remembered


def test_without_the_day_there_is_nothing_to_be_reminded_of(signed_in: Client) -> None:
    fields = {"deceased": "on", "death_year": 2020, "remembered": "on"}
    answer = signed_in.post(reverse("contacts:add"), form(given="Ada", **fields))
    assert answer.status_code == 422
    assert "at least the day and the month" in answer.text


@pytest.mark.parametrize(
    ("away", "english", "german"),
    [
        (0, "today is the anniversary of their death", "heute jährt sich der Todestag"),
        (
            -1,
            "the anniversary of their death was on Monday, 20 April",
            "am Montag, 20. April, jährte sich der Todestag",
        ),
        (
            2,
            "the anniversary of their death is on Monday, 20 April",
            "am Montag, 20. April, jährt sich der Todestag",
        ),
    ],
)
def test_how_a_day_of_remembrance_is_said(user: User, away: int, english: str, german: str) -> None:
    ada, on = ContactFactory.build(owner=user, given="Ada", family=""), date(2026, 4, 20)
    for language, said in (("en", english), ("de", german)):
        with translation.override(language):
            line = remembrance_line(ada, on, on - timedelta(days=away))
            assert line.what == said
            assert not {"Tod", "death", "died", "gestorben"} & set(line.subject.split())
            assert not line.facts


# ---- the week


def wants_weeks(user: User) -> None:
    Choice.objects.create(owner=user, kind="week", on=True)
    week_chosen(user)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 1), date(2026, 3, 2)),
        (date(2026, 3, 2), date(2026, 3, 2)),
        (date(2026, 3, 3), date(2026, 3, 9)),
        (date(2026, 3, 8), date(2026, 3, 9)),
    ],
)
def test_a_week_begins_on_monday(day: date, expected: date) -> None:
    assert next_monday(day) == expected


def promised(who: Contact, day: date, **fields: str) -> None:
    said = {"direction": "given", "kind": "help", "state": "open", "what": "Secret"} | fields
    Favour.objects.note(who, uuid4(), day=date(2026, 3, 1), due_on=day, **said)


def with_a_week(user: User) -> None:
    """Something on the days from 9 to 15 March, and around them."""
    born = {"birth_month": 3, "birth_year": 1986}
    with time_machine.travel(NOW, tick=False):
        for given, day in (("Early", 8), ("Ada", 9), ("Zoe", 15), ("After", 16)):
            ContactFactory.create(owner=user, given=given, family="", birth_day=day, **born).keep()
        bert = ContactFactory.create(owner=user, given="Bert", family="", rhythm_days=9)
        bert.keep()
        ImportantDate(owner=user, contact=bert, label="Secret", on_month=3, on_day=12, leads=[]).keep()
        FollowUpFactory.build(owner=user, contact=bert, what="Secret", due_on=date(2026, 3, 13)).keep()
        promised(bert, date(2026, 3, 14))
        promised(bert, date(2026, 3, 14), kind="loan", direction="received")
        promised(bert, date(2026, 3, 16))
        for verb in (Contact.archive, Contact.hide, Contact.remove):
            gone = ContactFactory.create(owner=user, given="Gone", rhythm_days=9, birth_day=10, **born)
            gone.keep()
            verb(gone)
        ContactFactory.create(owner=user, given="Gone", deceased=True, birth_day=10, **born).keep()
        unasked = ContactFactory.create(owner=user, given="Gone", rhythm_days=9, birth_day=10, **born)
        unasked.keep()
        FollowUpFactory.build(owner=user, contact=unasked, due_on=date(2026, 3, 13)).keep()
        promised(unasked, date(2026, 3, 14))
        Quiet.objects.begin(unasked, Quiet.EVERYTHING)


def test_the_week_is_told_on_monday_to_who_asked_for_it(user: User) -> None:
    with_a_week(user)
    with_a_week(UserFactory.create())
    with time_machine.travel(NOW, tick=False):
        wants_weeks(user)
    Schedule.objects.exclude(kind__in=["week", "rhythm"]).delete()
    text = mail_at(datetime(2026, 3, 9, 11, tzinfo=UTC))
    told = [line.strip() for line in text.splitlines() if " · " in line]
    assert told == [
        "Monday, 9 March · Ada · turns 40",
        "Wednesday, 11 March · Bert · time to talk again",
        "Thursday, 12 March · Bert · a day you noted",
        "Friday, 13 March · Bert · follow-up",
        "Saturday, 14 March · Bert · something you promised",
        "Saturday, 14 March · Bert · what you borrowed",
        "Sunday, 15 March · Zoe · turns 40",
    ]
    assert not {"Gone", "Secret", "Early", "After"} & set(text.split())
    assert Schedule.objects.get(kind="week").occurrence_on == date(2026, 3, 16)


def test_a_late_week_tells_what_is_still_to_come(user: User) -> None:
    with_a_week(user)
    with time_machine.travel(NOW, tick=False):
        wants_weeks(user)
    Schedule.objects.exclude(kind__in=["week"]).delete()
    text = mail_at(datetime(2026, 3, 12, 11, tzinfo=UTC))
    assert [line.strip().split(",")[0] for line in text.splitlines() if " · " in line] == [
        "Thursday", "Friday", "Saturday", "Saturday", "Sunday",
    ]  # fmt: skip
    assert "late" in text


def monday_brings(user: User) -> list[str]:
    """What the week of Monday, 9 March lists, and of whom."""
    with time_machine.travel(NOW, tick=False):
        wants_weeks(user)
    Schedule.objects.exclude(kind__in=["week", "rhythm"]).delete()
    lines = mail_at(datetime(2026, 3, 9, 11, tzinfo=UTC)).splitlines()
    return [line.split(" · ", 1)[1] for line in lines if " · " in line]


def test_a_week_of_which_nothing_is_left_is_not_told(user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        ContactFactory.create(owner=user, given="Ada", family="", birth_month=3, birth_day=10).keep()
        wants_weeks(user)
    Schedule.objects.exclude(kind="week").delete()
    assert mail_at(datetime(2026, 3, 11, 11, tzinfo=UTC)) == ""
    assert not Email.objects.exclude(state="cancelled").exists()


def test_a_week_that_is_read_again_when_nothing_is_left_says_so(signed_in: Client, user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        follow_up = FollowUpFactory.build(owner=user, contact=None, due_on=date(2026, 3, 11))
        follow_up.keep()
    assert monday_brings(user) == ["Something to come back to · follow-up"]
    follow_up.complete()
    text = signed_in.get(reverse("outbox:message", args=[Email.objects.get(state="sent").pk])).text
    assert "There is nothing left in this mail" in text
    assert "Your week" not in text


def test_the_week_repeats_nothing_that_was_done_about_in_a_mail(user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        for given in ("Ada", "Zoe"):
            ContactFactory.create(owner=user, given=given, family="", birth_month=3, birth_day=15).keep()
    ada = Contact.objects.get(given="Ada")
    Acted.objects.create(
        owner=user, kind="birthday", object_id=ada.pk, occurrence_on=date(2026, 3, 15), lead=7,
        deed=Deed.DONE, press=uuid4(), at=NOW,
    )  # fmt: skip
    assert monday_brings(user) == ["Zoe · has a birthday"]


def test_the_week_leaves_out_what_its_owner_switched_off(user: User) -> None:
    with_a_week(user)
    for kind in ("followup", "birthday", "promise"):
        OptOut.objects.create(owner=user, kind=kind)
    assert monday_brings(user) == ["Bert · time to talk again", "Bert · a day you noted"]


def test_a_week_that_brings_nothing_is_not_told_and_nobody_gets_it_unasked(user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        week_chosen(user)
        assert not Schedule.objects.exists()
        wants_weeks(user)
    assert mail_at(datetime(2026, 3, 9, 11, tzinfo=UTC)) == ""
    with_a_week(user)
    Schedule.objects.exclude(kind="week").delete()
    Choice.objects.all().delete()
    assert mail_at(datetime(2026, 3, 16, 11, tzinfo=UTC)) == ""


def test_the_week_is_asked_for_and_refused_on_the_page_of_reminders(signed_in: Client, user: User) -> None:
    with time_machine.travel(NOW, tick=False):
        page = reverse("outbox:reminders")
        (box,) = re.findall('<input[^>]*name="week-on"[^>]*>', signed_in.get(page).text)
        assert "checked" not in box
        for wanted, days in (("on", [date(2026, 3, 9)]), ("on", [date(2026, 3, 9)]), ("", [])):
            said = {"kinds": ["week"], "week-on": wanted, "week-hour": ""}
            assert signed_in.post(reverse("outbox:kinds"), said).status_code == 303
            assert [row.occurrence_on for row in Schedule.objects.filter(kind="week")] == days


def test_many_weeks_cost_as_much_as_one(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    others = [UserFactory.create() for _ in range(4)]
    for one in (user, *others):
        with_a_week(one)
    monday = date(2026, 3, 9)
    rows = [Occurrence(pk=n, owner=one, occurrence_on=monday) for n, one in enumerate((user, *others))]
    for some in (rows[:1], rows):
        with django_assert_num_queries(18):
            found = week.ahead([(row, monday) for row in some])
        assert {len(coming) for coming in found.values()} == {7}
