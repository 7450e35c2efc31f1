"""One's own checks, newest first, as a person and as an organisation apart."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from assessments import questions
from assessments.models import Answer, Assessment
from tests.assessments.series import answered, many_checks, plain, queries

if TYPE_CHECKING:
    from django.test import Client
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

    from netvalue.accounts.models import User

HISTORY = "/check/history/"


def taken(user: User, perspective: str = "person", days_ago: int = 0, *, finish: bool = True) -> Assessment:
    then = timezone.now() - timedelta(days=days_ago)
    check = Assessment.objects.create(owner=user, perspective=perspective, language="en", begun_at=then)
    for question, value in zip(check.questions, [Answer.YES, Answer.NO, Answer.PARTLY], strict=False):
        check.record(question, value, "a note", at=then)
    if finish:
        check.finish(at=then)
    return check


def listed(response: Response) -> str:
    """The list of finished checks, without the trend above it."""
    return plain(response).split('<ol class="checks">')[1].split("</ol>")[0]


@pytest.mark.django_db
def test_a_history_needs_an_account(client: Client) -> None:
    assertRedirects(
        client.get(HISTORY), "/accounts/login/?next=/check/history/", fetch_redirect_response=False
    )


def test_without_a_check_one_is_invited_to_take_it(signed_in: Client) -> None:
    assertContains(signed_in.get(HISTORY), "Ten questions, about three minutes.")


def test_checks_are_listed_newest_first_with_date_and_counts(signed_in: Client, user: User) -> None:
    old, new = taken(user, days_ago=90), taken(user, days_ago=1)
    page = listed(signed_in.get(HISTORY))
    assert page.index(str(new.uid)) < page.index(str(old.uid))
    assert page.count("1 yes · 1 partly · 1 no · 7 open</span>") == 2
    assert page.count('class="chart wheel wheel-mini"') == 2


def test_person_and_organisation_are_separate(signed_in: Client, user: User) -> None:
    mine, ours = taken(user), taken(user, "organisation")
    page = signed_in.get(HISTORY)
    assertContains(page, mine.uid)
    assertNotContains(page, ours.uid)
    page = signed_in.get(HISTORY + "?as=organisation")
    assertContains(page, ours.uid)
    assertNotContains(page, mine.uid)


def test_who_only_took_it_as_an_organisation_sees_that(signed_in: Client, user: User) -> None:
    ours = taken(user, "organisation")
    page = signed_in.get(HISTORY)
    assertContains(page, ours.uid)
    assertNotContains(page, "segmented")


@pytest.mark.parametrize("query", ["?as=%00", "?as=nobody", "?page=0", "?page=x", "?page=999", "?page=%00"])
def test_an_address_that_makes_no_sense_shows_what_there_is(
    signed_in: Client, user: User, query: str
) -> None:
    check = taken(user)
    assertContains(signed_in.get(HISTORY + query), check.uid)


def test_an_unfinished_check_can_be_resumed_from_there(signed_in: Client, user: User) -> None:
    check = taken(user, finish=False)
    assertContains(signed_in.get(HISTORY), "Continue where you were")
    assertRedirects(
        signed_in.get(f"/check/{check.uid}/"), f"/check/{check.uid}/4/", fetch_redirect_response=False
    )


def test_a_strangers_checks_are_not_there(signed_in: Client, stranger: User) -> None:
    check = taken(stranger)
    assertNotContains(signed_in.get(HISTORY), check.uid)


def test_many_checks_take_as_many_queries_as_two(signed_in: Client, user: User) -> None:
    taken(user, days_ago=3)
    taken(user, "organisation", days_ago=2)
    taken(user, days_ago=1, finish=False)
    few = queries(signed_in, HISTORY)
    for day in range(25):
        taken(user, days_ago=day + 4)
        taken(user, days_ago=day, finish=False)
    assert queries(signed_in, HISTORY) == few
    assert queries(signed_in, HISTORY + "?page=2") == few


def test_the_pages_of_one_check_take_the_same_queries_however_much_is_answered(
    signed_in: Client, user: User
) -> None:
    check = Assessment.objects.create(owner=user, language="en")
    check.record(check.questions[0], Answer.YES)
    pages = [f"/check/{check.uid}/5/", f"/check/{check.uid}/review/"]
    few = [queries(signed_in, page) for page in pages]
    for question in questions.EDITIONS[1]:
        check.record(question, Answer.YES)
    assert [queries(signed_in, page) for page in pages] == few


def test_older_checks_are_on_further_pages_with_their_own_trend(signed_in: Client, user: User) -> None:
    checks = [taken(user, days_ago=day) for day in range(27)]
    first, second = signed_in.get(HISTORY), signed_in.get(HISTORY + "?page=2")
    assertContains(first, "24 of 27 checks")
    assertNotContains(first, f"/check/{checks[24].uid}/")
    assertContains(second, "3 of 27 checks")
    assertContains(second, checks[26].uid)
    assertNotContains(second, checks[23].uid)
    # The oldest of the first page still says what moved since the one before, which the second page lists.
    assert listed(first).count('class="since') == 24
    assert listed(second).count('class="since') == 2


# --- What moved, and the trend ---------------------------------------------------------------------------


def test_each_check_says_what_moved_since_the_one_before(signed_in: Client, user: User) -> None:
    answered(user, 200, "nnypppyyy-")
    answered(user, 100, "ynnppyyy-y")
    page = listed(signed_in.get(HISTORY))
    assert "2 towards yes · 1 towards no · 1 newly answered · 1 left open" in page
    assert page.count('class="since') == 1


def test_a_check_of_the_other_perspective_is_not_the_one_before(signed_in: Client, user: User) -> None:
    taken(user, "organisation", days_ago=50)
    taken(user)
    assertNotContains(signed_in.get(HISTORY), 'class="since')


@pytest.mark.parametrize(("days", "repeat"), [(0, True), (14, True), (15, False)])
def test_a_repeat_within_two_weeks_is_marked_in_words(
    signed_in: Client, user: User, days: int, *, repeat: bool
) -> None:
    taken(user, days_ago=20 + days)
    taken(user, days_ago=20)
    page = signed_in.get(HISTORY)
    marks = ["A repeat within two weeks: it shows how steady your answers are.", "A bracket below two checks"]
    assert [mark in page.text for mark in marks] == [repeat, repeat]


def test_a_single_check_has_no_trend(signed_in: Client, user: User) -> None:
    taken(user)
    taken(user, "organisation", days_ago=2)
    assertNotContains(signed_in.get(HISTORY), "Over time")


def test_the_trend_says_in_words_what_it_shows(signed_in: Client, user: User) -> None:
    first = answered(user, 400, "nnnnnnpp--")
    answered(user, 200, "y" * 10)
    last = answered(user, 9, "yyyyyypp-n")
    page = plain(signed_in.get(HISTORY))
    days = [date_format(timezone.localtime(check.finished_at, user.zone)) for check in (first, last)]
    assert f"From {days[0]} to {days[1]}: <b>6 towards yes · 1 newly answered</b>. That is more" in page
    assert f'aria-label="{days[0]}: 0 yes · 2 partly · 6 no · 2 open. {days[1]}: 6 yes · 2 partly' in page
    assert page.count(f'<a href="/check/{last.uid}/" aria-label="{days[1]}: 6 yes') == 2


def test_the_trend_stands_as_a_table_too(signed_in: Client, user: User) -> None:
    answered(user, 100, "yyyyyyyyyy")
    answered(user, 3, "pn-yyyyyyy")
    table = signed_in.get(HISTORY).text.split("<tbody>")[1].split("</tbody>")[0]
    assert table.startswith('<tr><th scope="row">Authenticity</th><td>Yes</td><td>Partly</td></tr>')
    assert '<th scope="row">Lasting ties</th><td>Yes</td><td>Open</td>' in table
    assert table.count("<tr>") == 10


def test_the_drawing_has_no_decimal_comma_in_german(signed_in: Client, user: User) -> None:
    user.language = "de"
    user.save()
    for days in (300, 200, 7):
        answered(user, days, "yynnpp--yy")
    page = signed_in.get(HISTORY).text
    assert "Im Lauf der Zeit" in page
    for drawing in re.findall(r"<svg class=\"chart strips.*?</svg>", page, re.DOTALL):
        numbers = re.findall(r'\s(?:d|x|y|width|height|viewBox|dx|rx)="([^"]*)"', drawing)
        assert len(numbers) > 20
        assert all(re.fullmatch(r"[MHVhvzZ\d. -]+", number) for number in numbers)


def test_what_an_older_edition_asked_keeps_its_row_and_its_words(
    signed_in: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered(user, 100, "yyyyyyyyyy")
    reworded = replace(questions.FIRST[0], number=1, aspect="Dialogue")
    new = replace(questions.FIRST[1], key="new", number=2, aspect="Respect")
    monkeypatch.setitem(questions.EDITIONS, 2, (reworded, new, *questions.FIRST[2:]))
    then = timezone.now()
    check = Assessment.objects.create(owner=user, language="en", edition=2, begun_at=then)
    check.record(new, Answer.NO, at=then)
    check.finish(at=then)
    page = signed_in.get(HISTORY)
    rows = page.text.split("<tbody>")[1].split("</tbody>")[0]
    assert rows.count("<tr>") == 11
    assert rows.startswith('<tr><th scope="row">Dialogue</th><td>Yes</td><td>Open</td></tr>')
    assert '<tr><th scope="row">Respect</th><td>–</td><td>No</td></tr>' in rows
    assert rows.endswith('<tr><th scope="row">Dialogue</th><td>Yes</td><td>–</td></tr>')
    assertContains(page, "that check did not ask this question")


def test_five_hundred_checks_stay_readable_and_cost_what_few_cost(signed_in: Client, user: User) -> None:
    for day in range(2):
        answered(user, day, "ynp-ynp-yn")
    few = queries(signed_in, HISTORY)
    many_checks(user, 498)
    for page in ("", "?page=2", "?page=21"):
        assert queries(signed_in, HISTORY + page) == few
    assert len(signed_in.get(HISTORY).content) < 220_000
