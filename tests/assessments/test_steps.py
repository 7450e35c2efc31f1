"""From a small step to a day with somebody, and what came of it; with htmx and without."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.urls import reverse

from assessments.models import Assessment, Step
from contacts.models import FollowUp
from netvalue.outbox.models import Schedule
from tests.assessments.taking import Taker
from tests.factories import ContactFactory, FollowUpFactory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.test import Client
    from pytest_django import DjangoAssertNumQueries

    from contacts.models import Contact
    from netvalue.accounts.models import User

# In Berlin it is half past midnight on the 23rd.
NOW = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
IN_A_WEEK = date(2026, 11, 30)
TODAY = reverse("today")
HTMX = {"HX-Request": "true"}
# No to the last, partly to the second and the fifth.
ANSWERS = ["yes", "partly", "yes", "yes", "partly", "yes", "yes", "yes", "yes", "no"]
ASK = "Ask one person what they count on you for"


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def a_check(
    user: User, answers: list[str] = ANSWERS, days_ago: int = 0, perspective: str = "person"
) -> Assessment:
    at = NOW - timedelta(days=days_ago)
    taken = Assessment.objects.create(
        owner=user, language="en", begun_at=at, touched_at=at, perspective=perspective
    )
    for question, answer in zip(taken.questions, answers, strict=True):
        taken.record(question, answer, at=at)
    taken.finish(at=at)
    return taken


@pytest.fixture
def check(user: User) -> Assessment:
    return a_check(user)


@pytest.fixture
def ada(user: User) -> Contact:
    return ContactFactory.create(owner=user, given="Ada", family="Lovelace", organisation="Engines")


def result(check: Assessment) -> str:
    return reverse("assessments:result", args=[check.uid])


def form_of(check: Assessment, number: int = 10) -> str:
    return reverse("assessments:step", args=[check.uid, number])


def drop_of(check: Assessment, number: int = 10) -> str:
    return reverse("assessments:drop_step", args=[check.uid, number])


def sent(**fields: str) -> dict[str, str]:
    return {"what": ASK, "due_on": str(IN_A_WEEK), **fields}


def undo_in(text: str) -> str:
    found = re.search(r'<nv-toast.*?action="([^"]+)"', text, re.DOTALL)
    assert found
    return found[1].replace("&amp;", "&")


def proposed(text: str) -> list[str]:
    return re.findall(r"<h3>([^<]+)</h3>\s*<div class=\"stack-s\">\s*<div class=\"btn-set", text)


def test_the_result_proposes_no_before_partly_each_with_one_button(
    signed_in: Client, check: Assessment
) -> None:
    text = signed_in.get(result(check)).text
    assert proposed(text) == [
        "Ask one person what they count on you for.",
        "Ask one open question and wait for the answer.",
        "Offer help before anyone asks.",
    ]
    assert form_of(check) in text
    assert drop_of(check) in text


def test_a_step_is_put_on_a_day_with_somebody(
    signed_in: Client, user: User, check: Assessment, ada: Contact
) -> None:
    page = signed_in.get(form_of(check)).text
    assert f'value="{ASK}"' in page
    assert 'value="2026-11-30"' in page
    assert "Ada Lovelace" in page
    response = signed_in.post(form_of(check), sent(person=str(ada.uid)), follow=True)
    assert response.redirect_chain == [(result(check) + "#steps", 303)]
    assert f"On your list, 30 November: {ASK}" in response.text
    assert "On your list</span>" in response.text
    assert "Ada Lovelace" in response.text
    assert ASK + "." not in proposed(response.text)
    follow_up = FollowUp.objects.get()
    assert (follow_up.owner, follow_up.contact, follow_up.what) == (user, ada, ASK)
    assert follow_up.due_on == IN_A_WEEK
    assert Schedule.objects.get(kind="followup").next_on == IN_A_WEEK
    assert ASK in signed_in.get(ada.get_absolute_url()).text
    with time_machine.travel(NOW + timedelta(days=7)):
        assert ASK in signed_in.get(TODAY).text


def test_a_step_goes_without_a_person_and_in_ones_own_words(signed_in: Client, check: Assessment) -> None:
    signed_in.post(form_of(check), sent(person="", what="  Fragen, was  fehlt "))
    assert FollowUp.objects.get().contact is None
    assert "Fragen, was fehlt" in signed_in.get(result(check)).text


def test_a_step_that_is_about_nobody_asks_for_nobody(signed_in: Client, user: User, ada: Contact) -> None:
    answers = ["yes"] * 6 + ["no"] + ["yes"] * 3
    check = a_check(user, answers)
    page = signed_in.get(form_of(check, 7)).text
    assert "Who is it about?" not in page
    assert "Ada" not in page
    signed_in.post(form_of(check, 7), sent(person=str(ada.uid)))
    assert FollowUp.objects.get().contact is None


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"due_on": "2026-02-30"}, "Enter a valid date."),
        ({"due_on": "2026-11-22"}, "This day is over."),
        ({"due_on": "2999-01-01"}, "within the next fifty years"),
        ({"due_on": ""}, "This field is required."),
        ({"what": " "}, "This field is required."),
        ({"what": "x" * 301}, "300"),
        ({"what": "a\ufffdb"}, "damaged"),
        ({"person": "nobody"}, "not among your contacts any more"),
        ({"person": str(uuid.uuid4())}, "not among your contacts any more"),
        ({"person": "\x00"}, "not among your contacts any more"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(
    signed_in: Client, check: Assessment, ada: Contact, fields: dict[str, str], words: str
) -> None:
    data = {"what": "Ask Ada what she counts on", "due_on": "2026-12-01", "person": str(ada.uid), **fields}
    response = signed_in.post(form_of(check), data)
    assert response.status_code == 422
    assert words in response.text
    for name in {"what", "due_on"} - fields.keys():
        assert f'value="{data[name]}"' in response.text
    if "person" not in fields:
        assert re.search(rf'value="{ada.uid}"\s+checked', response.text)
    assert not FollowUp.objects.exists()
    assert not Step.objects.exists()


def test_a_strangers_person_and_one_put_away_cannot_be_chosen(
    signed_in: Client, stranger: User, check: Assessment, ada: Contact
) -> None:
    theirs = ContactFactory.create(owner=stranger, given="Canary")
    ada.archive()
    page = signed_in.get(form_of(check)).text
    assert "Canary" not in page
    assert "Ada" not in page
    for person in (theirs, ada):
        assert signed_in.post(form_of(check), sent(person=str(person.uid))).status_code == 422
    assert not FollowUp.objects.exists()


def people_in(text: str) -> list[str]:
    return re.findall(r'name="person" value="[^"]+"[^>]*><b>([^<]+)</b>', text)


def test_people_are_found_by_name_and_a_slip_of_the_finger_is_forgiven(
    signed_in: Client, user: User, check: Assessment, ada: Contact
) -> None:
    for number in range(12):
        ContactFactory.create(owner=user, given="Bo", family=f"B{number:02}")
    find = form_of(check) + "?who="
    assert people_in(signed_in.get(find + "lovel").text) == ["Ada Lovelace"]
    assert people_in(signed_in.get(find + "engines").text) == ["Ada Lovelace"]
    assert people_in(signed_in.get(find + "Lovelaec").text) == ["Ada Lovelace"]
    assert len(people_in(signed_in.get(find + "bo").text)) == 8
    nobody = signed_in.get(find + "zzz")
    assert people_in(nobody.text) == []
    assert "Nobody found." in nobody.text
    assert "Nobody in particular" in nobody.text
    broken = signed_in.get(find + "%EF%BF%BD%00")
    assert broken.status_code == 422
    assert "Please type them again." in broken.text or "Null characters" in broken.text


def test_to_begin_with_a_few_of_the_closest_stand_there_by_name(
    signed_in: Client, user: User, check: Assessment
) -> None:
    for given, closeness in [
        ("Zoe", 9),
        ("Bo", None),
        ("Cy", 1),
        ("Al", 10),
        ("Di", 8),
        ("Ed", 7),
        ("Fy", 6),
    ]:
        ContactFactory.create(owner=user, given=given, family="", closeness=closeness)
    assert people_in(signed_in.get(form_of(check)).text) == ["Al", "Di", "Ed", "Fy", "Zoe"]


def test_without_contacts_it_says_how_to_add_somebody(signed_in: Client, check: Assessment) -> None:
    page = signed_in.get(form_of(check)).text
    assert "There is nobody among your contacts yet." in page
    assert reverse("contacts:add") in page
    assert 'name="who"' not in page


def test_sent_twice_it_is_one_follow_up(signed_in: Client, check: Assessment) -> None:
    for what in (ASK, ASK, "Something else"):
        assert signed_in.post(form_of(check), sent(what=what))["Location"] == result(check) + "#steps"
    assert FollowUp.objects.get().what == ASK
    assert signed_in.get(form_of(check))["Location"] == result(check) + "#steps"


def test_of_two_tabs_the_second_hears_that_its_words_were_not_added(
    signed_in: Client, check: Assessment
) -> None:
    signed_in.post(form_of(check), sent(), follow=True)
    assert "Not added" not in signed_in.post(form_of(check), sent(), follow=True).text
    for other in (sent(what="Call Ada"), sent(due_on="2026-12-24")):
        assert f"Not added: {other['what']}." in signed_in.post(form_of(check), other, follow=True).text
    assert "Not added" not in signed_in.get(form_of(check), follow=True).text


def test_putting_it_on_a_day_is_undone_with_the_toast(signed_in: Client, check: Assessment) -> None:
    text = signed_in.post(form_of(check), sent(), follow=True).text
    response = signed_in.post(undo_in(text), follow=True)
    assert response.redirect_chain == [(result(check) + "#steps", 303)]
    assert ASK + "." in proposed(response.text)
    assert not FollowUp.objects.exists()
    assert not Schedule.objects.filter(kind="followup").exists()


def test_not_this_one_makes_room_for_the_next_and_is_undone(signed_in: Client, user: User) -> None:
    check = a_check(user, ["no"] * 10)
    first = proposed(signed_in.get(result(check)).text)
    text = signed_in.post(drop_of(check, 1), follow=True).text
    assert proposed(text) == [*first[1:], "Keep one promise today, and say so."]
    assert first[0] in text  # among those set aside
    assert proposed(signed_in.post(undo_in(text), follow=True).text) == first
    assert not Step.objects.exists()


def test_setting_aside_what_was_accepted_takes_it_off_today_and_undo_brings_it_back(
    signed_in: Client, check: Assessment, ada: Contact
) -> None:
    signed_in.post(form_of(check), sent(person=str(ada.uid), due_on="2026-11-23"))
    assert ASK in signed_in.get(TODAY).text
    text = signed_in.post(drop_of(check), follow=True).text
    assert f"Set aside: {ASK}" in text
    assert ASK not in signed_in.get(TODAY).text
    assert ASK not in signed_in.get(ada.get_absolute_url()).text
    signed_in.post(undo_in(text))
    assert ASK in signed_in.get(TODAY).text
    assert ASK in signed_in.get(ada.get_absolute_url()).text


def test_with_htmx_the_steps_come_back_and_the_word_beside(signed_in: Client, check: Assessment) -> None:
    response = signed_in.post(drop_of(check), headers=HTMX)
    assert response.status_code == 200
    assert "<html" not in response.text
    assert 'id="small-steps"' in response.text
    assert "hx-swap-oob" in response.text
    assert len(proposed(response.text)) == 2


def test_what_is_done_says_so_with_its_day(signed_in: Client, check: Assessment) -> None:
    signed_in.post(form_of(check), sent())
    FollowUp.objects.get().complete()
    text = signed_in.get(result(check)).text
    assert "Done on 23 November 2026" in text
    text = signed_in.post(drop_of(check), follow=True).text
    assert "Done on 23 November 2026" in text
    assert "This step is done already, and stays so." in text
    assert "Set aside" not in text


def test_what_was_deleted_with_a_person_is_no_longer_noted(
    signed_in: Client, check: Assessment, ada: Contact
) -> None:
    signed_in.post(form_of(check), sent(person=str(ada.uid)))
    signed_in.post(reverse("contacts:delete", args=[ada.uid]), follow=True)
    assert "Ada" not in signed_in.get(result(check)).text
    signed_in.post(reverse("contacts:forget", args=[ada.uid]))
    text = signed_in.get(result(check)).text
    assert "It was on your list, and is no longer noted." in text
    signed_in.post(form_of(check), sent())
    assert "no longer noted" not in signed_in.get(result(check)).text


def test_somebody_hidden_is_not_shown_with_a_step(
    signed_in: Client, user: User, check: Assessment, ada: Contact
) -> None:
    signed_in.post(form_of(check), sent(person=str(ada.uid), what="Ask Ada"), follow=True)
    ada.hide()
    for page in (result(check), result(a_check(user, days_ago=-1))):
        text = signed_in.get(page).text
        assert "Ada" not in text
        assert "Ask one person what they count on you for." in text
    assert "Ada" not in signed_in.post(drop_of(check), follow=True).text


def test_a_step_still_open_is_not_proposed_a_second_time(signed_in: Client, user: User) -> None:
    before = a_check(user, days_ago=100)
    signed_in.post(form_of(before), sent())
    now = a_check(user)
    text = signed_in.get(result(now)).text
    assert "Already on your list" in text
    assert ASK + "." not in proposed(text)
    assert signed_in.post(form_of(now), sent())["Location"] == result(now) + "#steps"
    assert FollowUp.objects.count() == 1
    FollowUp.objects.get().complete()
    assert ASK + "." in proposed(signed_in.get(result(now)).text)


def test_an_organisations_steps_are_a_series_of_their_own(signed_in: Client, user: User) -> None:
    signed_in.post(form_of(a_check(user, days_ago=100)), sent())
    theirs = a_check(user, perspective="organisation")
    text = signed_in.get(result(theirs)).text
    assert "What came of your steps" not in text
    assert "Ask one partner what they count on you for." in proposed(text)


def test_the_next_check_tells_what_came_of_the_steps(signed_in: Client, user: User, ada: Contact) -> None:
    before = a_check(user, ["no"] * 10, days_ago=100)
    assert "What came of your steps" not in signed_in.get(result(before)).text
    for number, what in [(1, "Done one"), (2, "Open one"), (3, "Dropped one"), (4, "Gone one")]:
        person = str(ada.uid) if number == 4 else ""
        signed_in.post(form_of(before, number), sent(what=what, person=person))
    signed_in.post(drop_of(before, 5))  # never taken: nothing could come of it
    FollowUp.objects.get(what="Done one").complete()
    signed_in.post(drop_of(before, 3))
    ada.forget()
    text = signed_in.get(result(a_check(user))).text
    came = text[text.index("What came of your steps") : text.index("small-steps")]
    rows = [
        (re.search(r"<p>([^<]+)", row)[1], re.search(r"(Done on|Still on|Set aside|No longer)", row)[1])  # type: ignore[index]
        for row in came.split("<li>")[1:]
    ]
    assert rows == [
        ("Done one", "Done on"),
        ("Open one", "Still on"),
        ("Dropped one", "Set aside"),
        ("Keep one promise today, and say so.", "No longer"),
    ]
    # The check after that tells only what was still open then.
    with time_machine.travel(NOW + timedelta(days=1)):
        later = a_check(user, days_ago=-1)
        text = signed_in.get(result(later)).text
    assert "Open one" in text
    assert "Done one" not in text
    assert "No longer noted" not in text


def test_a_check_tells_nothing_of_a_step_taken_after_it(signed_in: Client, user: User) -> None:
    before, check = a_check(user, days_ago=100), a_check(user, days_ago=10)
    signed_in.post(form_of(before), sent())
    assert "What came of your steps" not in signed_in.get(result(check)).text
    assert "What came of your steps" in signed_in.get(result(a_check(user))).text


def test_before_the_next_check_stands_what_came_of_the_last_steps(signed_in: Client, user: User) -> None:
    start = reverse("assessments:start")
    check = a_check(user)
    assert "What came of your steps" not in signed_in.get(start).text
    signed_in.post(form_of(check), sent(what="Ask Ada"), follow=True)
    signed_in.post(form_of(check, 2), sent(what="Ask Bo"), follow=True)
    FollowUp.objects.get(what="Ask Bo").complete()
    text = signed_in.get(start).text
    assert "What came of your steps" in text
    assert re.search(r"Ask Ada.*Still on your list, 30 November", text, re.DOTALL)
    assert re.search(r"Ask Bo.*Done on 23 November", text, re.DOTALL)


def test_today_proposes_one_step_and_the_next_when_it_is_not_that_one(
    signed_in: Client, check: Assessment
) -> None:
    text = signed_in.get(TODAY).text
    assert text.count("Pick a day") == 1
    assert ASK in text
    response = signed_in.post(drop_of(check), {"next": TODAY}, headers=HTMX)
    assert 'id="small-step"' in response.text
    assert "Ask one open question" in response.text
    assert "<html" not in response.text
    response = signed_in.post(drop_of(check, 2), {"next": TODAY}, follow=True)
    assert response.redirect_chain == [(TODAY, 303)]
    assert "Offer help before anyone asks." in response.text
    response = signed_in.post(drop_of(check, 5), {"next": TODAY}, headers=HTMX)
    assert "small-step" not in response.text
    assert "A small step" not in signed_in.get(TODAY).text


def test_today_proposes_nothing_while_a_step_waits(
    signed_in: Client, user: User, check: Assessment, ada: Contact
) -> None:
    response = signed_in.post(form_of(check), sent(person=str(ada.uid), next=TODAY), follow=True)
    assert response.redirect_chain == [(TODAY, 303)]
    assert "A small step" not in response.text
    ada.archive()  # it waits for nothing any more
    assert "A small step" in signed_in.get(TODAY).text
    ada.restore()
    FollowUp.objects.get().complete()
    assert "Ask one open question" in signed_in.get(TODAY).text


def test_today_asks_the_newest_check_first(signed_in: Client, user: User) -> None:
    a_check(user, days_ago=50)
    a_check(user, ["yes"] * 10, days_ago=10)
    assert "A small step" not in signed_in.get(TODAY).text
    a_check(user, days_ago=20, perspective="organisation")
    assert "Ask one partner" in signed_in.get(TODAY).text
    a_check(user, days_ago=5)
    assert ASK in signed_in.get(TODAY).text


@pytest.mark.parametrize("number", [1, 0, 11, 99])
def test_where_there_is_no_step_there_is_no_page(signed_in: Client, check: Assessment, number: int) -> None:
    assert signed_in.get(form_of(check, number)).status_code == 404
    assert signed_in.post(form_of(check, number), sent()).status_code == 404
    assert signed_in.post(drop_of(check, number)).status_code == 404


def test_a_check_that_is_not_finished_goes_on_first(signed_in: Client, user: User) -> None:
    begun = Assessment.objects.create(owner=user, language="en")
    begun.record(begun.questions[9], "no")
    for response in (signed_in.get(form_of(begun)), signed_in.post(form_of(begun), sent())):
        assert response["Location"] == reverse("assessments:question", args=[begun.uid, 1])
    assert signed_in.post(drop_of(begun)).status_code == 404
    assert not Step.objects.exists()


def test_a_strangers_check_has_no_steps_for_us(signed_in: Client, stranger: User) -> None:
    theirs = a_check(stranger)
    for verb in ("drop_step", "take_up_step", "take_back_step"):
        url = reverse(f"assessments:{verb}", args=[theirs.uid, 10])
        assert signed_in.post(url).status_code == 404
        assert signed_in.get(url).status_code == 405
    assert signed_in.get(form_of(theirs)).status_code == 404
    assert signed_in.post(form_of(theirs), sent()).status_code == 404
    assert not Step.objects.exists()


def test_only_pages_of_ours_are_gone_back_to(signed_in: Client, check: Assessment) -> None:
    for page in ("https://example.org/", "//example.org/", "nowhere", "javascript:alert(1)"):
        assert f'href="{page}"' not in signed_in.get(form_of(check), {"next": page}).text
    response = signed_in.post(form_of(check), sent(next="https://example.org/"))
    assert response["Location"] == result(check) + "#steps"


def test_without_an_account_the_steps_are_shown_and_signing_in_leads_to_the_form(
    client: Client, user: User
) -> None:
    taker = Taker(client)
    taker.answer_all(ANSWERS)
    taker.finish()
    text = client.get(taker.result).text
    assert "Offer help before anyone asks." in text
    assert "With an account you can plan a step for a day" in text
    assert "Pick a day" not in text
    check = Assessment.objects.get()
    assert client.get(form_of(check))["Location"].startswith(reverse("account_login"))
    client.post(
        reverse("account_login") + f"?next={form_of(check)}",
        {"login": user.email, "password": "a long enough sentence"},
    )
    assert client.get(form_of(check)).status_code == 200


def test_pages_cost_the_same_with_one_check_and_with_many(
    signed_in: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    costs = []
    for checks in (1, 60):
        for number in range(checks):
            check = a_check(user, days_ago=checks * 3 - number)
            for question in (check.questions[1], check.questions[4]):
                ada = ContactFactory.create(owner=user)
                noted = FollowUpFactory.build(owner=user, contact=ada, due_on=date(2026, 12, 1))
                Step.objects.at(check, question).accept(noted)
                if question.number == 2:
                    noted.complete()
        newest = a_check(user)
        counted = []
        for page in (result(newest), form_of(newest), TODAY):
            signed_in.get(page)
            with django_assert_max_num_queries(20) as queries:
                assert signed_in.get(page).status_code == 200
            counted.append(len(queries))
        FollowUp.objects.open().first().complete()  # type: ignore[union-attr]
        costs.append(counted)
    assert costs[0] == costs[1], costs
