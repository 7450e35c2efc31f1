"""Where 29 February is kept in other years, for one person: on every page, in every mail, told once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse

from contacts.models import Contact, ImportantDate
from contacts.reminding import week
from netvalue.outbox import planning
from netvalue.outbox.models import Occurrence, Schedule
from tests.contacts.test_days_told import mail_at
from tests.contacts.writing import form
from tests.factories import ContactFactory

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from netvalue.accounts.models import User

pytestmark = pytest.mark.django_db

FEB, MAR, USUAL = "feb28", "mar1", ""
LIST, TODAY, REMINDERS = (reverse(name) for name in ("contacts:list", "today", "outbox:reminders"))
CHOICE = "In years without a 29 February"


def at(day: str, hour: int = 11) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def leapling(owner: User, own: str = USUAL, **fields: Any) -> Contact:
    said = {"given": "Ada", "family": "", "birth_month": 2, "birth_day": 29, "leap_day": own, **fields}
    contact = ContactFactory.create(owner=owner, **said)
    contact.keep()
    return contact


def write(client: Client, contact: Contact, now: datetime, **said: Any) -> str:
    """Their page as it is filled in by hand, with what is said beside their birthday."""
    fields = form(given=contact.given, birth_day=29, birth_month=2, **said)
    with time_machine.travel(now, tick=False):
        client.force_login(contact.owner)
        answer = client.post(reverse("contacts:edit", args=[contact.uid]), fields)
    assert answer.status_code == 303, answer.text
    return str(Contact.objects.get(pk=contact.pk).leap_day)


def told(days: list[date], hour: int = 11) -> list[str]:
    """On which of these days a mail speaks of Ada."""
    return [
        f"{day:%m-%d}"
        for day in days
        if "Ada" in mail_at(datetime(day.year, day.month, day.day, hour, tzinfo=UTC))
    ]


def around(year: int) -> list[date]:
    """Every day on which one may be told of 29 February, and those beside."""
    february = [date(year, 2, 20) + timedelta(days=n) for n in range(14)]
    return [date(year, 1, 28) + timedelta(days=n) for n in range(4)] + february


# ---- when it is told


@pytest.mark.parametrize(
    ("year", "usual", "own", "expected"),
    [
        (2027, FEB, USUAL, "01-29 02-21 02-27 02-28"),
        (2027, FEB, MAR, "01-30 02-22 02-28 03-01"),
        (2027, MAR, USUAL, "01-30 02-22 02-28 03-01"),
        (2027, MAR, FEB, "01-29 02-21 02-27 02-28"),
        (2028, FEB, MAR, "01-30 02-22 02-28 02-29"),
        (2028, MAR, FEB, "01-30 02-22 02-28 02-29"),
        # No leap year, though it can be divided by four.
        (2100, FEB, MAR, "01-30 02-22 02-28 03-01"),
        (2100, MAR, FEB, "01-29 02-21 02-27 02-28"),
    ],
)
def test_it_is_told_where_it_is_kept_for_them(
    user: User, year: int, usual: str, own: str, expected: str
) -> None:
    user.leap_day = usual
    user.save()
    with time_machine.travel(at(f"{year}-01-02"), tick=False):
        leapling(user, own, birthday_leads=[30, 7, 1, 0])
    assert told(around(year)) == expected.split()
    following = {row.occurrence_on for row in Schedule.objects.filter(owner=user)}
    kept = {"": usual}.get(own, own)
    leaps = (year + 1) % 4 == 0
    assert following == {
        date(year + 1, 2, 29 if leaps else 28) if leaps or kept == FEB else date(year + 1, 3, 1)
    }


@pytest.mark.parametrize(("own", "expected"), [(FEB, "02-28"), (MAR, "03-01")])
def test_so_are_other_dates_of_theirs_and_the_day_they_died(user: User, own: str, expected: str) -> None:
    with time_machine.travel(at("2027-01-02"), tick=False):
        ada = leapling(user, own, birth_month=None, birth_day=None)
        ImportantDate(owner=user, contact=ada, label="Wedding", on_month=2, on_day=29, leads=[0]).keep()
        died = {"deceased": True, "death_year": 2024, "death_month": 2, "death_day": 29, "remembered": True}
        leapling(user, own, given="Bea", **died)
    on = date.fromisoformat(f"2027-{expected}")
    assert told([on - timedelta(days=1)]) == []
    text = mail_at(datetime(2027, on.month, on.day, 11, tzinfo=UTC))
    assert "Ada" in text
    assert "Bea" in text
    assert not Occurrence.objects.exclude(occurrence_on=on).exists()


@pytest.mark.parametrize(
    ("before", "after", "changed", "expected"),
    [
        # Told on 28 February, and kept on 1 March since then.
        (FEB, MAR, "2027-02-28T11", "02-28"),
        (FEB, MAR, "2027-02-28T05", "03-01"),
        (FEB, MAR, "2027-03-01T05", "02-28"),
        (MAR, FEB, "2027-02-27T11", "02-28"),
        # Its hour has passed already, so it comes at once or in the next morning's mail, and not next year.
        (MAR, FEB, "2027-02-28T10", "02-28"),
        (MAR, FEB, "2027-03-01T05", "03-01"),
        (MAR, FEB, "2027-03-01T11", "03-01"),
        (MAR, USUAL, "2027-02-28T10", "02-28"),
        (USUAL, MAR, "2027-02-28T11", "02-28"),
    ],
)
def test_a_day_is_told_once_and_never_lost_when_the_choice_changes(
    signed_in: Client, user: User, before: str, after: str, changed: str, expected: str
) -> None:
    day, hour = changed.split("T")
    then = at(day, int(hour))
    with time_machine.travel(at("2027-01-02"), tick=False):
        ada = leapling(user, before, birthday_leads=[0])
    days = [date(2027, 2, 26) + timedelta(days=n) for n in range(8)]
    earlier = [it for it in days if at(f"{it}") <= then]
    said = told(earlier)
    assert write(signed_in, ada, then, leap_day=after, birthday_leads=[0]) == after
    assert [*said, *told([it for it in days if it not in earlier or it == then.date()])] == [expected]
    # Whatever else is written down about them later does not tell it once more.
    write(signed_in, ada, at("2027-03-01", 5), leap_day=after, birthday_leads=[0], notes="A note")
    write(signed_in, ada, at("2027-03-01", 12), leap_day=after, birthday_leads=[0], nickname="A")
    assert told(days) == []
    assert [row.occurrence_on for row in Schedule.objects.all()] == [date(2028, 2, 29)]


def test_a_lead_that_was_told_is_not_told_again_either(signed_in: Client, user: User) -> None:
    with time_machine.travel(at("2027-01-02"), tick=False):
        ada = leapling(user, FEB, birthday_leads=[30, 7, 1, 0])
    days = around(2027)
    for last, after in ((date(2027, 1, 29), MAR), (date(2027, 2, 22), FEB), (date(2027, 2, 27), MAR)):
        earlier = [it for it in days if it <= last]
        assert len(told(earlier)) == 1
        write(signed_in, ada, at(f"{last}", 12), leap_day=after, birthday_leads=[30, 7, 1, 0])
        days = [it for it in days if it > last]
    assert told(days) == ["03-01"]


def test_the_choice_for_all_and_then_a_word_about_one_tell_nothing_twice(
    signed_in: Client, user: User
) -> None:
    with time_machine.travel(at("2027-01-02"), tick=False):
        ada = leapling(user, birthday_leads=[0])
    assert told([date(2027, 2, 28)]) == ["02-28"]
    with time_machine.travel(at("2027-02-28", 12), tick=False):
        user.leap_day = MAR
        user.save()
        planning.user_changed(user)
    write(signed_in, ada, at("2027-02-28", 13), birthday_leads=[0], notes="A note")
    assert told(around(2027)) == []
    assert Schedule.objects.get().occurrence_on == date(2028, 2, 29)


def test_the_choice_for_all_moves_only_those_without_one_of_their_own(user: User) -> None:
    with time_machine.travel(at("2027-01-02"), tick=False):
        own = [leapling(user, choice, birthday_leads=[0]) for choice in (USUAL, FEB, MAR)]
        user.leap_day = MAR
        user.save()
        planning.user_changed(user)
    rows = {row.object_id: row.occurrence_on for row in Schedule.objects.all()}
    assert [rows[contact.pk].day for contact in own] == [1, 28, 1]


def test_what_waits_in_a_mail_that_has_not_left_is_told_on_its_new_day(signed_in: Client, user: User) -> None:
    with time_machine.travel(at("2027-01-02"), tick=False):
        ada = leapling(user, MAR, birthday_leads=[7])
        ImportantDate(owner=user, contact=ada, label="Wedding", on_month=2, on_day=29, leads=[7]).keep()
    planning.plan(at("2027-02-22", 10))
    write(signed_in, ada, at("2027-02-22", 10), leap_day=FEB, birthday_leads=[7])
    assert {it.occurrence_on for it in Occurrence.objects.open()} == {date(2027, 2, 28)}
    text = mail_at(at("2027-02-22"))
    assert "in 6 days" in text
    assert text.count("Sunday, 28 February") == 2
    assert told(around(2027)) == []


def test_only_what_is_theirs_is_reckoned_anew(signed_in: Client, user: User) -> None:
    with time_machine.travel(at("2027-01-02"), tick=False):
        ada, other = leapling(user), leapling(user, given="Bea")
        ImportantDate(owner=user, contact=other, label="Wedding", on_month=2, on_day=29).keep()
    others = Schedule.objects.exclude(object_id=ada.pk, kind="birthday").order_by("id")
    # Moments of their own, as after a change of the hour.
    others.update(next_at=at("2027-02-20", 17))
    before = list(others.values())
    assert write(signed_in, ada, at("2027-02-01"), leap_day=MAR) == MAR
    assert list(others.values()) == before
    assert {row.occurrence_on for row in Schedule.objects.filter(object_id=ada.pk, kind="birthday")} == {
        date(2027, 3, 1)
    }


# ---- where it is seen


@pytest.mark.parametrize(
    ("usual", "own", "now", "today", "row"),
    [
        (FEB, MAR, "2027-02-28", "tomorrow", "tomorrow"),
        (FEB, MAR, "2027-03-01", "today", "today"),
        (MAR, FEB, "2027-02-28", "today", "today"),
        (MAR, FEB, "2027-03-01", None, None),
        (FEB, MAR, "2027-02-14", None, None),
        (MAR, FEB, "2027-02-14", "in 14 days", "in 14 days"),
        (FEB, MAR, "2027-02-15", "in 14 days", "in 14 days"),
        (FEB, MAR, "2028-02-28", "tomorrow", "tomorrow"),
        (MAR, FEB, "2028-02-29", "today", "today"),
        (MAR, FEB, "2100-02-28", "today", "today"),
    ],
)
def test_today_and_the_list_say_when_it_is(
    client: Client, user: User, usual: str, own: str, now: str, today: str | None, row: str | None
) -> None:
    user.leap_day = usual
    user.save()
    ada = leapling(user, own)
    with time_machine.travel(at(now), tick=False):
        client.force_login(user)
        seen = client.get(TODAY).text
        listed = client.get(LIST).text
        page = client.get(ada.get_absolute_url()).text
    assert ("Ada" in seen) == (today is not None)
    assert today is None or re.search(rf">\s*{today}</span>", seen)
    assert (f"Birthday: </span>{row}" in listed) == (row is not None)
    assert row is None or f"</svg>{row}</span>" in page


@pytest.mark.parametrize(
    ("now", "usual", "order"),
    [
        ("2026-11-22", FEB, "Feb27 Feb28 Own28 Usual OwnMar Mar1"),
        ("2027-02-28", FEB, "Feb28 Own28 Usual OwnMar Mar1 Feb27"),
        ("2027-03-01", FEB, "OwnMar Mar1 Feb27 Feb28 Own28 Usual"),
        ("2027-03-01", MAR, "OwnMar Usual Mar1 Feb27 Feb28 Own28"),
        ("2027-03-02", MAR, "Feb27 Feb28 Own28 OwnMar Usual Mar1"),
        ("2028-02-29", FEB, "Own28 OwnMar Usual Mar1 Feb27 Feb28"),
        ("2028-03-01", MAR, "Mar1 Feb27 Feb28 Own28 OwnMar Usual"),
    ],
)
def test_they_stand_in_the_list_by_their_own_next_birthday(
    client: Client, user: User, now: str, usual: str, order: str
) -> None:
    user.leap_day = usual
    user.save()
    for name, month, day in (("Feb27", 2, 27), ("Feb28", 2, 28), ("Mar1", 3, 1)):
        leapling(user, MAR, given=name, birth_month=month, birth_day=day)
    for name, own in (("Usual", USUAL), ("Own28", FEB), ("OwnMar", MAR)):
        leapling(user, own, given=name)
    with time_machine.travel(at(now), tick=False):
        client.force_login(user)
        text = client.get(LIST, {"sort": "birthday"}).text
    shown = re.findall(r">(Feb27|Feb28|Mar1|Own28|OwnMar|Usual)</a>", text)
    assert shown == order.split()


@pytest.mark.parametrize(("own", "told_on"), [(FEB, "28 February"), (MAR, "1 March")])
def test_their_page_and_the_preview_of_thirty_days_say_it(
    client: Client, user: User, own: str, told_on: str
) -> None:
    with time_machine.travel(at("2027-02-10"), tick=False):
        ada = leapling(user, own, birth_year=1988)
        client.force_login(user)
        page, ahead = client.get(ada.get_absolute_url()).text, client.get(REMINDERS).text
    assert re.search(rf"Turns 39 on \w+, {told_on}\.", page)
    assert f"{CHOICE}: on {told_on}" in page
    said = rf"turns 39 in 7 days, on \w+, {told_on} \(was born on 29 February\)"
    assert re.search(rf"Ada.*{said}", ahead, re.DOTALL)


def test_the_week_ahead_has_them_on_their_day(user: User) -> None:
    for own in (FEB, MAR):
        ada = leapling(user, own, given=own)
        ImportantDate(owner=user, contact=ada, label="Wedding", on_month=2, on_day=29).keep()
    for monday, theirs in ((date(2027, 2, 22), FEB), (date(2027, 3, 1), MAR)):
        asked = [(Occurrence(pk=1, owner=user, occurrence_on=monday), monday)]
        assert [it.who for it in week.ahead(asked)[1]] == [theirs, theirs]


@pytest.mark.parametrize(("own", "years"), [(MAR, "38"), (FEB, "39")])
def test_they_are_as_old_as_where_their_birthday_is_kept(user: User, own: str, years: str) -> None:
    with time_machine.travel(at("2027-01-02"), tick=False):
        ada = leapling(user, own, birth_year=1988, birthday_leads=[30])
        ImportantDate(owner=user, contact=ada, label="Wedding", on_month=2, on_day=28, leads=[0]).keep()
    assert f"{years} years old." in mail_at(at("2027-02-28"))


# ---- where it is asked


def boxes(text: str) -> list[tuple[str, bool]]:
    """What is offered, and which of it is chosen."""
    found = re.findall(r'<input type="radio" name="leap_day" value="(\w*)"([^>]*)>', text)
    return [(value, "checked" in rest) for value, rest in found]


@pytest.mark.parametrize(
    ("fields", "dated", "asked"),
    [
        ({}, None, True),
        ({"birth_day": 28}, None, False),
        ({"birth_month": 3}, None, False),
        ({"birth_month": None, "birth_day": None}, None, False),
        ({"birth_day": 28}, (2, 29), True),
        ({"birth_day": 28}, (3, 29), False),
        ({"birth_day": 28, "deceased": True, "death_month": 2, "death_day": 29}, None, True),
    ],
)
def test_it_is_asked_only_where_something_falls_on_that_day(
    signed_in: Client, user: User, fields: dict[str, Any], dated: tuple[int, int] | None, asked: bool  # noqa: FBT001
) -> None:  # fmt: skip
    contact = leapling(user, **fields)
    if dated:
        month, day = dated
        ImportantDate(owner=user, contact=contact, label="Wedding", on_month=month, on_day=day).keep()
    text = signed_in.get(reverse("contacts:edit", args=[contact.uid])).text
    assert ("<nv-leap-day asked>" in text) == asked
    assert ("<nv-leap-day>" in text) != asked, "without a script it stands there, whatever is typed"
    assert boxes(text) == [(USUAL, True), (FEB, False), (MAR, False)]


def test_a_date_in_the_bin_does_not_ask(signed_in: Client, user: User) -> None:
    contact = leapling(user, birth_day=28)
    wedding = ImportantDate(owner=user, contact=contact, label="Wedding", on_month=2, on_day=29)
    wedding.keep()
    wedding.remove()
    assert "<nv-leap-day>" in signed_in.get(reverse("contacts:edit", args=[contact.uid])).text


def test_what_is_typed_and_chosen_stands_there_when_something_is_wrong(signed_in: Client) -> None:
    typed = form(given="Ada", birth_day=" 29 ", birth_month="2", birth_year="1900", leap_day=MAR)
    answer = signed_in.post(reverse("contacts:add"), typed)
    assert answer.status_code == 422
    assert "<nv-leap-day asked>" in answer.text
    assert boxes(answer.text) == [(USUAL, False), (FEB, False), (MAR, True)]
    assert signed_in.post(reverse("contacts:add"), {**typed, "birth_year": "1904"}).status_code == 303
    assert Contact.objects.get().leap_day == MAR


def test_the_first_answer_says_what_the_settings_say(client: Client, user: User) -> None:
    user.leap_day, user.language = MAR, "de"
    user.save()
    client.force_login(user)
    contact = leapling(user, FEB)
    text = client.get(reverse("contacts:edit", args=[contact.uid])).text
    assert "wie in deinen Einstellungen: 1. März" in text
    assert "am 28. Februar" in text
    assert boxes(text) == [(USUAL, False), (FEB, True), (MAR, False)]
    assert "In Jahren ohne 29. Februar: am 28. Februar" in client.get(contact.get_absolute_url()).text


@pytest.mark.parametrize("wrong", ["feb29", "FEB28", "mar1 ", "\x00", "a" * 10_000, "1"])
def test_another_day_is_refused_and_all_that_was_typed_is_kept(
    signed_in: Client, user: User, wrong: str
) -> None:
    contact = leapling(user, FEB)
    fields = form(given="Ada", birth_day=29, birth_month=2, leap_day=wrong, notes="long")
    answer = signed_in.post(reverse("contacts:edit", args=[contact.uid]), fields)
    assert answer.status_code in {400, 422}
    assert answer.status_code == 400 or ("long" in answer.text and "<nv-leap-day asked>" in answer.text)
    assert Contact.objects.get().leap_day == FEB
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.update(leap_day="feb29")


def test_a_page_that_does_not_ask_changes_nothing(signed_in: Client, user: User) -> None:
    contact = leapling(user, MAR)
    assert write(signed_in, contact, at("2027-02-01")) == MAR
    assert write(signed_in, contact, at("2027-02-01"), leap_day=USUAL) == USUAL


# ---- what it costs


def test_many_with_a_choice_cost_as_much_as_one(
    user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    monday = date(2027, 2, 22)
    asked = [(Occurrence(pk=1, owner=user, occurrence_on=monday), monday)]
    costs = set()
    for many in (1, 8):
        for _ in range(many):
            ada = leapling(user, FEB)
            ImportantDate(owner=user, contact=ada, label="Wedding", on_month=2, on_day=29).keep()
        with django_assert_max_num_queries(12) as queries:
            found = week.ahead(asked)
        assert len(found[1]) > many
        costs.add(len(queries))
    assert len(costs) == 1


def test_a_persons_page_asks_no_more_for_many_days_of_theirs(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ada = leapling(user, MAR)
    signed_in.get(ada.get_absolute_url())
    costs = set()
    for many in (1, 8):
        for n in range(many):
            ImportantDate(owner=user, contact=ada, label=f"{n}", on_month=2, on_day=29).keep()
        for path in (ada.get_absolute_url(), reverse("contacts:edit", args=[ada.uid])):
            with django_assert_max_num_queries(12) as asked:
                signed_in.get(path)
            costs.add((path, len(asked)))
    assert len(costs) == 2
