"""The buttons of the mails: links without a session, one small page, and acting once."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from django.core import signing
from django.db import connection, transaction
from django.test import Client

from assessments.again import Choice
from assessments.models import Answer, Assessment, Retake
from contacts import reminders
from contacts.giving import State
from contacts.models import Contact, Favour, FollowUp, Interaction, Quiet
from netvalue.outbox import acting, planning, unsubscribing
from netvalue.outbox.acted import Acted
from netvalue.outbox.models import Occurrence, OptOut, Schedule
from tests.factories import ContactFactory, UserFactory
from tests.netvalue.outbox.conftest import NINE, TODAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse
    from pytest_django import DjangoAssertNumQueries, Settings
    from time_machine import TimeMachineFixture

    from netvalue.accounts.models import User
    from tests.netvalue.outbox.sink import Sink

    Born = Callable[..., Contact]
    MakeFollowUp = Callable[..., FollowUp]
    Pump = Callable[..., int]
    Told = Callable[..., list[Occurrence]]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("morning")]
DAY = timedelta(days=1)


@pytest.fixture
def told(pump: Pump, morning: TimeMachineFixture, relay: Sink) -> Told:
    """What was told by a moment, which it is from then on."""

    def tell(now: datetime = NINE) -> list[Occurrence]:
        pump(now)
        morning.move_to(now + timedelta(seconds=1))
        return list(Occurrence.objects.select_related("owner").order_by("pk"))

    return tell


def page(path: str, client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def press_of(html: str) -> str:
    found = re.search(r'name="press" value="([0-9a-f-]+)"', html)
    assert found
    return found[1]


def do(path: str, deed: str, choice: str, **more: str) -> HttpResponse:
    """Open the page, press one of its buttons, and see what it says then."""
    client = Client(enforce_csrf_checks=True)
    html = page(f"{path}?do={deed}", client)
    assert f'name="choice" value="{choice}"' in html
    data = {"press": press_of(html), "do": deed, "choice": choice, **more}
    return post(client, f"{path}?do={deed}", html, data)


def post(client: Client, path: str, html: str, data: dict[str, str]) -> HttpResponse:
    csrf = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert csrf
    return client.post(path, {**data, "csrfmiddlewaretoken": csrf[1]}, follow=True)  # type: ignore[return-value]  # it is one


def undo(path: str, number: int = 0) -> HttpResponse:
    client = Client(enforce_csrf_checks=True)
    html = page(path, client)
    numbers = re.findall(r'name="undo" value="(\d+)"', html)
    return post(client, path, html, {"undo": numbers[number]})


def words(answer: HttpResponse) -> str:
    assert answer.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


# --- What the buttons mean -----------------------------------------------------------------------------


def test_a_follow_up_is_ticked_off_and_open_again(follow_up: MakeFollowUp, told: Told) -> None:
    it = follow_up()
    path = acting.path(told()[0])
    assert "the follow-up is ticked off" in words(do(path, "done", "done"))
    it.refresh_from_db()
    assert it.done_at is not None
    assert "Taken back" in words(undo(path))
    it.refresh_from_db()
    assert it.done_at is None


def test_a_follow_up_moves_to_the_day_that_was_chosen(follow_up: MakeFollowUp, told: Told) -> None:
    it = follow_up()
    path = acting.path(told()[0])
    assert "comes back: 20 May" in words(do(path, "later", "day", until="2026-05-20"))
    it.refresh_from_db()
    assert it.day == date(2026, 5, 20)
    assert Schedule.objects.get(kind="followup").occurrence_on == it.day
    undo(path)
    it.refresh_from_db()
    assert it.day == TODAY
    assert "comes back: tomorrow" in words(do(path, "later", "tomorrow"))


def test_a_conversation_is_written_down_and_may_settle_the_follow_up(
    born: Born, follow_up: MakeFollowUp, told: Told
) -> None:
    anna = born(TODAY + 60 * DAY, given="Anna", rhythm_days=30)
    it = follow_up(contact=anna)
    path = acting.path(told()[0])
    said = words(do(path, "talked", "call", also="on"))
    assert "Written down: Call" in said
    assert "ticked off, too" in said
    anna.refresh_from_db()
    it.refresh_from_db()
    assert (anna.last_on, it.is_open) == (TODAY, False)
    undo(path)
    anna.refresh_from_db()
    it.refresh_from_db()
    assert (anna.last_on, it.is_open) == (None, True)


def test_a_follow_up_about_nobody_offers_nobody(follow_up: MakeFollowUp, told: Told, user: User) -> None:
    follow_up()
    (only,) = told()
    assert [act.label for act in acting.links([only], {})[only.pk]] == ["Done", "Snooze"]
    assert Client().get(f"{acting.path(only)}?do=talked").content.count(b"I talked to them") == 0


def test_what_is_done_is_not_told_on_its_other_days(born: Born, told: Told) -> None:
    born(TODAY + 7 * DAY)
    (early,) = told()
    do(acting.path(early), "done", "done")
    (_early, late) = told(NINE + 7 * DAY)
    assert (late.lead, late.ended) == (0, "cancelled")
    undo(acting.path(early))
    assert told(NINE + 7 * DAY + timedelta(hours=1))[1].ended == ""


def test_a_birthday_is_told_once_more_on_the_day_that_was_chosen(born: Born, relay: Sink, told: Told) -> None:
    born(TODAY + 7 * DAY, given="Anna", family="Berg")
    (early,) = told()
    assert "on 8 May 2026" in words(do(acting.path(early), "later", "day", until="2026-05-08"))
    for ahead in range(1, 6):
        told(NINE + ahead * DAY)
    assert [str(mail["Subject"]) for mail in relay.accepted] == [
        "Anna Berg has a birthday in 7 days",
        "Anna Berg has a birthday in 4 days",
    ]


def test_a_day_that_will_be_over_is_said_to_be_over(born: Born, relay: Sink, told: Told) -> None:
    born(given="Anna", family="Berg")
    (first,) = told()
    said = words(do(acting.path(first), "later", "week"))
    assert "on 12 May 2026. The day itself, 5 May 2026, will be over by then." in said
    told(NINE + 7 * DAY)
    assert str(relay.accepted[-1]["Subject"]) == "Anna Berg had a birthday on Tuesday, 5 May"
    assert "late" not in relay.accepted[-1].get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one


def test_the_mail_that_comes_once_more_has_the_buttons_of_the_first(
    born: Born, told: Told, user: User
) -> None:
    born()
    (first,) = told()
    do(acting.path(first), "later", "tomorrow")
    again = told(NINE + DAY)[-1]
    assert again.kind == "again"
    (link, *_more) = acting.links([again], {})[again.pk]
    path = link.page.partition("8000")[2]
    assert "Snooze" in page(path), "what was told may be put off again"
    do(path, "later", "week")
    do(path, "done", "done")
    assert told(NINE + 8 * DAY)[-1].ended == "cancelled"


def test_what_is_taken_back_is_not_told_once_more(born: Born, told: Told) -> None:
    born()
    (first,) = told()
    do(acting.path(first), "later", "tomorrow")
    undo(acting.path(first))
    assert len(told(NINE + DAY)) == 1


@pytest.mark.parametrize(("choice", "left"), [("birthday", {"followup"}), ("all", set())])
def test_a_person_is_left_in_peace_until_one_says_otherwise(
    born: Born,
    follow_up: MakeFollowUp,
    told: Told,
    signed_in: Client,
    choice: str,
    left: set[str],
) -> None:
    anna = born(TODAY + 7 * DAY, given="Anna", family="Berg")
    follow_up(TODAY + 7 * DAY, contact=anna)
    (early,) = told()
    assert "No more reminders" in words(do(acting.path(early), "stop", choice))
    told(NINE + 7 * DAY)
    assert {it.kind for it in Occurrence.objects.filter(ended="").exclude(pk=early.pk)} == left
    assert "You get no reminders" in page(anna.get_absolute_url(), signed_in)
    signed_in.post(f"{anna.get_absolute_url()}remind/{choice}/")
    assert "You get no reminders" not in page(anna.get_absolute_url(), signed_in)
    assert "No more reminders" not in page(acting.path(early)), "it was taken back elsewhere"
    told(NINE + 7 * DAY + timedelta(hours=1))
    assert {it.kind for it in Occurrence.objects.filter(ended="").exclude(pk=early.pk)} == {
        "birthday",
        "followup",
    }


def test_who_is_quieted_on_their_page_is_not_in_the_next_mail(
    born: Born, relay: Sink, pump: Pump, signed_in: Client
) -> None:
    anna, _bo = born(given="Anna"), born(given="Bo")
    signed_in.post(f"{anna.get_absolute_url()}quiet/birthday/")
    pump()
    signed_in.post(f"{anna.get_absolute_url()}remind/birthday/")
    pump(NINE + DAY)
    assert [str(mail["Subject"]).split()[0] for mail in relay.accepted] == ["Bo", "Anna"]


def test_keeping_in_touch_rests_until_the_day_that_was_chosen(born: Born, told: Told, user: User) -> None:
    anna = born(TODAY + 60 * DAY, given="Anna", rhythm_days=7)
    reminders.rhythm_changed(user, [anna.pk])
    path = acting.path(told(NINE + 7 * DAY)[0])
    assert "We will not remind you of it before 19 May 2026" in words(do(path, "later", "week"))
    anna.refresh_from_db()
    assert (anna.paused, anna.paused_until) == (True, TODAY + 14 * DAY)
    undo(path)
    anna.refresh_from_db()
    assert not anna.paused
    do(path, "later", "week")
    assert [it.kind for it in told(NINE + 14 * DAY)] == ["rhythm", "rhythm"]


@pytest.mark.parametrize("before", [State.OPEN, State.PARTLY])
def test_a_promise_is_kept_and_open_again_as_it_was(born: Born, told: Told, before: State) -> None:
    anna = born(TODAY + 60 * DAY, given="Anna")
    fields = {"direction": "given", "kind": "help", "state": "open", "due_on": TODAY + DAY}
    favour = Favour.objects.note(anna, uuid4(), what="whisper", day=TODAY, **fields)
    favour.stand(before, TODAY)
    path = acting.path(told(NINE + DAY)[0])
    assert "whisper" not in page(path)
    assert "you kept it" in words(do(path, "done", "done"))
    favour.refresh_from_db()
    assert favour.state == State.CLOSED
    undo(path)
    favour.refresh_from_db()
    assert (favour.state, favour.settled_on) == (before, None if before is State.OPEN else TODAY)


def test_of_a_day_of_remembrance_one_may_only_hear_no_more(user: User, told: Told) -> None:
    about = {"death_year": 2020, "death_month": 5, "death_day": 5, "remembered": True, "deceased": True}
    anna = ContactFactory.create(owner=user, given="Anna", family="Berg", **about)
    anna.keep()
    (only,) = told()
    assert [act.label for act in acting.links([only], {})[only.pk]] == ["Not for this person"]
    html = page(acting.path(only))
    assert "None of this kind: Days of remembrance" in html, "the one thing to do is asked at once"
    do(acting.path(only), "stop", "remembrance")
    assert anna.quiets.get().kind == "remembrance"


def test_what_was_settled_in_the_app_offers_nothing(follow_up: MakeFollowUp, told: Told) -> None:
    it = follow_up()
    path = acting.path(told()[0])
    it.complete()
    assert "Nothing is left to do" in page(path)


def test_undo_leaves_alone_what_was_changed_since(follow_up: MakeFollowUp, told: Told) -> None:
    it = follow_up()
    path = acting.path(told()[0])
    do(path, "done", "done")
    old = re.search(r'name="undo" value="(\d+)"', page(path))
    assert old
    it.refresh_from_db()
    it.reopen()
    it.complete()
    Client().post(path, {"undo": old[1]})
    it.refresh_from_db()
    assert not it.is_open


# --- Nothing is promised that cannot come ---------------------------------------------------------------


def offered(path: str) -> set[str]:
    return set(re.findall(r'href="\?do=(\w+)"', page(path)))


def test_what_is_put_off_and_then_done_does_not_come_back(follow_up: MakeFollowUp, told: Told) -> None:
    follow_up()
    path = acting.path(told()[0])
    assert "comes back: 12 May" in words(do(path, "later", "week"))
    said = words(do(path, "done", "done"))
    assert "ticked off" in said
    assert "comes back" not in said
    assert "comes back: 12 May" in words(undo(path)), "what was put off is put off again"


def test_who_quiets_somebody_is_not_told_when_they_come_back(born: Born, told: Told) -> None:
    born()
    path = acting.path(told()[0])
    assert "We remind you again" in words(do(path, "later", "week"))
    assert "We remind you again" not in words(do(path, "stop", "all"))
    assert offered(path) == {"talked"}, "nothing comes any more that could be done"


def switched_off(anna: Contact) -> None:
    planning.opt_out(anna.owner, "birthday")


def quieted_elsewhere(anna: Contact) -> None:
    Quiet.objects.begin(anna, "birthday")


def corrected(anna: Contact) -> None:
    anna.birth_day = 20
    anna.keep()


@pytest.mark.parametrize("meanwhile", [switched_off, quieted_elsewhere, corrected])
def test_a_mail_that_cannot_come_is_not_promised(
    born: Born, told: Told, meanwhile: Callable[[Contact], None]
) -> None:
    anna = born()
    path = acting.path(told()[0])
    old = press_of(page(f"{path}?do=later"))
    meanwhile(anna)
    assert not offered(path) & {"done", "later"}
    answer = Client().post(path, {"press": old, "do": "later", "choice": "week"}, follow=True)
    assert "Nothing was changed" in words(answer)  # type: ignore[arg-type]  # it is one
    assert not Acted.objects.exists()


def test_a_check_that_was_taken_meanwhile_is_not_told_once_more(user: User, told: Told) -> None:
    with transaction.atomic():
        Retake.objects.held(user, "person").choose(Choice(months=None, on=TODAY))
        Assessment.objects.plan_the_next(user, "person")
    (only,) = told()
    path = acting.path(only)
    assert offered(path) == {"done", "later"}
    check = Assessment.objects.create(owner=user, language="en")
    for question in check.questions:
        check.record(question, Answer.YES)
    check.finish()
    assert offered(path) == set()
    assert "Nothing is left to do" in page(path)


def test_a_rhythm_that_rests_or_was_lived_is_not_put_off(born: Born, told: Told, user: User) -> None:
    anna = born(TODAY + 60 * DAY, given="Anna", rhythm_days=7)
    reminders.rhythm_changed(user, [anna.pk])
    path = acting.path(told(NINE + 7 * DAY)[0])
    old = press_of(page(f"{path}?do=later"))
    anna.paused = True
    anna.keep("paused")
    assert "later" not in offered(path)
    answer = Client().post(path, {"press": old, "do": "later", "choice": "week"}, follow=True)
    assert "Nothing was changed" in words(answer)  # type: ignore[arg-type]  # it is one
    anna.go_on()
    assert "later" in offered(path)
    do(path, "talked", "call")
    assert offered(path) == {"stop"}


def test_what_was_settled_between_reading_and_pressing_is_said(follow_up: MakeFollowUp, told: Told) -> None:
    it = follow_up()
    path = acting.path(told()[0])
    press = press_of(page(f"{path}?do=done"))
    it.complete()
    answer = Client().post(path, {"press": press, "do": "done", "choice": "done"}, follow=True)
    assert words(answer).count("settled meanwhile") == 1  # type: ignore[arg-type]  # it is one
    assert not Acted.objects.exists()


def test_the_same_press_twice_says_what_it_did(follow_up: MakeFollowUp, told: Told) -> None:
    follow_up()
    path = acting.path(told()[0])
    data = {"press": press_of(page(f"{path}?do=done")), "do": "done", "choice": "done"}
    for _twice in range(2):
        assert Client().post(path, data)["Location"] == path
    (number,) = Acted.objects.values_list("pk", flat=True)
    for _twice in range(2):
        assert Client().post(path, {"undo": number})["Location"] == f"{path}?undone"
    do(path, "done", "done")
    assert Client().post(path, {"undo": number})["Location"] == f"{path}?nothing"


def test_a_day_we_made_up_is_not_said_to_be_over(born: Born, told: Told) -> None:
    anna = born(TODAY + 60 * DAY)
    fields = {"direction": "given", "kind": "help", "state": "open", "due_on": None}
    Favour.objects.note(anna, uuid4(), what="whisper", day=TODAY, **fields)
    path = acting.path(told(NINE + 14 * DAY)[0])
    said = words(do(path, "later", "week"))
    assert "We remind you again on 26 May 2026" in said
    assert "will be over" not in said


def test_a_day_that_is_over_already_is_not_said_to_be_over_by_then(
    born: Born, told: Told, morning: TimeMachineFixture
) -> None:
    born()
    path = acting.path(told()[0])
    morning.move_to(NINE + DAY)
    said = words(do(path, "later", "week"))
    assert "We remind you again on 13 May 2026" in said
    assert "will be over" not in said


# --- Once ----------------------------------------------------------------------------------------------


def test_reading_changes_nothing(follow_up: MakeFollowUp, told: Told) -> None:
    follow_up()
    path = acting.path(told()[0])
    for method in ("get", "head"):
        for query in ("", "?do=done", "?do=later&choice=week", "?undo=1", "?do=%00", "?do=" + "x" * 5000):
            for headers in (
                {},
                {"Accept": "image/png"},
                {"Purpose": "prefetch"},
                {"Sec-Purpose": "prefetch"},
            ):
                assert getattr(Client(), method)(path + query, headers=headers).status_code == 200
    assert not Acted.objects.exists()
    assert FollowUp.objects.get().is_open


def test_ten_posts_at_the_same_moment_and_ten_more_have_one_effect(born: Born, told: Told) -> None:
    born(given="Anna")
    path = acting.path(told()[0])
    html = page(f"{path}?do=talked")
    same = press_of(html)

    def talk(press: str) -> int:
        try:
            data = {"press": press, "do": "talked", "choice": "call"}
            return Client().post(path, data).status_code
        finally:
            connection.close()

    for presses in ([same] * 10, [str(uuid4()) for _ in range(10)]):
        with ThreadPoolExecutor(10) as pool:
            assert set(pool.map(talk, presses)) == {303}
    assert Interaction.objects.kept().count() == 1
    assert Acted.objects.count() == 1


def test_a_form_sent_again_after_undo_does_nothing(follow_up: MakeFollowUp, told: Told) -> None:
    it = follow_up()
    path = acting.path(told()[0])
    data = {"press": press_of(page(f"{path}?do=done")), "do": "done", "choice": "done"}
    Client().post(path, data)
    undo(path)
    Client().post(path, data)
    it.refresh_from_db()
    assert it.is_open
    do(path, "done", "done")
    it.refresh_from_db()
    assert not it.is_open


def test_a_post_from_another_site_is_refused(follow_up: MakeFollowUp, told: Told) -> None:
    follow_up()
    path = acting.path(told()[0])
    client = Client(enforce_csrf_checks=True)
    press = press_of(page(f"{path}?do=done", client))
    assert client.post(path, {"press": press, "do": "done", "choice": "done"}).status_code == 403
    assert not Acted.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"do": "done"},
        {"do": "done", "press": "x", "choice": "done"},
        {"do": "later", "press": str(uuid4()), "choice": "day"},
        {"do": "later", "press": str(uuid4()), "choice": "day", "until": "2026-05-05"},
        {"do": "later", "press": str(uuid4()), "choice": "day", "until": "2027-06-01"},
        {"do": "later", "press": str(uuid4()), "choice": "day", "until": "30 February"},
        {"do": "later", "press": str(uuid4()), "choice": "month"},
        {"do": "done", "press": str(uuid4()), "choice": "done\0"},
        {"do": "done", "press": str(uuid4()), "choice": "x" * 10_000},
    ],
)
def test_what_makes_no_sense_is_said_and_does_nothing(
    follow_up: MakeFollowUp, told: Told, data: dict[str, str]
) -> None:
    follow_up()
    answer = Client().post(acting.path(told()[0]), data)
    assert answer.status_code == 422
    assert re.search("choose|valid date", answer.content.decode())
    assert not Acted.objects.exists()


@pytest.mark.parametrize("data", [{}, {"do": "\0"}, {"do": "burn"}, {"undo": "9" * 30}, {"undo": "-1"}])
def test_an_unknown_button_leads_to_the_page(
    follow_up: MakeFollowUp, told: Told, data: dict[str, str]
) -> None:
    follow_up()
    path = acting.path(told()[0])
    answer = Client().post(path, data)
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (303, path)
    assert not Acted.objects.exists()


# --- Links ---------------------------------------------------------------------------------------------


@pytest.fixture
def link(born: Born, told: Told) -> str:
    born(given="Secret", family="Name")
    return acting.path(told()[0])


def test_nothing_about_anybody_can_be_read_in_a_link(link: str, user: User) -> None:
    token = link.split("/")[2]
    assert link == f"/act/{token}/"
    payload = urlsafe_b64decode(token.split(":")[0] + "==").decode()
    assert re.fullmatch(r'\[\d+,"[\w=-]+"\]', payload)
    for secret in ("birthday", "2026", "Secret", str(user.email)):
        assert secret not in payload


def test_the_page_says_no_more_than_the_mail(link: str, user: User) -> None:
    Contact.objects.update(notes="whisper", family="Name", how_met="elsewhere", closeness=9)
    html = page(link)
    assert "Secret Name" in html
    for hidden in ("whisper", "elsewhere", user.email):
        assert hidden not in html


@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_a_damaged_link_says_so(link: str, method: str, user: User) -> None:
    token = link.split("/")[2]
    body, at, signature = token.split(":")
    other_salt = unsubscribing.signed(unsubscribing.unsigned(token, acting.SALT), "other")
    wrong = [
        token[:-1], token[1:], f"{body}:{at}", body, f"{body}:{at}:{signature}x", other_salt, "wrong", "%00",
        "x" * 10_000, "%F0%9F%8E%82", "%ED%A0%80", "a:b:c", "::", f"{body}:zzzzzzzz:{signature}", "..%2e",
        unsubscribing.path(user, "birthday").split("/")[2],
    ]  # fmt: skip
    for one in wrong:
        answer = getattr(Client(), method)(f"/act/{one}/")
        assert answer.status_code == 404, one
        assert b"Secret" not in answer.content
    assert not Acted.objects.exists()


def test_a_link_outlives_a_new_secret_key(link: str, settings: Settings) -> None:
    """As after a rotation without fallback, or a restore on another machine."""
    settings.SECRET_KEY = "another one"
    assert "Secret" in page(link)
    settings.MAIL_ID_KEY = "another one, too"
    assert Client().get(link).status_code == 404


def test_a_link_in_an_older_mail_opens_with_the_secret_key_of_then(link: str, settings: Settings) -> None:
    what = unsubscribing.unsigned(link.split("/")[2], acting.SALT)
    settings.SECRET_KEY = "of then"
    older = f"/act/{signing.dumps(what, salt=acting.SALT)}/"
    assert "Secret" in page(older)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another one", [settings.SECRET_KEY]
    assert "Secret" in page(older)
    settings.SECRET_KEY_FALLBACKS = []
    assert Client().get(older).status_code == 404


def test_a_link_is_bound_to_one_reminder(link: str, born: Born, told: Told) -> None:
    """The signature covers what the row says, not only its number, which a restored backup may give away."""
    Occurrence.objects.update(occurrence_on=TODAY + DAY)
    assert Client().get(link).status_code == 410
    Occurrence.objects.update(occurrence_on=TODAY, lead=7)
    assert Client().get(link).status_code == 410
    Occurrence.objects.update(lead=0, owner=UserFactory.create(), email=None)
    assert Client().get(link).status_code == 410


def test_links_end(link: str, user: User, morning: TimeMachineFixture) -> None:
    def said(path: str) -> str:
        for method in ("get", "post"):
            answer = getattr(Client(), method)(path)
            assert answer.status_code == 410
            assert b"Secret" not in answer.content
        text: str = answer.content.decode()
        return text

    morning.move_to(NINE + timedelta(days=60, seconds=1))
    assert "sixty days" in said(link)
    morning.move_to(NINE + timedelta(days=59))
    assert "It works until 4 July 2026" in page(link)
    user.is_active = False
    user.save()
    assert "switched off" in said(link)
    user.is_active = True
    user.save()
    unsubscribing.revoke(user)
    assert "were switched off" in said(link)
    fresh = acting.path(Occurrence.objects.select_related("owner").get())
    assert "Secret" in page(fresh)
    contact = Contact.objects.get()
    contact.hide()
    assert "no longer there" in said(fresh)
    contact.show()
    contact.remove()
    assert "no longer there" in said(fresh)
    contact.forget()
    assert "no longer there" in said(fresh)
    user.delete()
    assert "no longer there" in said(fresh)


def test_it_speaks_to_its_owner_whoever_is_signed_in(
    born: Born, told: Told, user: User, stranger: User
) -> None:
    user.language = "de"
    user.save()
    born(given="Anna")
    path = acting.path(told()[0])
    other = Client()
    other.force_login(stranger)
    answer = other.get(path)
    assert answer["Content-Language"] == "de"
    assert "Was möchtest du tun?" in answer.content.decode()
    html = page(f"{path}?do=talked", other)
    other.post(path, {"press": press_of(html), "do": "talked", "choice": "call"})
    assert Interaction.objects.get().owner == user


@pytest.mark.parametrize("kind", ["birthday", OptOut.EVERYTHING])
def test_ending_mails_is_taken_back_without_signing_in(user: User, born: Born, told: Told, kind: str) -> None:
    born()
    client = Client()
    path = unsubscribing.path(user, kind)
    assert 'name="undo"' not in page(path), "nothing is done yet"
    assert 'name="undo"' in client.post(path).content.decode()
    assert [it.ended for it in told()] == ["cancelled"]
    for _twice in range(2):
        after = client.post(path, {"undo": "1"}).content.decode()
        assert "Taken back." in after
        assert "Stop these mails" in after
        assert not OptOut.objects.exists()
    assert [it.ended for it in told(NINE + DAY)] == [""], "what is not too late is told after all"


@pytest.mark.parametrize("kind", ["birthday", OptOut.EVERYTHING])
def test_a_link_that_ended_mails_says_so_whenever_it_is_opened(user: User, kind: str) -> None:
    path = unsubscribing.path(user, kind)
    Client().post(path)
    for _twice in range(2):
        again = page(path)
        assert "Stop these mails" not in again
        assert 'name="undo"' in again
    Client().post(path)
    Client().post(path, {"undo": "1"})
    assert not OptOut.objects.exists(), "pressed twice, it is still its own"
    assert "Stop these mails" in page(path)


@pytest.mark.parametrize("chosen", ["birthday", OptOut.EVERYTHING])
def test_undo_of_a_link_lifts_only_what_this_link_ended(user: User, chosen: str) -> None:
    planning.opt_out(user, chosen)
    path = unsubscribing.path(user, "birthday")
    assert 'name="undo"' not in page(path), "it was chosen elsewhere"
    assert "Stop these mails" not in page(path)
    Client().post(path)
    after = Client().post(path, {"undo": "1"}).content.decode()
    assert [one.kind for one in OptOut.objects.all()] == [chosen]
    assert "Taken back." not in after
    assert "You get no more mails about: Birthdays." in after


def test_another_mails_link_does_not_lift_it(user: User, morning: TimeMachineFixture) -> None:
    first = unsubscribing.path(user, "birthday")
    morning.move_to(NINE + DAY)
    second = unsubscribing.path(user, "birthday")
    Client().post(first)
    Client().post(second)
    assert 'name="undo"' not in page(second)
    Client().post(second, {"undo": "1"})
    assert OptOut.objects.exists()
    Client().post(first, {"undo": "1"})
    assert not OptOut.objects.exists()


def test_the_page_is_kept_from_caches_and_other_sites(link: str) -> None:
    for path in (link, "/act/wrong/"):
        answer = Client().get(path)
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert answer["Referrer-Policy"] == "strict-origin"
        assert 'name="robots" content="noindex' in answer.content.decode()


def test_the_mail_has_the_buttons(relay: Sink, born: Born, pump: Pump, morning: TimeMachineFixture) -> None:
    born(given="Anna", family="Berg")
    pump()
    (mail,) = relay.accepted
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]  # it has one
    for deed in ("done", "talked", "later", "stop"):
        assert re.search(rf'href="http://localhost:8000/act/[^/"]+/\?do={deed}"', html)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # it has one
    assert "Done · I talked to them · Snooze · Not for this person:" in text
    assert text.count("/act/") == 1


def test_more_reminders_cost_no_more_questions(
    user: User,
    born: Born,
    follow_up: MakeFollowUp,
    told: Told,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(6):
        follow_up(contact=born())
    occurrences = told()
    assert len(occurrences) == 12
    with django_assert_max_num_queries(3):
        assert len(acting.links(occurrences, {})) == 12
