"""Two checks side by side: what moved, what stayed, what was done in between."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone
from django.utils.formats import date_format
from pytest_django.asserts import assertContains, assertNotContains

from assessments import questions
from assessments.models import Answer, Assessment
from contacts.models import FollowUp
from tests.assessments.series import answered, many_checks, plain, queries
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from django.test import Client

    from netvalue.accounts.models import User

COMPARE = "/check/history/compare/"
WITHIN, BEYOND = "That is within what chance does.", "That is more than chance usually does."


def against(then: object, now: object) -> str:
    uids = [getattr(it, "uid", it) for it in (then, now)]
    return f"{COMPARE}?then={uids[0]}&now={uids[1]}"


def part(page: str, title: str) -> str:
    """What stands under a heading, up to the next one of its rank."""
    return page.split(f">{title}</h2>")[1].split("<h2", maxsplit=1)[0]


def test_every_answer_that_moved_is_listed_with_both_notes(signed_in: Client, user: User) -> None:
    then, now = answered(user, 200, "nyyp-yyyyy"), answered(user, 2, "ynyp" + "y" + "-" + "yyyy")
    page = plain(signed_in.get(against(then, now)))
    assert (
        '<h1 class="voice" id="moves">1 towards yes · 1 towards no · 1 newly answered · 1 left open</h1>'
        in page
    )
    for title, aspect, before, after in (
        ("Towards yes", "Authenticity", "n", "y"),
        ("Towards no", "Dialogue", "y", "n"),
        ("Newly answered", "Reciprocity", "-", "y"),
        ("Left open this time", "Balance of support", "y", "-"),
    ):
        under = part(page, title)
        assert under.count("<li>") == 1
        assert under.index(f"{aspect}: {before}") < under.index(f"{aspect}: {after}")
    stayed = part(page, "6 answers stayed as they were")
    assert stayed.count("<li>") == 6
    assert "Lasting ties: y" in stayed


def test_the_order_in_the_address_does_not_matter(signed_in: Client, user: User) -> None:
    then, now = answered(user, 200, "n" * 10), answered(user, 2, "y" * 10)
    for url in (against(then, now), against(now, then)):
        page = plain(signed_in.get(url))
        assert "10 towards yes</h1>" in page
        assert page.index(f"/check/{then.uid}/") < page.index(f"/check/{now.uid}/")


@pytest.mark.parametrize(
    ("then", "now", "said"),
    [
        ("nnnnnnnnnn", "yyyyynnnnn", WITHIN),
        ("nnnnnnnnnn", "yyyyyynnnn", BEYOND),
        ("yyyyyyyyyy", "nnnnnnyyyy", BEYOND),
        ("nnnnnnnnny", "yyyyyyyynn", BEYOND),
        ("nnnnnnnnyy", "yyyyyyyynn", WITHIN),
        ("----------", "yyyyyyyyyy", ""),
    ],
)
def test_chance_has_the_word_unless_the_sign_test_says_otherwise(
    signed_in: Client, user: User, then: str, now: str, said: str
) -> None:
    page = signed_in.get(against(answered(user, 200, then), answered(user, 2, now))).text
    assert [it in page for it in (WITHIN, BEYOND)] == [it == said for it in (WITHIN, BEYOND)]
    assert "%" not in page.split("<main")[1]


def test_where_nothing_moved_what_stayed_is_open_to_see(signed_in: Client, user: User) -> None:
    page = signed_in.get(against(answered(user, 200, "ynpynpynp-"), answered(user, 2, "ynpynpynp-")))
    assertContains(page, "Nothing moved</h1>")
    assertContains(page, '<details class="card data-table" open>')
    assertNotContains(page, WITHIN)


@pytest.mark.parametrize(("days", "repeat"), [(14, True), (15, False)])
def test_a_repeat_within_two_weeks_is_called_one(
    signed_in: Client, user: User, days: int, *, repeat: bool
) -> None:
    page = signed_in.get(against(answered(user, 2 + days, "n" * 10), answered(user, 2, "y" * 10))).text
    assert ("they say more about how steady the answers are than about change" in page) is repeat


def test_each_check_speaks_in_the_words_of_its_edition(
    signed_in: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    then = answered(user, 100, "n" + "y" * 9)
    first, second, *rest = questions.FIRST
    reworded = replace(first, person=replace(first.person, question="Am I real online?"))
    brand_new = replace(second, key="new", person=replace(second.person, question="Is this new?"))
    monkeypatch.setitem(questions.EDITIONS, 2, (reworded, brand_new, *rest))
    day = timezone.now()
    now = Assessment.objects.create(owner=user, language="en", edition=2, begun_at=day)
    for question in now.questions:
        now.record(question, Answer.YES, at=day)
    now.finish(at=day)
    page = plain(signed_in.get(against(then, now)))
    moved = part(page, "Towards yes")
    assert moved.index("Am I real online?") < moved.index(
        "Back then the question was: Am I the same person online"
    )
    apart = part(page, "Asked in only one of the two")
    assert "Am I after real conversations" in apart
    assert "Is this new?" in apart
    assert "8 answers stayed as they were" in page


# --- Choosing --------------------------------------------------------------------------------------------


def test_two_are_chosen_on_the_history_and_others_on_the_comparison(signed_in: Client, user: User) -> None:
    first, second, third = (answered(user, days, "y" * 10) for days in (300, 200, 100))
    for url in ("/check/history/", against(first, third)):
        page = signed_in.get(url).text
        assert '<form class="choose" method="get" action="/check/history/compare/">' in page
        for name in ("then", "now"):
            options = page.split(f'name="{name}">')[1].split("</select>")[0]
            assert [str(check.uid) in options for check in (first, second, third)] == [True] * 3
        assert f'<option value="{first.uid}" selected>' in page.split('name="then">')[1].split("</select>")[0]
        assert f'<option value="{third.uid}" selected>' in page.split('name="now">')[1].split("</select>")[0]


def test_each_check_leads_to_its_comparison_with_the_one_before(signed_in: Client, user: User) -> None:
    then, now = answered(user, 200, "n" * 10), answered(user, 2, "y" * 10)
    assertContains(signed_in.get("/check/history/"), f'"{COMPARE}?then={then.uid}&amp;now={now.uid}"')


def test_checks_of_one_day_are_told_apart_by_their_time(signed_in: Client, user: User) -> None:
    first, second = answered(user, 5, "y" * 10), answered(user, 5, "n" * 10)
    page = signed_in.get(against(first, second)).text
    day = date_format(timezone.localtime(first.finished_at, user.zone))
    assert page.count(f">{day}, ") == 4


def test_without_a_choice_one_is_asked_for(signed_in: Client, user: User) -> None:
    assertContains(signed_in.get(COMPARE), "With two finished checks you can see here which answers moved.")
    answered(user, 9, "y" * 10)
    check = answered(user, 2, "y" * 10)
    for url in (COMPARE, f"{COMPARE}?now={check.uid}", f"{COMPARE}?then=&now="):
        page = signed_in.get(url)
        assertContains(page, "Choose two")
        assertNotContains(page, 'id="moves"')


def test_the_same_check_twice_is_said_in_a_sentence(signed_in: Client, user: User) -> None:
    check = answered(user, 2, "y" * 10)
    answered(user, 9, "y" * 10)
    page = signed_in.get(against(check, check))
    assertContains(page, "That is one and the same check.", status_code=422)
    assertContains(page, "Choose two", status_code=422)


def test_an_unfinished_check_is_not_compared(signed_in: Client, user: User) -> None:
    check, begun = answered(user, 2, "y" * 10), Assessment.objects.create(owner=user, language="en")
    for url in (against(check, begun), against(begun, check)):
        assertContains(signed_in.get(url), "One of the two is not finished yet.", status_code=422)


def test_person_and_organisation_are_not_compared(signed_in: Client, user: User) -> None:
    mine, ours = answered(user, 2, "y" * 10), answered(user, 2, "y" * 10, "organisation")
    page = signed_in.get(against(mine, ours))
    assertContains(page, "One was taken as a person, the other as an organisation.", status_code=422)


def test_a_check_of_a_newer_version_is_not_compared(
    signed_in: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    older = answered(user, 9, "y" * 10)
    monkeypatch.setitem(questions.EDITIONS, 2, questions.FIRST)
    newer = answered(user, 2, "y" * 10)
    monkeypatch.delitem(questions.EDITIONS, 2)
    page = signed_in.get(against(older, newer))
    assertContains(page, "this version of NetValue does not know yet", status_code=422)


def test_somebody_elses_check_does_not_exist(signed_in: Client, user: User, stranger: User) -> None:
    mine, theirs = answered(user, 2, "y" * 10), answered(stranger, 2, "y" * 10)
    for url in (against(mine, theirs), against(theirs, mine), against(theirs, "")):
        assert signed_in.get(url).status_code == 404


@pytest.mark.parametrize("uid", [str(uuid.UUID(int=7)), "x", "%00", "\ud800", "1" * 10_000, "-1"])
def test_an_address_that_names_no_check_is_not_found(signed_in: Client, user: User, uid: str) -> None:
    check = answered(user, 2, "y" * 10)
    asked: dict[str, str | bytes] = {"then": str(check.uid), "now": uid.encode("utf-8", "surrogatepass")}
    response = signed_in.get(COMPARE, asked)
    assert response.status_code == 404


# --- In between ------------------------------------------------------------------------------------------


def done(user: User, days_ago: int, what: str, **more: object) -> FollowUp:
    follow_up = FollowUpFactory.create(owner=user, what=what, **more)
    FollowUp.objects.filter(pk=follow_up.pk).update(done_at=timezone.now() - timedelta(days=days_ago))
    return follow_up


def test_what_was_done_in_between_is_named_and_nothing_is_concluded(
    signed_in: Client, user: User, stranger: User
) -> None:
    checks = answered(user, 100, "n" * 10), answered(user, 10, "y" * 10)
    assertNotContains(signed_in.get(against(*checks)), "Done in between")
    anna = ContactFactory.create(owner=user, given="Anna", family="Berg")
    away = ContactFactory.create(owner=user, given="Carl", family="Fern")
    away.archive()
    hidden = ContactFactory.create(owner=user, given="Dora", family="Ehm")
    hidden.hide()
    done(user, 50, "Return the ladder", contact=anna)
    done(user, 51, "Call Carl", contact=away)
    done(user, 52, "Call Dora", contact=hidden)
    done(user, 200, "Long before")
    done(user, 5, "Afterwards")
    done(stranger, 50, "Somebody else’s")
    FollowUpFactory.create(owner=user, what="Not done yet")
    section = part(signed_in.get(against(*checks)).text, "Done in between")
    assert "Return the ladder" in section
    assert "Anna Berg" in section
    assert "only you can tell" in section
    for what in (
        "Call Carl",
        "Call Dora",
        "Long before",
        "Afterwards",
        "Somebody else’s",
        "Not done yet",
        "more",
    ):
        assert what not in section


def test_of_much_that_was_done_the_first_few_are_named_steps_before_all_else(
    signed_in: Client, user: User
) -> None:
    then, now = answered(user, 100, "n" * 10), answered(user, 10, "y" * 10)
    step = done(user, 90, "The step of the check")
    then.steps.create(owner=user, question="respect", follow_up=step, taken_at=timezone.now())
    for day in range(6):
        done(user, 20 + day, f"Thing {day}")
    section = part(signed_in.get(against(then, now)).text, "Done in between")
    assert section.index("The step of the check") < section.index("Thing 0")
    assert "Thing 3" in section
    assert "Thing 4" not in section
    assert "and 2 more" in section


def test_with_five_hundred_checks_comparing_costs_what_it_costs_with_two(
    signed_in: Client, user: User
) -> None:
    then, now = answered(user, 4000, "n" * 10), answered(user, 1, "y" * 10)
    done(user, 20, "Thing")
    few = queries(signed_in, against(then, now))
    many_checks(user, 498)
    for day in range(30):
        done(user, day + 5, f"Thing {day}", contact=ContactFactory.create(owner=user))
    assert queries(signed_in, against(then, now)) == few
    page = signed_in.get(against(then, now))
    assertContains(page, then.uid)
    assert len(page.content) < 90_000
